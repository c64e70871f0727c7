/** @file A space of one's own at work: tried out on a few architectures where it is made, its networks looked at before they are computed. */
import { isDeepStrictEqual } from "node:util";
import { randomSupports } from "../choice/index.ts";
import { IstaNasError } from "../error.ts";
import { formatShape, type Shape } from "../graph/index.ts";
import type { Network, NetworkBuilder, NetworkPass, NetworkShape } from "../network/index.ts";
import type { Flag } from "../options/index.ts";
import { RandomStreams } from "../random/index.ts";
import type { SearchSpace, SpaceKind } from "../spaces/index.ts";
import { guardBaselines } from "./guard-baselines.ts";
import { guardBenchmark } from "./guard-benchmark.ts";
import { assertMembers, blame, type Members, moduleError, type OwnModule, withMethods } from "./own-module.ts";
import { retrainName } from "./size-names.ts";

/** What the main export must have. */
export const SPACE_MEMBERS: Members = {
  ...{ kind: "string", summary: "string", flags: "object", macroFlags: "object" },
  ...{ presets: "object", optionsSchema: "object", macroSchema: "object", hasAuxiliaryHead: "boolean" },
  ...{ hasDropPath: "boolean", options: "function", create: "function", macro: "function", describe: "function" },
};

const CREATED: Members = {
  ...{ groups: "object", layout: "object", derive: "function", supportsOf: "function", parse: "function" },
  ...{ formatJson: "function", formatText: "function", superNetwork: "function", derivedNetwork: "function" },
  draw: "function",
};

const NETWORK: Members = {
  ...{ graph: "object", images: "object", logits: "object", kept: "object", dropPathInputs: "object" },
  ...{ cells: "object", parameters: "object", runningStatistics: "object" },
};

const TRIED = 4;

/** `kind`, whose mistakes are errors that name its module. */
export function guardSpace(kind: SpaceKind, module: OwnModule): SpaceKind {
  assertSizes(kind, module);
  return withMethods(kind, {
    ...(kind.benchmark === undefined ? {} : { benchmark: guardBenchmark(kind.benchmark, module) }),
    options: (given) => blame(module, "options", () => kind.options(given)),
    create: (options) =>
      blame(module, "create", () => {
        const space = kind.create(options);
        assertMembers(module, "create(): ", space, CREATED);
        const guarded = guardCreated(space, module);
        tryOut(guarded, module);
        guardBaselines(space, module);
        return guarded;
      }),
    macro: (request, options) => blame(module, "macro", () => kind.macro(request, options)),
    describe: (macro) => blame(module, "describe", () => kind.describe(macro)),
  });
}

/** Throws `E_MODULE` for sizes that are no values of the flags of a size. */
function assertSizes({ sizes = [], macroFlags }: SpaceKind, module: OwnModule): void {
  if (!Array.isArray(sizes)) throw moduleError(module, `sizes: got ${typeof sizes}, expected an array`);
  const flags = new Map(
    Object.entries(macroFlags).flatMap(([name, flag]) => [
      [name, flag],
      [retrainName(name), flag],
    ]),
  );
  for (const [index, size] of (sizes as SpaceKind["sizes"])!.entries()) {
    for (const [name, value] of Object.entries(size)) {
      const flag = flags.get(name);
      const where = `sizes.${index}.${name}`;
      if (flag === undefined) throw moduleError(module, `${where}: got it, expected options of macroFlags alone`);
      if (isValueOf(flag, value)) continue;
      throw moduleError(module, `${where}: got ${String(value)}, expected what its flag takes`);
    }
  }
}

function isValueOf({ parse, format = String }: Flag<unknown>, value: unknown): boolean {
  try {
    return parse(format(value)) === value;
  } catch {
    return false;
  }
}

function guardCreated(space: SearchSpace, module: OwnModule): SearchSpace {
  const builder = (member: "superNetwork" | "derivedNetwork", macro: NetworkShape, make: () => NetworkBuilder) => {
    const build = blame(module, member, make);
    return (pass: NetworkPass) =>
      blame(module, member, () => {
        const network = build(pass);
        assertNetwork(module, member, network, macro, pass, space.groups.length);
        return network;
      });
  };
  return withMethods(space, {
    derive: (supports) => blame(module, "derive", () => space.derive(supports)),
    supportsOf: (architecture) => blame(module, "supportsOf", () => space.supportsOf(architecture)),
    parse: (text) => blame(module, "parse", () => space.parse(text)),
    formatJson: (architecture) => blame(module, "formatJson", () => space.formatJson(architecture)),
    formatText: (architecture) => blame(module, "formatText", () => space.formatText(architecture)),
    superNetwork: (macro, supports) => builder("superNetwork", macro, () => space.superNetwork(macro, supports)),
    derivedNetwork: (macro, architecture) =>
      builder("derivedNetwork", macro, () => space.derivedNetwork(macro, architecture)),
    draw: (architecture, absorbed) => blame(module, "draw", () => space.draw(architecture, absorbed)),
  });
}

/** Throws `E_MODULE` unless architectures come back from supports, JSON and text as they were: a run would end in one that cannot be read. */
function tryOut(space: SearchSpace, module: OwnModule): void {
  const stream = new RandomStreams(0).stream("try-out");
  for (let draw = 0; draw < TRIED; draw++) {
    const supports = blame(module, "create(): groups", () => randomSupports(space.groups, stream));
    const returned = (member: string, expected: unknown, work: () => unknown) => {
      let got: unknown;
      try {
        got = work();
      } catch (error) {
        if (!(error instanceof IstaNasError) || error.code === "E_MODULE") throw error;
        // Meant for people who typed something wrong, and here nobody did.
        throw moduleError(module, `${member}: ${error.message}`, error);
      }
      if (isDeepStrictEqual(got, expected)) return;
      throw moduleError(module, `${member}: got ${excerpt(got)}, expected ${excerpt(expected)}`);
    };
    const architecture = space.derive(supports);
    returned("supportsOf of what derive gave", supports, () => space.supportsOf(architecture));
    returned("parse of what formatJson gave", architecture, () => space.parse(space.formatJson(architecture)));
    returned("parse of what formatText gave", architecture, () => space.parse(space.formatText(architecture)));
    const { panels } = space.draw(architecture);
    if (!Array.isArray(panels)) throw moduleError(module, "draw: got no panels, expected a list of them");
  }
}

function assertNetwork(
  module: OwnModule,
  member: string,
  network: Network,
  { imageSize, imageChannels, classCount, otherTasks = [] }: NetworkShape,
  { batch, mixture, prefix = "" }: NetworkPass,
  groupCount: number,
): void {
  assertMembers(module, `${member}: `, network, NETWORK);
  const expectShape = (name: string, got: Shape | undefined, expected: Shape) => {
    if (got !== undefined && isDeepStrictEqual([...got], [...expected])) return;
    const shown = got === undefined ? "no value" : formatShape(got);
    throw moduleError(module, `${member}: ${name}: got ${shown}, expected ${formatShape(expected)}`);
  };
  expectShape("images", network.images.shape, [batch, imageSize.height, imageSize.width, imageChannels]);
  expectShape("logits", network.logits.shape, [batch, classCount]);
  for (const [task, { name, classCount: count }] of otherTasks.entries()) {
    expectShape(`otherLogits of ${name}`, network.otherLogits?.[task]?.shape, [batch, count]);
  }
  const apart = [...network.parameters, ...network.runningStatistics].find(({ name }) => !name.startsWith(prefix));
  if (apart !== undefined) {
    throw moduleError(
      module,
      `${member}: got a value ${apart.name} in a pass with prefix ${prefix}, expected ${prefix}${apart.name}`,
    );
  }
  const vectors = network.mixtures?.length ?? 0;
  const expected = mixture ? groupCount : 0;
  if (vectors === expected) return;
  throw moduleError(module, `${member}: mixtures: got ${vectors} for ${groupCount} groups, expected ${expected}`);
}

const LONGEST = 200;

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}
