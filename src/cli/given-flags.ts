/** @file From the flags of a command to what the library is asked for. */
import type { SearchSpec } from "../run/index.ts";
import { COMMAND_FLAGS, type FlagValues } from "./flags.ts";

const BESIDE_OPTIONS = ["space", "strategy", "seed", "out", "new", "log", "mlflowUri", "mlflowExperiment"] as const;

/** Those of `names` that were given. */
export function pickFlags<Name extends string>(flags: FlagValues, names: readonly Name[]): Pick<FlagValues, Name> {
  const picked = names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]] as const]));
  return Object.fromEntries(picked) as Pick<FlagValues, Name>;
}

/** What a new run is asked for: among its options whatever is no flag of a command alone. */
export function newRunSpec(flags: FlagValues): Omit<SearchSpec, "data"> {
  const isOption = (name: string) => !Object.hasOwn({ ...COMMAND_FLAGS, ...beside }, name);
  const beside = pickFlags(flags, BESIDE_OPTIONS);
  return { ...beside, options: pickFlags(flags, Object.keys(flags).filter(isOption)) };
}
