/** @file A search that gets fewer epochs where it is slower than its budget allows: it goes on from its own state as one that has so many. */
import type { Search, SearchContext, SearchRun } from "../search/index.ts";
import type { TrainingPlace } from "../train/index.ts";
import { PhaseBudget } from "./phase-budget.ts";
import type { RunSession } from "./run-session.ts";

export class BudgetedSearch implements Search {
  readonly #session: RunSession;
  readonly #context: SearchContext;
  readonly #onChange: (place: TrainingPlace) => void;
  #search: Search;

  /** `onChange` is told where the search stands when it gets another number of epochs. */
  constructor(
    session: RunSession,
    context: SearchContext,
    from: TrainingPlace | null,
    onChange: (place: TrainingPlace) => void,
  ) {
    this.#session = session;
    this.#context = context;
    this.#onChange = onChange;
    this.#search = this.#start(from);
  }

  state(): TrainingPlace {
    return this.#search.state();
  }

  async *run(): SearchRun {
    const budget = new PhaseBudget(this.#session);
    let run = this.#search.run();
    let next = await run.next();
    for (; !next.done; next = await run.next()) {
      const event = next.value;
      yield event;
      if (event.kind !== "selection" || event.epoch === 0 || !budget.shortenSearch(event.epoch)) continue;
      const place = this.#search.state();
      this.#search = this.#start(place);
      run = this.#search.run();
      this.#onChange(place);
    }
    return next.value;
  }

  #start(from: TrainingPlace | null): Search {
    const { parts, config } = this.#session;
    return parts.strategy!.start(this.#context, config.strategy!.options, from);
  }
}
