/**
 * @file The architecture step: forward and the gradient of the mixture weights only. No weight gradient is computed, and
 * running statistics stay as they are, so that data which steer the architecture leave no mark on the weights.
 */
import type { Device, Executable } from "../device/index.ts";
import { differentiate } from "../graph/index.ts";
import type { MixtureWeights, Network, NetworkBuilder } from "../network/index.ts";
import { countCorrect } from "./accuracy.ts";
import { Divergence } from "./divergence.ts";
import { originOfNonFinite } from "./non-finite.ts";
import {
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
  /** Largest loss that is taken for a training. Default: infinity. */
  readonly maxLoss?: number;
}

/** One pass that yields the gradient of the mixture weights and changes nothing. */
export class ArchitectureStep {
  readonly #device: Device;
  readonly #network: Network;
  readonly #executable: Executable;
  readonly #batch: number;
  readonly #maxLoss: number;

  private constructor(device: Device, network: Network, executable: Executable, batch: number, maxLoss: number) {
    this.#device = device;
    this.#network = network;
    this.#executable = executable;
    this.#batch = batch;
    this.#maxLoss = maxLoss;
  }

  static async compile(
    device: Device,
    build: NetworkBuilder,
    options: ArchitectureStepOptions,
  ): Promise<ArchitectureStep> {
    const { batch, updatesRunning, recompute = false, maxLoss = Number.POSITIVE_INFINITY } = options;
    const network = build({
      ...{ mode: { kind: "train", updatesRunning }, batch },
      ...{ mixture: true, dropPath: false, auxiliaryHead: false },
    });
    const { graph } = network;
    const loss = totalLoss(network, batch, 0, 0);
    const gradients = differentiate(graph, loss, network.mixtures!, { recompute: recompute ? network.cells : [] });
    const outputs = { loss, logits: network.logits, ...mixtureGradientOutputs(gradients) };
    return new ArchitectureStep(device, network, await device.compile({ graph, outputs }), batch, maxLoss);
  }

  get peakBytes(): number {
    return this.#executable.peakBytes;
  }

  /** Runs one pass. Throws `E_TRAIN_DIVERGED`, a `Divergence`, when the loss is not finite or beyond its bound. */
  async run(batch: TrainingBatch, weights: MixtureWeights): Promise<ArchitectureStepResult> {
    const fed = { images: batch.images, labels: batch.labels, ...mixtureInputs(this.#network, weights) };
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
      correct: countCorrect(outputs["logits"]!, batch.labels, this.#batch),
      gradients: mixtureGradients(this.#network, outputs),
    };
  }

  release(): void {
    this.#executable.release();
  }
}
