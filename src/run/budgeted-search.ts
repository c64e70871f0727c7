/**
 * @file A search that gets fewer epochs where it takes more than its budget allows: it goes on from its own state as one that has so many. What is decided
 * after an epoch is decided before the epoch is told of, so that a checkpoint there has it.
 */
import type { Search, SearchContext, SearchRun } from "../search/index.ts";
import type { RunState } from "../store/index.ts";
import type { TrainingPlace } from "../train/index.ts";
import { PhaseBudget } from "./phase-budget.ts";
import type { RunSession } from "./run-session.ts";

export class BudgetedSearch implements Search {
  readonly #session: RunSession;
  readonly #context: SearchContext;
  readonly #onChange: (place: TrainingPlace) => void;
  readonly #budget: PhaseBudget;
  #search: Search;

  /** `onChange` is told where the search stands when it gets another number of epochs; `readings`: those of its budget so far. */
  constructor(
    session: RunSession,
    context: SearchContext,
    from: TrainingPlace | null,
    onChange: (place: TrainingPlace) => void,
    readings?: readonly number[],
  ) {
    this.#session = session;
    this.#context = context;
    this.#onChange = onChange;
    this.#budget = new PhaseBudget(session, readings);
    this.#search = this.#start(from);
  }

  state(): TrainingPlace {
    return this.#search.state();
  }

  /** What a checkpoint keeps beside the state: epochs in all and readings, under a budget. */
  get plan(): Pick<RunState, "epochs" | "budgetReadings"> {
    const { config, parts } = this.#session;
    const budgetReadings = this.#budget.readings;
    if (budgetReadings === undefined) return {};
    const { epochsOption, changes } = parts.strategy!;
    const bound = epochsOption === null ? null : changes[epochsOption]!;
    return { ...(bound === null ? {} : { epochs: bound.get(config.strategy!.options) }), budgetReadings };
  }

  async *run(): SearchRun {
    let run = this.#search.run();
    let next = await run.next();
    for (; !next.done; next = await run.next()) {
      const event = next.value;
      const isEpochEnd = event.kind === "selection" && event.epoch > 0;
      const isShorter = isEpochEnd && this.#budget.shortenSearch(event.epoch);
      yield event;
      if (!isShorter) continue;
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
