/**
 * @file The freeze rule of one-stage ISTA-NAS as a whole, for any strategy that learns a number for each candidate: a search that would keep the same for
 * some epochs in a row has settled. It goes on from its own state as one without further epochs, and so comes to its end.
 */
import { countOf } from "../count-of.ts";
import type { TrainingPlace } from "../train/index.ts";
import type { Search, SearchContext, SearchResult, SearchRun } from "./search.ts";
import type { SearchEvent, SelectionEvent } from "./search-event.ts";
import type { Strategy } from "./strategy.ts";

/** Plain data: how a search stands that may settle. */
export interface Settling {
  /** Epochs in a row after which it kept what it had kept before. */
  readonly stillEpochs: number;
  /** The epoch after which it ended; null while it goes on. */
  readonly settledAt: number | null;
}

export interface SettledSearchInputs {
  readonly strategy: Pick<Strategy, "start" | "changes" | "epochsOption">;
  readonly context: SearchContext;
  /** Of the strategy. */
  readonly options: unknown;
  /** Epochs in a row after which it has settled; 0 for never. */
  readonly epochs: number;
}

/** Where such a search stands. */
export interface SettlingPlace {
  /** As the strategy describes it. */
  readonly search: TrainingPlace;
  /** Missing where nothing was counted. */
  readonly settling?: Settling | undefined;
}

/** One search, from its beginning or from where it stood. */
export class SettledSearch implements Search {
  readonly #inputs: SettledSearchInputs;
  readonly #planned: number;
  #search: Search;
  #settling: Settling;

  constructor(inputs: SettledSearchInputs, from: SettlingPlace | null) {
    const { strategy, options } = inputs;
    this.#inputs = inputs;
    this.#planned = inputs.epochs === 0 ? 0 : strategy.changes[strategy.epochsOption!]!.get(options);
    this.#settling = from?.settling ?? { stillEpochs: 0, settledAt: null };
    this.#search = this.#start(from?.search ?? null);
  }

  state(): TrainingPlace {
    return this.#search.state();
  }

  /** What belongs to its place beside its state; undefined for one that never settles. */
  get settling(): Settling | undefined {
    return this.#inputs.epochs === 0 ? undefined : this.#settling;
  }

  async *run(): SearchRun {
    let run = this.#search.run();
    try {
      let next = await run.next();
      for (; !next.done; next = await run.next()) {
        const { value: event } = next;
        if (!this.#settlesBy(event)) {
          yield event;
          continue;
        }
        await release(run);
        this.#settling = { ...this.#settling, settledAt: event.epoch };
        this.#search = this.#start(this.#search.state());
        run = this.#search.run();
        yield { ...event, groups: event.groups.map((group) => ({ ...group, isFrozen: true })) };
      }
      return this.#inputs.epochs === 0 ? next.value : this.#told(next.value);
    } finally {
      await release(run);
    }
  }

  /** Counts an epoch; true after the last one. What has no more epochs, or nothing that still moves, ends by itself. */
  #settlesBy(event: SearchEvent): event is SelectionEvent {
    const { epochs } = this.#inputs;
    if (epochs === 0 || event.kind !== "selection" || event.epoch === 0) return false;
    const { epoch, groups, isAccepted } = event;
    // Without values nothing was learned yet that could have changed the choice.
    const isStill = isAccepted && groups.every(({ changed, values }) => !changed && values !== null);
    const stillEpochs = isStill ? this.#settling.stillEpochs + 1 : 0;
    this.#settling = { stillEpochs, settledAt: null };
    return stillEpochs >= epochs && epoch < this.#planned && !groups.every(({ isFrozen }) => isFrozen);
  }

  #start(from: TrainingPlace | null): Search {
    const { strategy, context, options } = this.#inputs;
    const { settledAt } = this.#settling;
    if (settledAt === null) return strategy.start(context, options, from);
    const ended = strategy.changes[strategy.epochsOption!]!.set(options, settledAt);
    return strategy.start({ ...context, hasSettled: true }, ended, from);
  }

  #told(result: SearchResult): SearchResult {
    const { settledAt } = this.#settling;
    const details = { ...result.details, settledAt };
    if (settledAt === null) return { ...result, details };
    const { epochs } = this.#inputs;
    const remark = `the search settled: what it keeps was the same for ${countOf(epochs, "epoch")} in a row, and it ended after ${settledAt} of ${this.#planned}`;
    return { ...result, details, remarks: [remark, ...result.remarks] };
  }
}

/** Ends a run before its end, so that it gives back what it holds; one that is over is left as it is. */
async function release(run: SearchRun): Promise<void> {
  await run.return(null as never);
}
