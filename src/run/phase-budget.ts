/** @file Keeps a phase within the budget of its run: after each epoch there are as many as fit, by what the last ones took. */
import { countOf } from "../count-of.ts";
import type { RunConfig } from "../store/index.ts";
import { note } from "./run-host.ts";
import type { RunSession } from "./run-session.ts";
import { endingSeconds, replanEpochs, replanSearchEpochs } from "./time-plan.ts";

/** The mean of so many epochs says what another one takes: other work on the machine comes and goes. */
const RECENT_EPOCHS = 5;

export class PhaseBudget {
  readonly #session: RunSession;
  /** When the last epochs ended, before them when the first of these began. */
  #ends: readonly number[];

  /** For a phase that begins or goes on now. */
  constructor(session: RunSession) {
    this.#session = session;
    this.#ends = [session.seconds];
  }

  /** After so many epochs of training: how many there are in all. What changes is in `config.json` before it is returned, and so before it is used. */
  trainingEpochs(done: number): number {
    const { config } = this.#session;
    const planned = config.training.epochs;
    const { used, secondsPerEpoch } = this.#endEpoch();
    if (config.timeBudget === null) return planned;
    const budget = { given: config.timeBudget, used, ending: endingSeconds(secondsPerEpoch, config.data) };
    const epochs = replanEpochs(budget, { planned, done, secondsPerEpoch });
    if (epochs !== planned) {
      this.#change({ ...config, training: { ...config.training, epochs } }, `${countOf(epochs, "epoch")} of training`);
    }
    return epochs;
  }

  /** After so many epochs of search: whether it has fewer in all from here on, for it is slower than planned. What it leaves is its training's. */
  shortenSearch(done: number): boolean {
    const { config, parts } = this.#session;
    const { used, secondsPerEpoch } = this.#endEpoch();
    const { strategy } = parts;
    if (strategy === null || strategy.epochsOption === null) return false;
    if (config.timeBudget === null || config.searchBudget === undefined) return false;
    const bound = strategy.changes[strategy.epochsOption]!;
    const planned = bound.get(config.strategy!.options);
    const epochs = replanSearchEpochs(config.searchBudget - used, { planned, done, secondsPerEpoch });
    if (epochs === planned) return false;
    const options = bound.set(config.strategy!.options, epochs);
    this.#change({ ...config, strategy: { ...config.strategy!, options } }, `${countOf(epochs, "epoch")} of search`);
    return true;
  }

  #endEpoch(): { readonly used: number; readonly secondsPerEpoch: number } {
    const used = this.#session.seconds;
    this.#ends = [...this.#ends, used].slice(-RECENT_EPOCHS - 1);
    return { used, secondsPerEpoch: (used - this.#ends[0]!) / (this.#ends.length - 1) };
  }

  #change(config: RunConfig, what: string): void {
    this.#session.reconfigure(config);
    note(this.#session.host, `plan: ${what} in all, by the time that is left`);
  }
}
