/** @file What a new run is asked for, checked before anything is read: names, values, place. */
import { IstaNasError } from "../error.ts";
import { AUTO } from "../options/index.ts";
import type { Strategy } from "../search/index.ts";
import { SPACES, type SpaceKind } from "../spaces/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import { followedBy } from "./afterwards.ts";
import { assertCanSettle } from "./can-settle.ts";
import { assertNewRunPlace } from "./new-run-place.ts";
import { type Flags, partFlags, unionOfFlags } from "./part-flags.ts";
import { assertOneBudget, hasBudget } from "./run-budget.ts";
import { RUN_FLAGS, type RunOptions } from "./run-options.ts";
import { type ChosenPart, chooseSpace, chooseStrategy } from "./run-parts.ts";
import { NEW_RUN_FLAGS, type SearchSpec, type TrainSpec } from "./run-spec.ts";
import { takeGiven } from "./take-given.ts";

const { space, strategy, seed, out, ...OWN_FLAGS } = RUN_FLAGS;
const {
  retrainBatch: _batch,
  retrainEpochs,
  retrainRate: _rate,
  verdict: _verdict,
  afterwards: _afterwards,
  settledEpochs: _settledEpochs,
  ...TRAIN_FLAGS
} = OWN_FLAGS;

/** What is called, what it needs, and what stands beside its options. */
interface Call {
  readonly where: string;
  readonly needed: readonly string[];
  readonly beside: Flags;
}

const SEARCH: Call = {
  where: "search",
  needed: ["data"],
  beside: { space, strategy, seed, out, ...NEW_RUN_FLAGS },
};
const TRAIN: Call = {
  where: "train",
  needed: ["architecture", "data"],
  beside: { space, seed, out, ...NEW_RUN_FLAGS },
};

/** A search whose parts are loaded. */
export interface CheckedSearch {
  /** What was asked for in one object. */
  readonly given: RunOptions;
  readonly space: ChosenPart<SpaceKind>;
  readonly strategy: ChosenPart<Strategy>;
  /** Whether the plan decides by the budget if there is a search at all. */
  readonly maySkipSearch: boolean;
}

/** What is done where nothing is said; `AUTO` would let the budget decide. */
const DEFAULT_STRATEGY: string = STRATEGIES[0]!.kind;

/** Throws what `takeGiven`, `assertNewRunPlace`, `chooseSpace`, `chooseStrategy` and `partFlags` throw; `followedBy` and `assertCanSettle` throw;
 * `E_USAGE_OPTION` for two budgets, and for `auto` where nothing can be decided. */
export async function checkSearchSpec(spec: SearchSpec): Promise<CheckedSearch> {
  const {
    data: _,
    new: isBeside,
    log,
    mlflowUri,
    mlflowExperiment,
    options,
    ...own
  } = takeBeside(SEARCH, spec, searchFlags([], []));
  const named = own.strategy ?? DEFAULT_STRATEGY;
  const searched = named === AUTO ? undefined : named;
  const [ofSpace, ofStrategy] = await Promise.all([chooseSpace(own.space), chooseStrategy(searched)]);
  const flags = searchFlags([ofSpace.part], [ofStrategy.part]);
  const given: RunOptions = { ...takeOptions(SEARCH, options, flags), ...own };
  assertOneBudget(given);
  if (own.strategy === AUTO) assertCanBeDecided(given);
  assertCanSettle(ofStrategy.part, given.settledEpochs);
  const followed = { ...ofStrategy, part: followedBy(ofStrategy.part, given.afterwards) };
  const maySkipSearch = named === AUTO && hasBudget(given) && given.verdict !== true;
  return { given, space: ofSpace, strategy: followed, maySkipSearch };
}

/** Throws `E_USAGE_OPTION` where there is nothing to decide by, or only one answer. */
function assertCanBeDecided(given: RunOptions): void {
  if (hasBudget(given) && given.verdict !== true) return;
  const [where, hint] = !hasBudget(given)
    ? ["without --time or --compute", "add --time 20m: a budget is what is decided by; or name a strategy"]
    : ["with --verdict", "a verdict is passed on what a search found: name a strategy"];
  throw new IstaNasError(`--strategy: got ${AUTO} ${where}, expected the name of a strategy`, {
    code: "E_USAGE_OPTION",
    kind: "usage",
    hint,
  });
}

/** What a training is asked for, in one object. Throws what `takeGiven`, `assertNewRunPlace`, `chooseSpace` and `partFlags` throw. */
export async function checkTrainSpec(spec: TrainSpec): Promise<RunOptions> {
  const taken = takeBeside(TRAIN, spec, trainFlags([]));
  const {
    architecture: _architecture,
    data: _data,
    new: _new,
    log,
    mlflowUri,
    mlflowExperiment,
    options,
    ...own
  } = taken;
  const named = own.space === undefined ? [] : [(await chooseSpace(own.space)).part];
  const given = { ...takeOptions(TRAIN, options, trainFlags(named)), ...own };
  assertOneBudget(given);
  return given;
}

/** With those of all parts of the package: what belongs to another part is told from what nobody knows. */
function searchFlags(spaces: readonly SpaceKind[], strategies: readonly Strategy[]): Flags {
  const parts = partFlags([...new Set([...SPACES, ...spaces])], [...new Set([...STRATEGIES, ...strategies])]);
  return unionOfFlags([OWN_FLAGS, ...Object.values(parts)]);
}

function trainFlags(spaces: readonly SpaceKind[]): Flags {
  const parts = partFlags([...new Set([...SPACES, ...spaces])], []);
  // What a search calls retrainEpochs: here nothing else is trained.
  return unionOfFlags([TRAIN_FLAGS, { epochs: retrainEpochs }, parts.macro, parts.space]);
}

/** `inside`: what can stand among the options. */
function takeBeside<Spec extends SearchSpec | TrainSpec>(
  { where, needed, beside }: Call,
  spec: Spec,
  inside: Flags,
): Spec {
  const taken = takeGiven(spec, {
    ...{ where, needed, flags: { ...beside, options: null } },
    placeOf: (name) => (Object.hasOwn(inside, name) ? `give it in options: { ${name} }` : null),
  }) as unknown as Spec;
  if (taken.out !== undefined) assertNewRunPlace(taken.out, taken.new === true);
  return taken;
}

function takeOptions({ where, needed, beside }: Call, options: unknown, inside: Flags): RunOptions {
  return takeGiven(options ?? {}, {
    ...{ where: `${where}: options`, flags: inside },
    placeOf: (name) =>
      [...needed, ...Object.keys(beside)].includes(name) ? "give it beside options, not in them" : null,
  });
}
