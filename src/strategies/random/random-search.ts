/** @file A search that searches nothing: the baseline that every other one has to beat at equal cost. */
import type { Supports } from "../../choice/index.ts";
import {
  drawWithinLimits,
  ExplorationLedger,
  type LedgerState,
  plainSelection,
  type Search,
  type SearchContext,
  type SearchRun,
  type SizeLimits,
} from "../../search/index.ts";
import type { TrainingPlace } from "../../train/index.ts";

export interface RandomOptions {
  readonly limits: SizeLimits;
}

/** `epoch`: 1 once it has drawn. */
export interface RandomState extends TrainingPlace {
  readonly ledger: LedgerState;
}

export class RandomSearch implements Search<RandomState> {
  readonly #context: SearchContext;
  readonly #options: RandomOptions;
  readonly #ledger: ExplorationLedger;
  #epoch: number;

  constructor(context: SearchContext, options: RandomOptions, from: RandomState | null) {
    this.#context = context;
    this.#options = options;
    this.#ledger = new ExplorationLedger(context.space.groups, from?.ledger);
    this.#epoch = from?.epoch ?? 0;
  }

  state(): RandomState {
    return { epoch: this.#epoch, step: 0, ledger: this.#ledger.state() };
  }

  /** One event: what was drawn. */
  async *run(): SearchRun {
    const { groups } = this.#context.space;
    const supports = drawSupports(this.#context, this.#options);
    const ledger = this.#ledger;
    if (this.#epoch === 0) {
      ledger.select(supports);
      this.#epoch = 1;
      const { exploration } = ledger;
      yield plainSelection(groups, { epoch: 0, supports, before: supports, isOver: true, exploration });
    }
    return { supports, mixture: null, exploration: ledger.exploration, details: {}, remarks: [] };
  }
}

/** Throws `E_SEARCH_LIMITS` where no network is within the limits. */
export function drawSupports(
  { space, streams }: Pick<SearchContext, "space" | "streams">,
  { limits }: RandomOptions,
): Supports {
  const network = (supports: Supports) => space.network(supports);
  return drawWithinLimits({ groups: space.groups, network, limits, stream: streams.stream("random/supports") });
}
