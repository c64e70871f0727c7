/**
 * @file Two-stage ISTA-NAS, Algorithm 1: bi-level and first order. Within an epoch the supports stand still; each step moves
 * the measurements on one batch of the architecture's half (Adam) and then the weights on one batch of theirs (SGD). After
 * the epoch the codes are recovered. Where the published code differs: its architecture pass moves the running statistics and its
 * clipping counts the architecture's gradient; neither happens here. A candidate that left the support keeps its weights unmoved.
 */
import { type CellStructures, supportStructures } from "../network/index.ts";
import { deriveGenotype } from "../space/index.ts";
import {
  ArchitectureStep,
  batchesInOrder,
  cosineRate,
  initialiseWeights,
  Prefetch,
  WeightStep,
} from "../train/index.ts";
import { CompressedArchitecture, type CompressionOptions } from "./compressed-architecture.ts";
import { ExplorationLedger } from "./exploration-ledger.ts";
import type { SearchContext, SearchRun } from "./strategy.ts";
import { superNetwork } from "./super-network.ts";

export interface TwoStageOptions {
  readonly epochs: number;
  readonly batch: number;
  /** Rate of the weights in the first epoch, and where the cosine ends. */
  readonly learningRate: number;
  readonly finalLearningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
  /** Compute the inside of each cell a second time in the backward pass, rather than keep it: less memory, same bits. */
  readonly recompute: boolean;
  readonly architecture: CompressionOptions;
}

/** Runs the search; the last event is a recovery, the return value the genotype read from it. */
export async function* twoStageSearch(context: SearchContext, options: TwoStageOptions): SearchRun {
  const { device, space, spec, streams, weightBatches, architectureBatches } = context;
  const { epochs } = options;
  const architecture = new CompressedArchitecture(space, streams, options.architecture);
  initialiseWeights(device, superNetwork(spec, space), streams);
  const steps = Math.min(weightBatches.batchCount, architectureBatches.batchCount);
  const prefetch = new Prefetch(batchesInOrder([architectureBatches, weightBatches], epochs, steps), context.clock);
  const ledger = new ExplorationLedger(space);
  ledger.use(architecture.supports);
  yield { kind: "recovery", epoch: 0, groups: architecture.describe(), exploration: ledger.exploration };
  for (let epoch = 0; epoch < epochs; epoch++) {
    const structures = supportStructures(space, architecture.supports);
    const architectureStep = await ArchitectureStep.compile(device, spec, structures, {
      batch: options.batch,
      updatesRunning: false,
      recompute: options.recompute,
    });
    const weightStep = await compileWeightStep(context, structures, options);
    const learningRate = cosineRate(options.learningRate, options.finalLearningRate, epoch, epochs);
    const sums = { weightLoss: 0, weightCorrect: 0, gradientNorm: 0, architectureLoss: 0, architectureCorrect: 0 };
    for (let index = 0; index < steps; index++) {
      const steered = await prefetch.step((batch) => architectureStep.run(batch, architecture.edgeWeights()));
      architecture.step(steered.gradients);
      const edgeWeights = architecture.edgeWeights();
      const trained = await prefetch.step((batch) => weightStep.run(batch, { learningRate, edgeWeights }));
      sums.weightLoss += trained.loss;
      sums.weightCorrect += trained.correct;
      sums.gradientNorm += trained.gradientNorm;
      sums.architectureLoss += steered.loss;
      sums.architectureCorrect += steered.correct;
      yield { kind: "search-step", epoch: epoch + 1, epochs, step: index + 1, steps, loss: trained.loss };
    }
    architectureStep.release();
    weightStep.release();
    yield {
      kind: "search-epoch",
      epoch: epoch + 1,
      epochs,
      learningRate,
      weightLoss: sums.weightLoss / steps,
      weightAccuracy: sums.weightCorrect / (steps * options.batch),
      gradientNorm: sums.gradientNorm / steps,
      architectureLoss: sums.architectureLoss / steps,
      architectureAccuracy: sums.architectureCorrect / (steps * options.batch),
      stallSeconds: prefetch.takeStallSeconds(),
    };
    ledger.train(architecture.supports, steps);
    const groups = architecture.recover();
    ledger.use(architecture.supports);
    yield { kind: "recovery", epoch: epoch + 1, groups, exploration: ledger.exploration };
  }
  const { supports } = architecture;
  return { genotype: deriveGenotype(space, supports), supports, exploration: ledger.exploration };
}

function compileWeightStep(
  { device, spec }: SearchContext,
  structures: CellStructures,
  options: TwoStageOptions,
): Promise<WeightStep> {
  const { batch, momentum, weightDecay, clipNorm } = options;
  return WeightStep.compile(device, spec, structures, {
    batch,
    momentum,
    weightDecay,
    clipNorm,
    labelSmoothing: 0,
    auxiliaryWeight: 0,
    edgeWeights: true,
    dropPath: false,
    recompute: options.recompute,
  });
}
