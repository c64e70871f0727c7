/** @file The size of the networks of a new run, and what their epochs take: where a budget leaves it to the plan, the largest that can be trained for long enough. */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { countMacs, inferencePass } from "../network/index.ts";
import type { Decision, RunConfig } from "../store/index.ts";
import { anyArchitecture } from "./any-architecture.ts";
import { checkNewRun } from "./check-capacity.ts";
import { chooseSize, type PhaseCosts } from "./choose-size.ts";
import { costOfSearchEpoch, costOfTrainingEpoch } from "./epoch-cost.ts";
import {
  type EpochCosts,
  type EpochPlan,
  enoughEpochs,
  fitEpochs,
  fitsTraining,
  leastBudget,
  MOST_TRAINING_EPOCHS,
} from "./epoch-plan.ts";
import { askedBudget, type RunBudget } from "./run-budget.ts";
import { note } from "./run-host.ts";
import type { RunInputs } from "./run-inputs.ts";
import type { RunOptions } from "./run-options.ts";
import type { RunParts } from "./run-parts.ts";

const NO_ROOM: readonly string[] = ["E_RUN_MEMORY", "E_RUN_DISK", "E_DEVICE_MEMORY"];

export interface SizeRequest {
  /** From small to large; at least one. */
  readonly ladder: readonly RunOptions[];
  /** Of the run with networks of that size. */
  configOf(size: RunOptions): RunConfig;
  /** What is trained, if it is known: any will do. */
  readonly architecture: unknown;
}

export interface PlannedSize {
  readonly config: RunConfig;
  readonly plan: EpochPlan;
  /** What was chosen; none where there was nothing to choose. */
  readonly decisions: readonly Decision[];
}

/** The smallest size is known to be possible. Throws `E_TIME_TOO_SHORT` or `E_COMPUTE_TOO_SMALL` if not one epoch of each phase fits. */
export async function planSize(inputs: RunInputs, parts: RunParts, request: SizeRequest): Promise<PlannedSize> {
  const { host, data, startedAt } = inputs;
  const { given, unit }: RunBudget = askedBudget(inputs.options)!;
  const configs = request.ladder.map((size) => request.configOf(size));
  const architecture = request.architecture ?? anyArchitecture(parts.space);
  const work = (index: number) =>
    countMacs(parts.space.derivedNetwork(configs[index]!.training.network, architecture)(inferencePass()).graph, 1);
  const measure = async (index: number): Promise<PhaseCosts | null> => {
    const config = configs[index]!;
    if (index > 0 && !(await hasRoom(inputs, config, parts, request.architecture))) return null;
    const { stepCost } = unit;
    const training = await costOfTrainingEpoch(stepCost, config, parts.space, architecture, data, host.threads);
    const search = parts.strategy === null ? 0 : await costOfSearchEpoch(stepCost, config, parts, data, host.threads);
    return { search, training };
  };
  const budget = ({ training }: PhaseCosts) => {
    return { given, used: unit.usedSince(startedAt), ending: unit.ending(training, configs[0]!.data) };
  };
  const enough = enoughEpochs(data.train.count);
  const ofEpochs = (costs: PhaseCosts) => epochCosts(configs[0]!, parts, costs);
  const fits = (costs: PhaseCosts) => fitsTraining(budget(costs), enough, ofEpochs(costs));
  const { index, costs, larger } = await chooseSize({ count: configs.length, work, measure, fits });
  const state = budget(costs);
  const plan = fitEpochs(state, ofEpochs(costs));
  if (plan === null) throw unit.tooSmall(state, leastBudget(state, ofEpochs(costs)));
  const config = configs[index]!;
  if (configs.length === 1) return { config, plan, decisions: [] };
  const sizeOf = (at: number) => parts.spaceKind.describe(configs[at]!.training.network);
  const fitting = countOf(epochsOf(plan), "epoch of training fits", "epochs of training fit");
  const reason = `${fitting}; ${larger === null ? "there is no larger one" : `${sizeOf(larger.index)} ${wouldGet(larger.costs)}`}`;
  const chosen = sizeOf(index);
  note(host, `size: ${chosen}: ${reason}`);
  return { config, plan, decisions: [{ of: "size", chosen, reason }] };

  function wouldGet(ofLarger: PhaseCosts | null): string {
    if (ofLarger === null) return "would need more room than there is";
    const larger = fitEpochs(budget(ofLarger), ofEpochs(ofLarger));
    return `would get ${larger === null ? 0 : epochsOf(larger)}`;
  }

  function epochsOf({ searchEpochs, retrainEpochs }: EpochPlan): number {
    return parts.strategy?.afterwards === "none" ? searchEpochs : retrainEpochs;
  }
}

/** What epochs that take so much are planned by: the ratio of their numbers is that of `config`. Where nothing comes after a search, that is the training. */
function epochCosts({ strategy, training }: RunConfig, parts: RunParts, costs: PhaseCosts): EpochCosts {
  const { epochsOption = null, changes = {} } = parts.strategy ?? {};
  const bound = epochsOption === null ? null : changes[epochsOption]!;
  const epochs = bound === null ? null : bound.get(strategy!.options);
  if (epochs !== null && parts.strategy!.afterwards === "none") {
    const search = { epochs, costPerEpoch: costs.search, most: MOST_TRAINING_EPOCHS };
    return { search, training: { epochs, costPerEpoch: 0 } };
  }
  return {
    search: epochs === null ? null : { epochs, costPerEpoch: costs.search },
    training: { epochs: training.epochs, costPerEpoch: costs.training },
  };
}

async function hasRoom(inputs: RunInputs, config: RunConfig, parts: RunParts, architecture: unknown): Promise<boolean> {
  const host = { ...inputs.host, onEvent: () => {} };
  try {
    await checkNewRun({ ...inputs, host }, config, parts, architecture);
    return true;
  } catch (error) {
    if (error instanceof IstaNasError && NO_ROOM.includes(error.code)) return false;
    throw error;
  }
}
