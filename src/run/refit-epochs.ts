/** @file How many epochs of training a search has left of its budget. */
import { countOf } from "../count-of.ts";
import { note } from "./run-host.ts";
import type { RunSession } from "./run-session.ts";
import { secondsOfTrainingEpoch } from "./step-seconds.ts";
import { endingSeconds, retrainEpochsThatFit } from "./time-plan.ts";

/**
 * With a time budget, lets the configuration have as many epochs of training as fit what is left. A search that took longer than planned
 * is not thrown away: its network is trained for one epoch at least.
 */
export async function refitEpochs(session: RunSession, architecture: unknown): Promise<void> {
  const { config, parts, data, host } = session;
  if (config.timeBudget === null) return;
  const perEpoch = await secondsOfTrainingEpoch(config, parts.space, architecture, data, host.threads);
  const ending = endingSeconds(perEpoch, config.data);
  const budget = { given: config.timeBudget, used: session.seconds, ending };
  const epochs = Math.max(1, retrainEpochsThatFit(budget, perEpoch));
  if (epochs !== config.training.epochs) {
    note(host, `plan: ${countOf(epochs, "epoch of training fits", "epochs of training fit")} the time that is left`);
  }
  session.reconfigure({ ...config, training: { ...config.training, epochs } });
}
