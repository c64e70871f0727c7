/** @file Keeps a phase within the budget of its run: after each epoch there are as many as fit, by what the last ones took. */
import { countOf } from "../count-of.ts";
import type { RunConfig } from "../store/index.ts";
import { replanEpochs, replanSearchEpochs } from "./epoch-plan.ts";
import { budgetOf, type RunBudget } from "./run-budget.ts";
import { note } from "./run-host.ts";
import type { RunSession } from "./run-session.ts";

/** The mean of so many epochs says what another one takes: other work on the machine comes and goes. */
const RECENT_EPOCHS = 5;

export class PhaseBudget {
  readonly #session: RunSession;
  /** What the run had taken when the last epochs ended, before them when the first of these began. */
  #readings: readonly number[];

  /** For a phase that begins, or goes on after these `readings`. */
  constructor(session: RunSession, readings?: readonly number[]) {
    this.#session = session;
    const budget = budgetOf(session.config);
    this.#readings = readings ?? (budget === null ? [] : [budget.unit.usedBy(session)]);
  }

  /** What a checkpoint keeps, for whoever goes on; undefined without a budget. */
  get readings(): readonly number[] | undefined {
    return budgetOf(this.#session.config) === null ? undefined : this.#readings;
  }

  /** After so many epochs of training: how many there are in all. What changes is in `config.json` before it is returned, and so before it is used. */
  trainingEpochs(done: number): number {
    const { config } = this.#session;
    const planned = config.training.epochs;
    const budget = budgetOf(config);
    if (budget === null) return planned;
    const { used, costPerEpoch } = this.#endEpoch(budget);
    const state = { given: budget.given, used, ending: budget.unit.ending(costPerEpoch, config.data) };
    const epochs = replanEpochs(state, { planned, done, costPerEpoch });
    if (epochs !== planned) {
      const training = { ...config.training, epochs };
      this.#change({ ...config, training }, `${countOf(epochs, "epoch")} of training`, budget);
    }
    return epochs;
  }

  /** After so many epochs of search: whether it has fewer in all from here on, for it takes more than planned. What it leaves is its training's. */
  shortenSearch(done: number): boolean {
    const { config, parts } = this.#session;
    const { strategy } = parts;
    const budget = budgetOf(config);
    if (budget === null) return false;
    const { used, costPerEpoch } = this.#endEpoch(budget);
    if (strategy === null || strategy.epochsOption === null || config.searchBudget === undefined) return false;
    const bound = strategy.changes[strategy.epochsOption]!;
    const planned = bound.get(config.strategy!.options);
    const epochs = replanSearchEpochs(config.searchBudget - used, { planned, done, costPerEpoch });
    if (epochs === planned) return false;
    const options = bound.set(config.strategy!.options, epochs);
    const searching = { ...config, strategy: { ...config.strategy!, options } };
    this.#change(searching, `${countOf(epochs, "epoch")} of search`, budget);
    return true;
  }

  #endEpoch({ unit }: RunBudget): { readonly used: number; readonly costPerEpoch: number } {
    const used = unit.usedBy(this.#session);
    this.#readings = [...this.#readings, used].slice(-RECENT_EPOCHS - 1);
    return { used, costPerEpoch: (used - this.#readings[0]!) / (this.#readings.length - 1) };
  }

  #change(config: RunConfig, what: string, { unit }: RunBudget): void {
    this.#session.reconfigure(config);
    note(this.#session.host, `plan: ${what} in all, by the ${unit.name} that is left`);
  }
}
