/** @file The space and the strategy of a run: found by name, or loaded from a module of one's own. */
import { IstaNasError } from "../error.ts";
import type { Strategy } from "../search/index.ts";
import { type SearchSpace, SPACES, type SpaceKind } from "../spaces/index.ts";
import { CONFIG_FILE, type ModuleRecord, type PartConfig, type RunConfig, readPartsOfConfig } from "../store/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import { followedBy } from "./afterwards.ts";
import { guardSpace, SPACE_MEMBERS } from "./guard-space.ts";
import { guardStrategy, STRATEGY_MEMBERS } from "./guard-strategy.ts";
import { loadModule, namesModule } from "./load-module.ts";
import type { Members, OwnModule } from "./own-module.ts";

/** A kind of space or a strategy, and the module that it came from if it is one of one's own. */
export interface ChosenPart<Part> {
  readonly part: Part;
  readonly module?: ModuleRecord;
}

/** What a run is made of, beside its numbers. */
export interface RunParts {
  readonly spaceKind: SpaceKind;
  readonly space: SearchSpace;
  /** Null for a training. */
  readonly strategy: Strategy | null;
}

/** What was typed after `--space` and `--strategy`. */
export interface PartNames {
  readonly space?: string;
  readonly strategy?: string;
}

/** The kind of space of that name; without one, the first of the package. Throws `E_USAGE_PART`, E_MODULE. */
export function chooseSpace(name: string | undefined): Promise<ChosenPart<SpaceKind>> {
  return choose("space", name, SPACES, SPACE_MEMBERS, guardSpace);
}

/** The strategy of that name; without one, the first of the package. Throws `E_USAGE_PART`, E_MODULE. */
export function chooseStrategy(name: string | undefined): Promise<ChosenPart<Strategy>> {
  return choose("strategy", name, STRATEGIES, STRATEGY_MEMBERS, guardStrategy);
}

/** A run whose space is known: what is needed to use its network. */
export interface SpaceOfRun extends Pick<RunParts, "spaceKind" | "space"> {
  /** Checked by its space. */
  readonly config: RunConfig;
}

/**
 * The space of a run. Of a run with a space of one's own the module must be named again.
 * @throws E_RUN_MODULE if it is not, or is another; E_RUN_CONFIG; E_MODULE
 */
export async function spaceOfRun(runName: string, config: RunConfig, given: PartNames): Promise<SpaceOfRun> {
  const { part: spaceKind } = await partOf(runName, "space", config.space, given.space, chooseSpace);
  return checkedRun(runName, config, spaceKind, null);
}

/** What a run goes on with. */
export interface PartsOfRun extends RunParts, SpaceOfRun {
  /** Modules of one's own whose text is not the one that the run began with, such as `space mine`. */
  readonly changedModules: readonly string[];
}

/** The space and the strategy of a run, by which its configuration is checked. Throws as `spaceOfRun` does, for either. */
export async function partsOfRun(runName: string, config: RunConfig, given: PartNames): Promise<PartsOfRun> {
  const { space, strategy: planned } = config;
  const ownSpace = await partOf(runName, "space", space, given.space, chooseSpace);
  const own = planned === null ? null : await partOf(runName, "strategy", planned, given.strategy, chooseStrategy);
  const hasChanged = (module: ModuleRecord | undefined, now: ModuleRecord | undefined) =>
    module?.sha256 !== now?.sha256;
  const changedModules = [
    ...(hasChanged(space.module, ownSpace.module) ? [`space ${space.kind}`] : []),
    ...(hasChanged(planned?.module, own?.module) ? [`strategy ${planned!.kind}`] : []),
  ];
  const strategy = own === null ? null : followedBy(own.part, planned?.afterwards);
  return { ...checkedRun(runName, config, ownSpace.part, strategy), strategy, changedModules };
}

/** `strategy`: null for one that is not needed; then one of one's own is not checked. */
function checkedRun(runName: string, config: RunConfig, spaceKind: SpaceKind, strategy: Strategy | null): SpaceOfRun {
  const strategies = strategy === null ? STRATEGIES : [strategy];
  const checked = readPartsOfConfig(config, { spaces: [spaceKind], strategies });
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!;
    throw new IstaNasError(`run ${runName}: ${CONFIG_FILE}: ${path.join(".")}: ${message}`, { code: "E_RUN_CONFIG" });
  }
  return { config: checked.data, spaceKind, space: spaceKind.create(checked.data.space.options) };
}

async function partOf<Part extends { readonly kind: string }>(
  runName: string,
  what: "space" | "strategy",
  { kind, module }: PartConfig,
  given: string | undefined,
  find: (name: string) => Promise<ChosenPart<Part>>,
): Promise<ChosenPart<Part>> {
  if (module === undefined) return find(kind);
  const wrong = (got: string) =>
    new IstaNasError(`run ${runName}: ${what} ${kind}: got ${got}, expected the module that the run began with`, {
      code: "E_RUN_MODULE",
      kind: "usage",
      hint: `name it again: --${what} ${module.path}; it is loaded, and so run, only if you say so`,
    });
  if (given === undefined) throw wrong("none");
  const chosen = await find(given);
  if (chosen.part.kind !== kind) throw wrong(`one that is called ${chosen.part.kind}`);
  return chosen;
}

async function choose<Part extends { readonly kind: string }>(
  what: "space" | "strategy",
  name: string | undefined,
  known: readonly Part[],
  members: Members,
  guard: (part: Part, module: OwnModule) => Part,
): Promise<ChosenPart<Part>> {
  if (name === undefined) return { part: known[0]! };
  const found = known.find(({ kind }) => kind === name);
  if (found !== undefined) return { part: found };
  if (namesModule(name)) {
    const { part, module } = await loadModule<Part>(what, name, members);
    return { part: guard(part, { what, path: module.path }), module };
  }
  throw new IstaNasError(`--${what}: got ${name}, expected one of ${known.map(({ kind }) => kind).join(", ")}`, {
    code: "E_USAGE_PART",
    kind: "usage",
    hint: `or a module with a ${what} of your own: ./mine.mjs`,
  });
}
