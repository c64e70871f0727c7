/**
 * @file A search that gets fewer epochs where it takes more than its budget allows: it goes on from its own state as one that has so many. What is decided
 * after an epoch is decided before the epoch is told of, so that a checkpoint there has it.
 */
import { type Search, type SearchContext, type SearchRun, SettledSearch, type SettlingPlace } from "../search/index.ts";
import type { RunState } from "../store/index.ts";
import type { TrainingPlace } from "../train/index.ts";
import { PhaseBudget } from "./phase-budget.ts";
import type { RunSession } from "./run-session.ts";

/** What a checkpoint keeps of one. */
export type SearchPlace = Pick<
  Extract<RunState, { readonly phase: "search" }>,
  "search" | "epochs" | "budgetReadings" | "settling"
>;

export class BudgetedSearch implements Search {
  readonly #session: RunSession;
  readonly #context: SearchContext;
  readonly #onChange: (place: TrainingPlace) => void;
  readonly #budget: PhaseBudget;
  #search: SettledSearch;

  /** `onChange` is told where the search stands when it gets another number of epochs. */
  constructor(
    session: RunSession,
    context: SearchContext,
    from: SearchPlace | null,
    onChange: (place: TrainingPlace) => void,
  ) {
    this.#session = session;
    this.#context = context;
    this.#onChange = onChange;
    this.#budget = new PhaseBudget(session, from?.budgetReadings);
    this.#search = this.#start(from);
  }

  state(): TrainingPlace {
    return this.#search.state();
  }

  /** What a checkpoint keeps: under a budget epochs in all and readings, of one that may settle how long it has stood still. */
  get place(): SearchPlace {
    const { settling } = this.#search;
    return { search: this.state(), ...this.#plan(), ...(settling === undefined ? {} : { settling }) };
  }

  async *run(): SearchRun {
    let run = this.#search.run();
    let next = await run.next();
    for (; !next.done; next = await run.next()) {
      const event = next.value;
      const isEpochEnd = event.kind === "selection" && event.epoch > 0;
      const hasSettled = (this.#search.settling?.settledAt ?? null) !== null;
      const isShorter = isEpochEnd && !hasSettled && this.#budget.shortenSearch(event.epoch);
      yield event;
      if (!isShorter) continue;
      await run.return(null as never);
      const { place } = this;
      this.#search = this.#start(place);
      run = this.#search.run();
      this.#onChange(place.search);
    }
    return next.value;
  }

  #plan(): Pick<SearchPlace, "epochs" | "budgetReadings"> {
    const { config, parts } = this.#session;
    const budgetReadings = this.#budget.readings;
    if (budgetReadings === undefined) return {};
    const { epochsOption, changes } = parts.strategy!;
    const bound = epochsOption === null ? null : changes[epochsOption]!;
    return { ...(bound === null ? {} : { epochs: bound.get(config.strategy!.options) }), budgetReadings };
  }

  #start(from: SettlingPlace | null): SettledSearch {
    const { parts, config } = this.#session;
    const { options, settledEpochs: epochs = 0 } = config.strategy!;
    return new SettledSearch({ strategy: parts.strategy!, context: this.#context, options, epochs }, from);
  }
}
