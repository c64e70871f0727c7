/**
 * @file Random architectures, each scored on the same batch as it is initialised: nothing is trained. Its weights are those that the super-net begins
 * with, so that two architectures have the same ones in what they have in common. What is kept has the highest mean rank of all that were drawn.
 */
import type { Supports } from "../../choice/index.ts";
import {
  drawAnother,
  ExplorationLedger,
  type LedgerState,
  plainSelection,
  type Search,
  type SearchContext,
  type SearchEvent,
  type SearchRun,
  type SelectionEvent,
  type SizeLimits,
  superNetwork,
} from "../../search/index.ts";
import {
  addStep,
  Divergence,
  initialiseWeights,
  NO_TRAINING_SUMS,
  type TrainingBatch,
  type TrainingPlace,
  type TrainingSums,
} from "../../train/index.ts";
import { meanRanks } from "../../zero-cost/index.ts";
import { scoreDrawn } from "./score-drawn.ts";

export interface ZeroCostOptions {
  readonly epochs: number;
  /** Architectures an epoch. */
  readonly draws: number;
  /** Names of scores. */
  readonly scores: readonly string[];
  /** Images that score. */
  readonly batch: number;
  /** Of what is drawn. */
  readonly limits: SizeLimits;
}

interface ScoredEntry {
  readonly supports: Supports;
  /** In the order of the names; null for one that is not finite. */
  readonly scores: readonly (number | null)[];
}

/** Of the epoch so far, over the architectures whose losses were finite. */
interface ZeroCostSums extends TrainingSums {
  scored: number;
}

/** Plain data. */
export interface ZeroCostState extends TrainingPlace {
  readonly sums: Readonly<ZeroCostSums>;
  /** All that were drawn, in that order. */
  readonly entries: readonly ScoredEntry[];
  /** What would be kept if the search ended here. */
  readonly supports: Supports;
  readonly ledger: LedgerState;
}

const NO_SUMS: Readonly<ZeroCostSums> = { ...NO_TRAINING_SUMS, scored: 0 };

type Drawing = Pick<SearchContext, "space" | "streams">;

/**
 * What such a search begins with: the first that it draws.
 * @throws E_SEARCH_LIMITS if no draw is within the limits
 */
export function firstDrawn(context: Drawing, options: ZeroCostOptions): Supports {
  return draw(context, options, [])!;
}

/** Depends on what was drawn before alone, so that it goes on from any place. Null where there is no other. */
function draw(context: Drawing, { limits }: ZeroCostOptions, entries: readonly ScoredEntry[]): Supports | null {
  const stream = context.streams.stream(`zero-cost/drawn/${entries.length}`);
  return drawAnother({ context, limits, stream, known: entries.map(({ supports }) => supports) });
}

export class ZeroCostSearch implements Search<ZeroCostState> {
  readonly #context: SearchContext;
  readonly #options: ZeroCostOptions;
  readonly #ledger: ExplorationLedger;
  readonly #isResumed: boolean;
  readonly #entries: ScoredEntry[];
  /** What is scored next; null where there is no other. */
  #next: Supports | null;
  #supports: Supports;
  #epoch: number;
  #step: number;
  #sums: ZeroCostSums;

  /** `context.batches`: all training images, of which the first batch scores. */
  constructor(context: SearchContext, options: ZeroCostOptions, from: ZeroCostState | null) {
    this.#context = context;
    this.#options = options;
    this.#ledger = new ExplorationLedger(context.space.groups, from?.ledger);
    this.#isResumed = from !== null;
    this.#entries = [...(from?.entries ?? [])];
    this.#next = draw(context, options, this.#entries);
    this.#supports = from?.supports ?? this.#next!;
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_SUMS) };
  }

  state(): ZeroCostState {
    return {
      ...{ epoch: this.#epoch, step: this.#step, sums: { ...this.#sums }, entries: [...this.#entries] },
      ...{ supports: this.#supports, ledger: this.#ledger.state() },
    };
  }

  async *run(): SearchRun {
    const { device, space, streams, batches } = this.#context;
    const { epochs, scores } = this.#options;
    if (!this.#isResumed) {
      initialiseWeights(device, superNetwork(space), streams);
      this.#ledger.select(this.#supports);
      yield this.#selection(this.#supports);
    }
    const images = batches[0]!.batch(0, 0);
    while (this.#epoch < epochs && !(this.#step === 0 && this.#next === null)) yield* this.#scoreEpoch(images);
    // A small space may have no more architectures to draw, and epochs that came later bring none.
    if (this.#epoch < epochs) yield this.#endEpoch(epochs);
    return {
      ...{ supports: this.#supports, mixture: null, exploration: this.#ledger.exploration },
      details: { scored: this.#entries.length, scores: this.#best() },
      remarks: this.#emptyScores().map((name) => `${scores[name]} gave no architecture a finite score`),
    };
  }

  /** The architectures of an epoch that are left to score. */
  async *#scoreEpoch(images: TrainingBatch): AsyncGenerator<SearchEvent, void> {
    const { device, space, maxLoss } = this.#context;
    const { epochs, draws, batch } = this.#options;
    while (this.#step < draws && this.#next !== null) {
      const supports = this.#next;
      const { start, scores } = await scoreDrawn(device, space.network(supports), this.#options, images);
      this.#entries.push({ supports, scores });
      this.#next = draw(this.#context, this.#options, this.#entries);
      this.#ledger.select(supports);
      if (Number.isFinite(start.loss)) {
        addStep(this.#sums, { ...start, gradientNorm: 0 }, 1);
        this.#sums.scored++;
      }
      this.#step++;
      const [epoch, step] = [this.#epoch + 1, this.#step];
      yield { kind: "search-step", epoch, epochs, step, steps: draws, loss: start.loss };
    }
    const { loss, correct, scored } = this.#sums;
    if (scored === 0) {
      const nothing = { gradientNorm: null, learningRate: null, origin: null };
      throw new Divergence({ what: "scoring of architectures", loss: Number.NaN, ...nothing, maxLoss });
    }
    yield {
      ...{ kind: "search-epoch", epoch: this.#epoch + 1, epochs, learningRate: 0, gradientNorm: 0, stallSeconds: 0 },
      ...{ weightLoss: loss / scored, weightAccuracy: correct / (scored * batch) },
      ...{ architectureLoss: null, architectureAccuracy: null },
    };
    yield this.#endEpoch(this.#epoch + 1);
  }

  #endEpoch(epoch: number): SelectionEvent {
    const before = this.#supports;
    this.#supports = this.#entries[this.#bestIndex()]!.supports;
    this.#ledger.select(this.#supports);
    this.#epoch = epoch;
    this.#step = 0;
    this.#sums = { ...NO_SUMS };
    return this.#selection(before);
  }

  #selection(before: Supports): SelectionEvent {
    const isOver = this.#epoch === this.#options.epochs;
    const now = { epoch: this.#epoch, supports: this.#supports, before, isOver };
    const { exploration } = this.#ledger;
    const event = plainSelection(this.#context.space.groups, { ...now, exploration });
    const scored = this.#entries.length;
    return scored === 0 ? event : { ...event, figures: { scored, ...this.#best() } };
  }

  /** The finite scores of the best so far, by name. */
  #best(): Readonly<Record<string, number>> {
    const { scores } = this.#entries[this.#bestIndex()]!;
    return Object.fromEntries(
      this.#options.scores.flatMap((name, index) => (scores[index] === null ? [] : [[name, scores[index]!]])),
    );
  }

  /** Of equal ones the first. */
  #bestIndex(): number {
    const means = meanRanks(this.#entries.map(({ scores }) => scores));
    return means.indexOf(Math.max(...means));
  }

  /** Scores, by their place, that told nothing of any architecture. */
  #emptyScores(): readonly number[] {
    return this.#options.scores.flatMap((_, place) =>
      this.#entries.every(({ scores }) => scores[place] === null) ? [place] : [],
    );
  }
}
