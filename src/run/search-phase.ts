/** @file The search of a run, whatever its strategy: on the images that it asks for, with journal and checkpoints. */
import type { TrainingBatches } from "../data/index.ts";
import type { Device } from "../device/index.ts";
import { inferencePass, type MixtureWeights, type NetworkBuilder } from "../network/index.ts";
import type { Strategy } from "../search/index.ts";
import { absorbMixtureWeights, type TrainingPlace } from "../train/index.ts";
import { BudgetedSearch, type SearchPlace } from "./budgeted-search.ts";
import { monotonicSeconds } from "./clock.ts";
import { refitEpochs } from "./refit-epochs.ts";
import { note } from "./run-host.ts";
import type { RunSession } from "./run-session.ts";
import { searchBatches, stepsOf } from "./search-batches.ts";
import { proxySpace, searchedSpace } from "./searched-space.ts";
import type { TrainInputs } from "./train-phase.ts";

export async function searchPhase(session: RunSession, device: Device, from: SearchPlace | null): Promise<TrainInputs> {
  const { config, data, parts, streams, host } = session;
  const strategy = parts.strategy!;
  const { network } = config.strategy!;
  const batches = searchBatches(config, strategy, data);
  session.restore(device);
  const space = searchedSpace(parts.space, network, config.classWeights);
  const proxy = proxySpace(parts.space, config.strategy!, config.classWeights);
  const context = { device, space, proxy, batches, streams, clock: monotonicSeconds, maxLoss: config.maxLoss };
  const search = new BudgetedSearch(session, context, from, (place) => announce(session, strategy, batches, place));
  announce(session, strategy, batches, from?.search ?? null);
  session.recorder.beginEpoch();
  const { supports, widths, mixture, exploration, details, remarks } = await session.follow(
    search.run(),
    device,
    (event) => session.recorder.search(event),
    () => ({ phase: "search", strategy: strategy.kind, ...search.place }),
  );
  for (const remark of remarks) note(host, remark);
  const architecture = widths === undefined ? parts.space.derive(supports) : parts.space.widths!.architecture(widths);
  const found = { ...details, exploration, searchSeconds: Math.round(session.seconds * 10) / 10 };
  await refitEpochs(session, architecture);
  if (strategy.afterwards === "retrain") {
    return { architecture, details: found, from: "scratch" };
  }
  const absorbed = mixture === null ? {} : absorb(device, space.network(supports), mixture);
  return { architecture, details: { ...found, ...absorbed }, from: "present" };
}

/** Makes the weights of the super-net those of the derived network, which has no mixture weights. */
function absorb(device: Device, build: NetworkBuilder, mixture: MixtureWeights) {
  absorbMixtureWeights(device, build({ ...inferencePass(), mixture: true }), mixture);
  return { absorbedWeights: mixture.map((weights) => Array.from(weights)) };
}

/** Tells the host what begins, with the training that follows it. */
function announce(
  { config, host }: RunSession,
  strategy: Strategy,
  batches: readonly TrainingBatches[],
  from: TrainingPlace | null,
): void {
  if (strategy.epochsOption === null || batches.length === 0) return;
  const stepsPerEpoch = stepsOf(config, strategy, batches);
  const epochs = strategy.changes[strategy.epochsOption]!.get(config.strategy!.options);
  const { training, data } = config;
  const next = { phase: "retrain", epochs: training.epochs } as const;
  host.onEvent({
    kind: "phase",
    plan: { phase: "search", epochs, stepsPerEpoch },
    stepsBefore: from === null ? 0 : from.epoch * stepsPerEpoch + from.step,
    next: { ...next, stepsPerEpoch: Math.floor(data.trainImages / training.batch) },
  });
}
