/**
 * @file Search by gates that end open or shut (Gao et al. 2020, "MTL-NAS: Task-agnostic neural architecture search towards general-purpose multi-task
 * learning", section 3.3): each step moves the logits of the gates on a batch of the second half, by a loss that has their entropy beside it, and then the
 * weights on one of the first, with gates that are drawn, the harder the longer the search has gone on. What the gates are at the end, open or shut, is the
 * network that was trained, so it keeps its weights and is not trained again.
 *
 * The published code trains the 1x1 convolutions of the fusions at 100 times the rate of backbones that come trained; here nothing comes trained, and all
 * weights have one rate.
 */
import type { Supports } from "../../choice/index.ts";
import { countOf } from "../../count-of.ts";
import { allCandidates, type Gate, type SearchedSpace } from "../../network/index.ts";
import {
  type LogitsState,
  type MixedLearner,
  type MixedOptions,
  type MixedPrograms,
  MixedSearch,
  type MixedState,
  type MixedStep,
  type SearchContext,
  type SearchResult,
  type SelectedGroup,
} from "../../search/index.ts";
import { ArchitectureStep, WeightStep, type WeightStepOptions } from "../../train/index.ts";
import { GateLogits } from "./gate-logits.ts";

export interface MtlOptions extends MixedOptions {
  readonly labelSmoothing: number;
  readonly auxiliaryWeight: number;
  /** Rate of Adam on the logits. */
  readonly logitRate: number;
  /** What the mean entropy of the gates is multiplied by in the loss that moves them. */
  readonly entropyWeight: number;
  /** What the mean of the gates, each by what it costs, is multiplied by there. */
  readonly gatePrice: number;
}

/** Gates between these are neither open nor shut: what was trained with them in part is kept whole or dropped. */
const [SHUT, OPEN] = [0.1, 0.9];

/** Weight steps with gates. */
export function gatedStepOptions(options: MtlOptions): WeightStepOptions {
  return { ...options, mixture: true, dropPath: false };
}

/** The gates of a space that has such. */
export function gatesOf({ gates }: Pick<SearchedSpace, "gates">): readonly Gate[] {
  return gates!;
}

/** Of the samples of a step: from 1 down to 0, as published. `share`: of the search that is over. */
function temperatureAt(share: number): number {
  return (1 - share) ** 2;
}

export class MtlSearch extends MixedSearch {
  /** `context.batches`: two halves, the first of which trains the weights and the second moves the logits. */
  constructor(context: SearchContext, options: MtlOptions, from: MixedState | null) {
    super(context, options, new MtlLearner(context, options, from), from);
  }
}

class MtlLearner implements MixedLearner {
  readonly #context: SearchContext;
  readonly #options: MtlOptions;
  readonly #logits: GateLogits;

  constructor(context: SearchContext, options: MtlOptions, from: LogitsState | null) {
    const { space } = context;
    const { logitRate: rate, entropyWeight, gatePrice } = options;
    this.#context = context;
    this.#options = options;
    this.#logits = new GateLogits(
      { groups: space.groups, gates: gatesOf(space), rate, entropyWeight, gatePrice },
      from,
    );
  }

  get kept(): Supports {
    return this.#logits.hard;
  }

  state(): LogitsState {
    return this.#logits.state();
  }

  describe(supports: Supports, before: Supports, isOver: boolean): readonly SelectedGroup[] {
    return this.#logits.describe(supports, before, isOver);
  }

  figures(epoch: number): Readonly<Record<string, number>> {
    return { temperature: temperatureAt(epoch / this.#options.epochs), entropy: this.#logits.meanEntropy };
  }

  result(supports: Supports): Pick<SearchResult, "mixture" | "details" | "remarks"> {
    const { probabilities, meanEntropy } = this.#logits;
    const gates = gatesOf(this.#context.space);
    const openGates = supports.filter(([kept], group) => kept === gates[group]!.open).length;
    const undecided = probabilities.filter((probability) => probability > SHUT && probability < OPEN).length;
    const remarks =
      undecided === 0
        ? []
        : [
            `${undecided} of ${countOf(gates.length, "gate")} ended neither open nor shut, between ${SHUT} and ${OPEN}: raise --entropy-weight or --logit-rate, or let the search have more epochs`,
          ];
    return { mixture: null, details: { openGates, undecidedGates: undecided, meanEntropy }, remarks };
  }

  async compile(): Promise<MixedPrograms> {
    const { device, space, streams, maxLoss } = this.#context;
    const { batch, recompute, accumulate, epochs } = this.#options;
    const build = space.network(allCandidates(space.groups));
    const ofLogits = { batch, updatesRunning: false, recompute, accumulate, maxLoss };
    const architectureStep = await ArchitectureStep.compile(device, build, ofLogits);
    const weightStep = await WeightStep.compile(device, build, { ...gatedStepOptions(this.#options), maxLoss });
    return {
      step: async ({ take, learningRate, epoch, step, steps }: MixedStep) => {
        const steered = await take((images) => architectureStep.run(images, this.#logits.soft));
        this.#logits.step(steered.gradients);
        const temperature = temperatureAt((epoch * steps + step) / (epochs * steps));
        const mixture = this.#logits.sample(temperature, streams.stream(`mtl/epoch/${epoch}/step/${step}`));
        return { steered, trained: await take((images) => weightStep.run(images, { learningRate, mixture })) };
      },
      release: () => {
        architectureStep.release();
        weightStep.release();
      },
    };
  }
}
