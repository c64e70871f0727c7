/** @file How many epochs of training a search has left of its budget. */
import { countOf } from "../../count-of.ts";
import type { RunSession } from "./run-session.ts";
import { retrainEpochsThatFit } from "./time-plan.ts";

/**
 * With a time budget, lets the configuration have as many epochs of training as fit what is left. A search that took longer than planned
 * is not thrown away: its network is trained for one epoch at least.
 * @param secondsPerEpoch measured if there is a budget
 */
export async function fitTraining(session: RunSession, secondsPerEpoch: () => Promise<number>): Promise<void> {
  const { config } = session;
  if (config.timeBudget === null) return;
  const perEpoch = await secondsPerEpoch();
  const epochs = Math.max(1, retrainEpochsThatFit(config.timeBudget - session.seconds, perEpoch));
  if (epochs !== config.retrain.epochs) {
    session.terminal.line(
      `plan: ${countOf(epochs, "epoch of training fits", "epochs of training fit")} the time that is left`,
    );
  }
  session.reconfigure({ ...config, retrain: { ...config.retrain, epochs } });
}
