/** @file What may change in a run that goes on: `resume --with epochs=100,retrain-rate=0.01`, in the words of the flags. */
import { IstaNasError } from "../../error.ts";
import { CONFIG_FILE, type RunConfig, type RunState } from "../../store/index.ts";
import { FLAGS, type FlagName, type FlagValues, spelling } from "../flags.ts";

/** One setting that was changed, from what to what. */
export interface ConfigChange {
  readonly setting: string;
  readonly from: number | null;
  readonly to: number;
}

type ChangeableFlag =
  | "epochs"
  | "maxSearchEpochs"
  | "retrainEpochs"
  | "learningRate"
  | "architectureRate"
  | "retrainRate"
  | "weightDecay"
  | "time"
  | "maxLoss"
  | "checkpointMinutes"
  | "checkpointsKept";

interface Setting {
  get(config: RunConfig): number | null | undefined;
  set(config: RunConfig, value: number): RunConfig;
}

/** What only a search reads, and what only its end does: the budget says how many epochs of training are left. */
const OF_SEARCH: readonly ChangeableFlag[] = ["epochs", "maxSearchEpochs", "learningRate", "architectureRate", "time"];

const inRetrain = (field: "epochs" | "learningRate"): Setting => ({
  get: (config) => config.retrain[field],
  set: (config, value) => ({ ...config, retrain: { ...config.retrain, [field]: value } }),
});

const inSearch = (field: "epochs" | "learningRate"): Setting => ({
  get: (config) => (config.command === "train" ? config.retrain[field] : config.search?.[field]),
  set: (config, value) =>
    config.command === "train"
      ? inRetrain(field).set(config, value)
      : { ...config, search: { ...config.search!, [field]: value } },
});

function withArchitectureRate<Search extends NonNullable<RunConfig["search" | "oneStage"]>>(
  search: Search,
  learningRate: number,
): Search {
  return { ...search, architecture: { ...search.architecture, learningRate } };
}

const ofFoundNetwork = (setting: Setting): Setting => ({
  ...setting,
  get: (config) => (config.command === "search" ? setting.get(config) : undefined),
});

const SETTINGS: { readonly [name in ChangeableFlag]: Setting } = {
  epochs: inSearch("epochs"),
  learningRate: {
    get: (config) => config.oneStage?.learningRate ?? inSearch("learningRate").get(config),
    set: (config, value) =>
      config.oneStage === null
        ? inSearch("learningRate").set(config, value)
        : { ...config, oneStage: { ...config.oneStage, learningRate: value } },
  },
  architectureRate: {
    get: (config) => (config.oneStage ?? config.search)?.architecture.learningRate,
    set: (config, learningRate) => ({
      ...config,
      search: config.search && withArchitectureRate(config.search, learningRate),
      oneStage: config.oneStage && withArchitectureRate(config.oneStage, learningRate),
    }),
  },
  maxSearchEpochs: {
    get: (config) => config.oneStage?.maxEpochs,
    set: (config, value) => ({ ...config, oneStage: { ...config.oneStage!, maxEpochs: value } }),
  },
  retrainEpochs: ofFoundNetwork(inRetrain("epochs")),
  retrainRate: ofFoundNetwork(inRetrain("learningRate")),
  weightDecay: {
    get: (config) => config.retrain.weightDecay,
    set: (config, weightDecay) => ({
      ...config,
      search: config.search && { ...config.search, weightDecay },
      oneStage: config.oneStage && { ...config.oneStage, weightDecay },
      retrain: { ...config.retrain, weightDecay },
    }),
  },
  time: {
    get: (config) => (config.command === "search" ? config.timeBudget : undefined),
    set: (config, timeBudget) => ({ ...config, timeBudget }),
  },
  maxLoss: {
    get: (config) => config.maxLoss,
    set: (config, maxLoss) => ({ ...config, maxLoss }),
  },
  checkpointMinutes: {
    get: (config) => config.checkpoints.minutes,
    set: (config, minutes) => ({ ...config, checkpoints: { ...config.checkpoints, minutes } }),
  },
  checkpointsKept: {
    get: (config) => config.checkpoints.kept,
    set: (config, kept) => ({ ...config, checkpoints: { ...config.checkpoints, kept } }),
  },
};

/**
 * The configuration with `text` applied, `NAME=VALUE` by commas, and what that changed.
 * @param state where the run goes on, null for its beginning
 * @throws E_USAGE_CHANGE for a setting that cannot change, that this run does not have, or that comes too late to change anything, and what the
 * flag throws for its value
 */
export function changeConfig(
  config: RunConfig,
  text: string,
  state: RunState | null,
): { readonly config: RunConfig; readonly changes: readonly ConfigChange[] } {
  const names = new Map(Object.keys(SETTINGS).map((name) => [spelling(name as FlagName), name as ChangeableFlag]));
  const isSearched = config.command === "search" && state?.phase === "retrain";
  const changes: ConfigChange[] = [];
  let changed = config;
  for (const part of text.split(",")) {
    const [setting = "", value] = part.split("=", 2);
    const name = names.get(setting.trim());
    if (name === undefined || value === undefined) {
      throw usageError(`got ${JSON.stringify(part)}, expected NAME=VALUE`, `names: ${[...names.keys()].join(", ")}`);
    }
    const { get, set } = SETTINGS[name];
    const from = get(changed);
    if (from === undefined) {
      throw usageError(
        `got ${setting}, expected a setting that this run has`,
        `${CONFIG_FILE} in its folder shows them all`,
      );
    }
    const to = FLAGS[name].parse(value) as NonNullable<FlagValues[ChangeableFlag]>;
    if (to === from) continue;
    if (isSearched && OF_SEARCH.includes(name)) {
      throw usageError(
        `got ${part}, but the search of this run is over, expected a setting of its training`,
        "change retrain-epochs or retrain-rate, or start another run",
      );
    }
    const begun = state !== null && name === epochSettingOf(config, state) ? epochsBegun(state) : 0;
    if (to < begun) {
      throw usageError(
        `got ${part}, expected at least ${begun}: so many epochs are done or begun`,
        "for fewer start another run",
      );
    }
    changed = set(changed, to);
    changes.push({ setting: setting.trim(), from, to });
  }
  // What is over stays as it was.
  return { config: isSearched ? { ...changed, search: config.search, oneStage: config.oneStage } : changed, changes };
}

/** What says how many epochs the phase takes that the run is in. */
function epochSettingOf({ command, strategy }: RunConfig, { phase }: RunState): ChangeableFlag {
  if (phase === "retrain") return command === "train" ? "epochs" : "retrainEpochs";
  return strategy === "one-stage" ? "maxSearchEpochs" : "epochs";
}

function epochsBegun(state: RunState): number {
  const { epoch, step } = state.phase === "retrain" ? state.training : state.search;
  return step > 0 ? epoch + 1 : epoch;
}

function usageError(what: string, hint: string): IstaNasError {
  return new IstaNasError(`--with: ${what}`, { code: "E_USAGE_CHANGE", kind: "usage", hint });
}
