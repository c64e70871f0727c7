/** @file How many epochs of training a search has left of its budget. */
import { countOf } from "../count-of.ts";
import { costOfTrainingEpoch } from "./epoch-cost.ts";
import { retrainEpochsThatFit } from "./epoch-plan.ts";
import { budgetOf } from "./run-budget.ts";
import { note } from "./run-host.ts";
import type { RunSession } from "./run-session.ts";

/**
 * With a budget, lets the configuration have as many epochs of training as fit what is left. A search that took more than planned
 * is not thrown away: its network is trained for one epoch at least.
 */
export async function refitEpochs(session: RunSession, architecture: unknown): Promise<void> {
  const { config, parts, data, host } = session;
  const budget = budgetOf(config);
  // Nothing comes after the search.
  if (budget === null || parts.strategy?.afterwards === "none") return;
  const { given, unit } = budget;
  const perEpoch = await costOfTrainingEpoch(unit.stepCost, config, parts.space, architecture, data, host.threads);
  const state = { given, used: unit.usedBy(session), ending: unit.ending(perEpoch, config.data) };
  const epochs = Math.max(1, retrainEpochsThatFit(state, perEpoch));
  if (epochs !== config.training.epochs) {
    note(
      host,
      `plan: ${countOf(epochs, "epoch of training fits", "epochs of training fit")} the ${unit.name} that is left`,
    );
  }
  session.reconfigure({ ...config, training: { ...config.training, epochs } });
}
