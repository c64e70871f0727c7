/** @file What the space and the strategy of a run say of its configuration: each checks what is its own. */
import { z } from "zod";
import type { NetworkShape } from "../network/index.ts";
import { SPACES, type SpaceKind } from "../spaces/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import type { RunConfig } from "./run-config.ts";

/** What is known of the parts of a run. */
interface KnownParts {
  readonly spaces: readonly SpaceKind[];
  readonly strategies: typeof STRATEGIES;
}

/** A configuration whose parts that come with the package are checked; what a module of one's own says is checked when it is loaded. */
export function readPartsOfConfig(
  config: RunConfig,
  kinds: KnownParts = partsOfPackage(config),
): z.ZodSafeParseResult<RunConfig> {
  const space = kinds.spaces.find(({ kind }) => kind === config.space.kind);
  const strategy = kinds.strategies.find(({ kind }) => kind === config.strategy?.kind);
  const isKnown = (part: { readonly module?: unknown } | null, found: unknown) =>
    part === null || part.module !== undefined || found !== undefined;
  const network: z.ZodType<NetworkShape> = space?.macroSchema ?? z.any();
  const schema = z.looseObject({
    space: z
      .looseObject({ module: z.unknown().optional(), options: space?.optionsSchema ?? z.any() })
      .refine((part) => isKnown(part, space), {
        error: `got ${config.space.kind}, expected one of ${names(kinds.spaces)}`,
        path: ["kind"],
      }),
    strategy: z
      .looseObject({
        module: z.unknown().optional(),
        network,
        proxy: network.optional(),
        options: strategy?.optionsSchema ?? z.any(),
      })
      .nullable()
      .refine((part) => isKnown(part, strategy), {
        error: `got ${config.strategy?.kind}, expected one of ${names(kinds.strategies)}`,
        path: ["kind"],
      }),
    training: z.looseObject({ network }),
  });
  // Loose objects keep all else as it was checked before.
  return (schema as unknown as z.ZodType<RunConfig>).safeParse(config);
}

/** None in the place of a module of one's own, whatever it is called. */
function partsOfPackage({ space, strategy }: RunConfig): KnownParts {
  return {
    spaces: space.module === undefined ? SPACES : [],
    strategies: strategy?.module === undefined ? STRATEGIES : [],
  };
}

function names(parts: readonly { readonly kind: string }[]): string {
  return parts.map(({ kind }) => kind).join(", ");
}
