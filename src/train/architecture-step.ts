/**
 * @file The architecture step: forward and the gradient of the mixture weights only. No weight gradient is computed, and
 * running statistics stay as they are, so that data which steer the architecture leave no mark on the weights.
 */
import type { Device, Executable } from "../device/index.ts";
import { differentiate } from "../graph/index.ts";
import type { MixtureWeights, Network, NetworkBuilder } from "../network/index.ts";
import { batchParts, joinedResult, meanGradients, partSize } from "./batch-parts.ts";
import { Divergence } from "./divergence.ts";
import { originOfNonFinite } from "./non-finite.ts";
import { countRight, logitOutputs } from "./task.ts";
import {
  batchInputs,
  mixtureGradientOutputs,
  mixtureGradients,
  mixtureInputs,
  type StepResult,
  type TrainingBatch,
  totalLoss,
} from "./training-step.ts";

export interface ArchitectureStepResult extends StepResult {
  /** d loss / d mixture weights. */
  readonly gradients: MixtureWeights;
}

interface ArchitectureStepOptions {
  readonly batch: number;
  readonly updatesRunning: boolean;
  /** Compute the inside of each cell a second time in the backward pass. Default: false. */
  readonly recompute?: boolean;
  /** Equal parts that the batch is passed in, one after the other. Default: 1. */
  readonly accumulate?: number | undefined;
  /** Largest loss that is taken for a training. Default: infinity. */
  readonly maxLoss?: number;
}

/** One pass that yields the gradient of the mixture weights and changes nothing. */
export class ArchitectureStep {
  readonly #device: Device;
  readonly #network: Network;
  readonly #executable: Executable;
  readonly #batch: number;
  readonly #parts: number;
  readonly #maxLoss: number;

  private constructor(device: Device, network: Network, executable: Executable, options: ArchitectureStepOptions) {
    this.#device = device;
    this.#network = network;
    this.#executable = executable;
    this.#batch = options.batch;
    this.#parts = options.accumulate ?? 1;
    this.#maxLoss = options.maxLoss ?? Number.POSITIVE_INFINITY;
  }

  static async compile(
    device: Device,
    build: NetworkBuilder,
    options: ArchitectureStepOptions,
  ): Promise<ArchitectureStep> {
    const { batch, updatesRunning, recompute = false, accumulate = 1 } = options;
    const size = partSize(batch, accumulate);
    const network = build({
      ...{ mode: { kind: "train", updatesRunning }, batch: size },
      ...{ mixture: true, dropPath: false, auxiliaryHead: false },
    });
    const { graph } = network;
    const loss = totalLoss(network, size, 0, 0);
    const gradients = differentiate(graph, loss, network.mixtures!, { recompute: recompute ? network.cells : [] });
    const outputs = { loss, ...logitOutputs(network), ...mixtureGradientOutputs(gradients) };
    return new ArchitectureStep(device, network, await device.compile({ graph, outputs }), options);
  }

  get peakBytes(): number {
    return this.#executable.peakBytes;
  }

  /** Runs one pass. Throws `E_TRAIN_DIVERGED`, a `Divergence`, when the loss is not finite or beyond its bound. */
  async run(batch: TrainingBatch, weights: MixtureWeights): Promise<ArchitectureStepResult> {
    const results: ArchitectureStepResult[] = [];
    for (const part of batchParts(batch, this.#batch, this.#parts)) results.push(await this.#pass(part, weights));
    return { ...joinedResult(results), gradients: meanGradients(results.map(({ gradients }) => gradients)) };
  }

  release(): void {
    this.#executable.release();
  }

  async #pass(batch: TrainingBatch, weights: MixtureWeights): Promise<ArchitectureStepResult> {
    const fed = { ...batchInputs(batch), ...mixtureInputs(this.#network, weights) };
    const outputs = await this.#executable.run(fed);
    const loss = outputs["loss"]![0]!;
    const maxLoss = this.#maxLoss;
    if (!Number.isFinite(loss) || loss > maxLoss) {
      const origin = Number.isFinite(loss) ? null : await originOfNonFinite(this.#device, this.#network, fed);
      throw new Divergence({
        what: "architecture step",
        loss,
        gradientNorm: null,
        learningRate: null,
        maxLoss,
        origin,
      });
    }
    return {
      loss,
      ...countRight(outputs, batch, this.#batch / this.#parts),
      gradients: mixtureGradients(this.#network, outputs),
    };
  }
}
