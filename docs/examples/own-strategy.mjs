// @ts-check
/**
 * @file A search strategy of one's own: random search by training speed. Candidates are drawn at random, each is trained alone from the same first
 * weights for one epoch, and the one whose training losses add up to least is kept: the sum of training losses tells architectures apart well before
 * they are trained out (Ru et al., Speedy Performance Estimation for Neural Architecture Search, NeurIPS 2021).
 *
 *     ista-nas search photos --strategy ./own-strategy.mjs --candidates 20
 */
import { randomSupports } from "ista-nas/choice";
import { integerFlag, z } from "ista-nas/options";
import {
  changeOf,
  defineStrategy,
  ExplorationLedger,
  epochsSchema,
  ledgerSchema,
  placeSchema,
  selectionOf,
  sgdSchema,
  superNetSgd,
  superNetwork,
  trainingSumsSchema,
  weightEpoch,
  weightTrial,
} from "ista-nas/search";
import {
  addStep,
  batchesInOrder,
  initialiseWeights,
  learningRateFor,
  NO_TRAINING_SUMS,
  Prefetch,
  WeightStep,
} from "ista-nas/train";

/**
 * @import { Supports } from "ista-nas/choice"
 * @import { CommonGiven, LedgerState, Search, SearchContext, SearchEvent, SearchRun, SuperNetSgd } from "ista-nas/search"
 * @import { TrainingPlace, TrainingSums } from "ista-nas/train"
 */

/** @typedef {SuperNetSgd & { readonly candidates: number }} Options */

/**
 * An epoch is a candidate. `losses`: mean training loss of each that is done; what each of them was, its number says.
 * @typedef {TrainingPlace & { readonly sums: Readonly<TrainingSums>, readonly losses: readonly number[], readonly ledger: LedgerState }} State
 */

/**
 * The candidate of that number. Its stream has its number in its name, so a search that goes on draws it again without having to remember it.
 * @param {Pick<SearchContext, "space" | "streams">} context
 * @param {number} candidate
 * @returns {Supports}
 */
function drawCandidate({ space, streams }, candidate) {
  return randomSupports(space.groups, streams.stream(`training-speed/candidate/${candidate}`));
}

/** @implements {Search<State>} */
class TrainingSpeedSearch {
  #context;
  #options;
  #ledger;
  #isResumed;
  #epoch;
  #step;
  #sums;
  #losses;

  /**
   * @param {SearchContext} context
   * @param {Options} options
   * @param {State | null} from
   */
  constructor(context, options, from) {
    this.#context = context;
    this.#options = options;
    this.#ledger = new ExplorationLedger(context.space.groups, from?.ledger);
    this.#isResumed = from !== null;
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_TRAINING_SUMS) };
    this.#losses = [...(from?.losses ?? [])];
  }

  /** Copies: what a checkpoint writes down must not change while it is written. @returns {State} */
  state() {
    return {
      ...{ epoch: this.#epoch, step: this.#step, sums: { ...this.#sums } },
      ...{ losses: [...this.#losses], ledger: this.#ledger.state() },
    };
  }

  /** @returns {SearchRun} */
  async *run() {
    const { device, space, streams, batches, clock } = this.#context;
    const { candidates } = this.#options;
    const source = /** @type {NonNullable<typeof batches[0]>} */ (batches[0]);
    const steps = source.batchCount;
    const place = { epoch: this.#epoch, step: this.#step };
    const prefetch = new Prefetch(batchesInOrder([source], candidates, steps, place), clock);
    if (!this.#isResumed) {
      // Checkpoints hold the values of all candidates of the space.
      initialiseWeights(device, superNetwork(space), streams);
      this.#ledger.select(drawCandidate(this.#context, 0));
      yield this.#selection({});
    }
    while (this.#epoch < candidates) {
      const supports = drawCandidate(this.#context, this.#epoch);
      yield* this.#train(supports, prefetch, steps);
      const { loss } = this.#sums;
      this.#ledger.select(supports);
      this.#ledger.countSteps(supports, steps);
      this.#losses.push(loss);
      this.#epoch++;
      this.#step = 0;
      this.#sums = { ...NO_TRAINING_SUMS };
      yield this.#selection({ loss });
    }
    return {
      ...{ supports: this.#best(), mixture: null, exploration: this.#ledger.exploration },
      details: { candidateLosses: [...this.#losses] },
      remarks: [`of ${candidates} candidates number ${this.#bestIndex() + 1} learned fastest`],
    };
  }

  /**
   * The steps of a candidate that are left.
   * @param {Supports} supports
   * @param {Prefetch} prefetch
   * @param {number} steps
   * @returns {AsyncGenerator<SearchEvent, void>}
   */
  async *#train(supports, prefetch, steps) {
    const { device, space, streams, maxLoss } = this.#context;
    const { candidates: epochs, batch, learningRate } = this.#options;
    const sums = this.#sums;
    const epoch = this.#epoch + 1;
    const options = { ...stepOptions(this.#options), maxLoss };
    const step = await WeightStep.compile(device, space.network(supports), options);
    if (this.#step === 0) initialiseWeights(device, step.network, streams);
    while (this.#step < steps) {
      const result = await prefetch.step((images) => step.run(images, { learningRate, mixture: null }));
      addStep(sums, result, steps);
      this.#step++;
      yield { kind: "search-step", epoch, epochs, step: this.#step, steps, loss: result.loss };
    }
    step.release();
    const stallSeconds = prefetch.takeStallSeconds();
    yield weightEpoch({ epoch, epochs, learningRate, stallSeconds, images: steps * batch }, sums);
  }

  /**
   * The best so far. The value of an operation is how far the best network that has it lies below the worst of all; 0 for one that none has had.
   * @param {Readonly<Record<string, number>>} figures
   */
  #selection(figures) {
    const { groups } = this.#context.space;
    const worst = Math.max(...this.#losses);
    const drawn = this.#losses.map((loss, candidate) => ({
      gain: worst - loss,
      supports: drawCandidate(this.#context, candidate),
    }));
    const best = this.#best();
    const before = this.#best(this.#losses.slice(0, -1));
    const selected = groups.map(({ name, candidates }, group) => {
      const gains = candidates.map((_, index) =>
        Math.max(0, ...drawn.flatMap(({ gain, supports }) => (supports[group]?.includes(index) ? [gain] : []))),
      );
      const support = best[group] ?? [];
      return {
        ...{ group: name, support, values: gains, weights: null, isFrozen: false, figures: {}, vectors: {} },
        changed: support.join() !== before[group]?.join(),
      };
    });
    return { ...selectionOf(this.#epoch, selected, this.#ledger.exploration), figures };
  }

  /** What the candidate with the lowest of these losses keeps; without any, the first. */
  #best(losses = this.#losses) {
    return drawCandidate(this.#context, this.#bestIndex(losses));
  }

  #bestIndex(losses = this.#losses) {
    return Math.max(0, losses.indexOf(Math.min(...losses)));
  }
}

/** Plain sums of what is kept: a candidate has no mixture weights. @param {Options} options */
function stepOptions(options) {
  return { ...options, labelSmoothing: 0, auxiliaryWeight: 0, mixture: false, dropPath: false };
}

/** @type {z.ZodType<State>} */
const stateSchema = placeSchema.and(
  z.object({ sums: trainingSumsSchema, losses: z.array(z.number()), ledger: ledgerSchema }),
);

export default defineStrategy({
  kind: "training-speed",
  summary: "draw architectures at random, train each alone for an epoch, and keep the one that learns fastest",
  title: "random search by training speed",
  images: "all",
  afterwards: "retrain",
  flags: {
    candidates: integerFlag(
      "candidates",
      "COUNT",
      "training-speed: architectures to try, an epoch each (default: 10)",
      { min: 1, max: 10_000 },
    ),
  },
  optionsSchema: sgdSchema.and(z.object({ candidates: epochsSchema })),
  stateSchema,
  changes: {
    learningRate: changeOf("learningRate"),
    weightDecay: changeOf("weightDecay"),
    candidates: changeOf("candidates"),
  },
  epochsOption: "candidates",
  presets: { demo: { candidates: 4 }, cifar10: { candidates: 30 } },
  /** @param {{ readonly candidates?: number } & CommonGiven} given @returns {Options} */
  options: (given) => ({ ...superNetSgd(given), candidates: given.candidates ?? 10 }),
  batchOf: ({ batch }) => batch,
  ratesOf: ({ batch, learningRate }) => [{ option: "learningRate", rate: learningRate, usual: learningRateFor(batch) }],
  firstSupports: (context) => drawCandidate(context, 0),
  trial: (inputs, options) => weightTrial(inputs, stepOptions(options)),
  start: (context, options, from) => new TrainingSpeedSearch(context, options, from),
});
