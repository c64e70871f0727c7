/** @file What may change in a run that goes on: `resume --with epochs=100,retrain-rate=0.01`, in the words of the flags. */
import { IstaNasError } from "../error.ts";
import { type Flag, spelling } from "../options/index.ts";
import type { Strategy } from "../search/index.ts";
import type { RunConfig, RunState } from "../store/index.ts";
import { RUN_FLAGS } from "./run-options.ts";

/** Values by the names of options, or `NAME=VALUE` by commas, in the words of flags. */
export type ConfigChangesGiven = string | Readonly<Record<string, number>>;

/** One setting that was changed, from what to what. */
export interface ConfigChange {
  readonly setting: string;
  readonly from: number | null;
  readonly to: number;
}

/** What one name changes. */
interface Setting {
  readonly flag: Flag<unknown>;
  /** Undefined where the run has no such setting. */
  get(config: RunConfig): number | null | undefined;
  set(config: RunConfig, value: number): RunConfig;
  /** Whether a search alone reads it, or its end: the budget says how many epochs of training are left. */
  readonly isOfSearch: boolean;
}

const inTraining = (field: "epochs" | "learningRate" | "weightDecay", flag: Flag<unknown>): Setting => ({
  flag,
  get: (config) => config.training[field],
  set: (config, value) => ({ ...config, training: { ...config.training, [field]: value } }),
  isOfSearch: false,
});

/** What is asked for holds: a budget decides no more how many there are. */
const TRAINING_EPOCHS: Setting = {
  ...inTraining("epochs", RUN_FLAGS.retrainEpochs),
  set: (config, epochs) => ({ ...withBudget(config, {}), training: { ...config.training, epochs } }),
};

const inStrategy = (strategy: Strategy, name: string, flag: Flag<unknown>): Setting => ({
  flag,
  get: ({ strategy: planned }) => strategy.changes[name]!.get(planned!.options),
  set: ({ strategy: planned, ...config }, value) => ({
    ...config,
    strategy: { ...planned!, options: strategy.changes[name]!.set(planned!.options, value) },
  }),
  isOfSearch: true,
});

const OF_RUN: Readonly<Record<string, Setting>> = {
  maxLoss: {
    flag: RUN_FLAGS.maxLoss,
    get: ({ maxLoss }) => maxLoss,
    set: (config, maxLoss) => ({ ...config, maxLoss }),
    isOfSearch: false,
  },
  checkpointMinutes: {
    flag: RUN_FLAGS.checkpointMinutes,
    get: ({ checkpoints }) => checkpoints.minutes,
    set: (config, minutes) => ({ ...config, checkpoints: { ...config.checkpoints, minutes } }),
    isOfSearch: false,
  },
  checkpointsKept: {
    flag: RUN_FLAGS.checkpointsKept,
    get: ({ checkpoints }) => checkpoints.kept,
    set: (config, kept) => ({ ...config, checkpoints: { ...config.checkpoints, kept } }),
    isOfSearch: false,
  },
};

const TIME: Setting = {
  flag: RUN_FLAGS.time,
  get: ({ timeBudget }) => timeBudget,
  set: (config, timeBudget) => withBudget(config, { timeBudget }),
  isOfSearch: true,
};

const COMPUTE: Setting = {
  flag: RUN_FLAGS.compute,
  get: ({ computeBudget }) => computeBudget ?? null,
  set: (config, computeBudget) => withBudget(config, { computeBudget }),
  isOfSearch: true,
};

/** With this budget and no other; when the search is to be over is known in the unit of the old one alone. */
function withBudget(config: RunConfig, budget: Partial<Pick<RunConfig, "timeBudget" | "computeBudget">>): RunConfig {
  const { timeBudget, computeBudget: compute, searchBudget, ...rest } = config;
  const isSameUnit = (timeBudget !== null) === (budget.timeBudget !== undefined);
  return {
    ...{ ...rest, timeBudget: null, ...budget },
    ...(isSameUnit && searchBudget !== undefined ? { searchBudget } : {}),
  };
}

/** Everything that can be changed in this run, by the name of its option. */
function settingsOf(strategy: Strategy | null): Readonly<Record<string, Setting>> {
  const weightDecay = inTraining("weightDecay", RUN_FLAGS.weightDecay);
  if (strategy === null) {
    return {
      epochs: TRAINING_EPOCHS,
      learningRate: inTraining("learningRate", RUN_FLAGS.learningRate),
      ...{ weightDecay, ...OF_RUN },
    };
  }
  const flags: Readonly<Record<string, Flag<unknown>>> = { ...RUN_FLAGS, ...strategy.flags };
  // A change without an option has no word to ask for it by.
  const own = Object.keys(strategy.changes).flatMap((name) => {
    const flag = flags[name];
    return flag === undefined ? [] : [[name, inStrategy(strategy, name, flag)] as const];
  });
  const { weightDecay: ofSearch, ...others } = Object.fromEntries<Setting>(own);
  return {
    ...others,
    retrainEpochs: TRAINING_EPOCHS,
    retrainRate: inTraining("learningRate", RUN_FLAGS.retrainRate),
    // Of both: the search's goes with that of the training.
    weightDecay: {
      ...weightDecay,
      set: (config, value) => weightDecay.set(ofSearch?.set(config, value) ?? config, value),
    },
    time: TIME,
    compute: COMPUTE,
    ...OF_RUN,
  };
}

/**
 * The configuration with what was given applied, and what that changed.
 * @param state where the run goes on, null for its beginning
 * @throws E_USAGE_CHANGE for a setting that cannot change, that this run does not have, or one that comes too late to change anything, and what the
 * flag throws for its value
 */
export function changeConfig(
  config: RunConfig,
  strategy: Strategy | null,
  given: ConfigChangesGiven,
  state: RunState | null,
): { readonly config: RunConfig; readonly changes: readonly ConfigChange[] } {
  const settings = settingsOf(strategy);
  const names = new Map(Object.keys(settings).map((name) => [spelling(name), name]));
  const isSearched = strategy !== null && state !== null && isSearchOver(state);
  const changes: ConfigChange[] = [];
  let changed = config;
  for (const part of wordsOf(given, settings)) {
    const [word = "", value] = part.split("=", 2);
    const name = names.get(word.trim());
    if (name === undefined || value === undefined) {
      const what = value === undefined ? "NAME=VALUE" : "a setting that this run has and that can be changed";
      throw usageError(`got ${JSON.stringify(part)}, expected ${what}`, namesIn(settings));
    }
    const { get, set, flag, isOfSearch } = settings[name]!;
    const from = get(changed) ?? null;
    const to = flag.parse(value, word.trim()) as number;
    if (to === from) continue;
    if (isSearched && isOfSearch) {
      throw usageError(
        `got ${part}, but the search of this run is over, expected a setting of its training`,
        "change retrain-epochs or retrain-rate, or start another run",
      );
    }
    const begun = state !== null && name === epochSettingOf(strategy, state) ? epochsBegun(state) : 0;
    if (to < begun) {
      throw usageError(
        `got ${part}, expected at least ${begun}: so many epochs are done or begun`,
        "for fewer start another run",
      );
    }
    changed = set(changed, to);
    changes.push({ setting: word.trim(), from, to });
  }
  // What is over stays as it was.
  return { config: isSearched ? { ...changed, strategy: config.strategy } : changed, changes };
}

/** One that has settled takes no more epochs. */
function isSearchOver(state: RunState): boolean {
  return state.phase === "retrain" || (state.settling?.settledAt ?? null) !== null;
}

/** As they are typed. */
function wordsOf(given: ConfigChangesGiven, settings: ReturnType<typeof settingsOf>): readonly string[] {
  if (typeof given === "string") return given.split(",");
  if (typeof given !== "object" || given === null)
    throw usageError(`got ${given}, expected values by name`, namesIn(settings));
  return Object.entries(given).map(([name, value]) => {
    const { format = String } = settings[name]?.flag ?? {};
    return `${spelling(name)}=${format(value)}`;
  });
}

function namesIn(settings: ReturnType<typeof settingsOf>): string {
  return `names: ${Object.keys(settings).map(spelling).join(", ")}`;
}

/** What says how many epochs the phase takes that the run is in. */
function epochSettingOf(strategy: Strategy | null, { phase }: RunState): string | null {
  if (strategy === null) return "epochs";
  return phase === "retrain" ? "retrainEpochs" : strategy.epochsOption;
}

function epochsBegun(state: RunState): number {
  const { epoch, step } = state.phase === "retrain" ? state.training : state.search;
  return step > 0 ? epoch + 1 : epoch;
}

function usageError(what: string, hint: string): IstaNasError {
  return new IstaNasError(`--with: ${what}`, { code: "E_USAGE_CHANGE", kind: "usage", hint });
}
