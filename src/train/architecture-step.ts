/**
 * @file The architecture step: forward and the gradient of the edge weights only. No weight gradient is computed, and
 * running statistics stay as they are, so that data which steer the architecture leave no mark on the weights.
 */
import type { Device, Executable } from "../device/index.ts";
import { IstaNasError } from "../error.ts";
import { differentiate } from "../graph/index.ts";
import { buildNetwork, type CellStructures, type NetworkSpec } from "../network/index.ts";
import { countCorrect } from "./accuracy.ts";
import {
  type EdgeWeightVectors,
  edgeWeightInputs,
  type StepResult,
  type TrainingBatch,
  totalLoss,
} from "./training-step.ts";

export interface ArchitectureStepResult extends StepResult {
  /** d loss / d edge weights. */
  readonly gradients: { readonly normal: ArrayLike<number>; readonly reduce: ArrayLike<number> };
}

/** One pass that yields the gradient of the edge weights and changes nothing. */
export class ArchitectureStep {
  readonly #executable: Executable;
  readonly #batch: number;

  private constructor(executable: Executable, batch: number) {
    this.#executable = executable;
    this.#batch = batch;
  }

  static async compile(
    device: Device,
    spec: NetworkSpec,
    structures: CellStructures,
    options: { readonly batch: number; readonly updatesRunning: boolean; readonly recompute?: boolean },
  ): Promise<ArchitectureStep> {
    const { batch, updatesRunning, recompute = false } = options;
    const network = buildNetwork({ ...spec, auxiliaryHead: false }, structures, {
      mode: { kind: "train", updatesRunning },
      batch,
      edgeWeights: true,
      dropPath: false,
    });
    const { graph } = network;
    const loss = totalLoss(network, batch, 0, 0);
    const weights = network.edgeWeights!;
    const [normal, reduce] = differentiate(graph, loss, [weights.normal, weights.reduce], {
      recompute: recompute ? network.cells : [],
    });
    const outputs = { loss, normal: normal!, reduce: reduce!, logits: network.logits };
    return new ArchitectureStep(await device.compile({ graph, outputs }), batch);
  }

  get peakBytes(): number {
    return this.#executable.peakBytes;
  }

  /** Runs one pass. Throws `E_TRAIN_DIVERGED` when the loss is not finite. */
  async run(batch: TrainingBatch, edgeWeights: EdgeWeightVectors): Promise<ArchitectureStepResult> {
    const outputs = await this.#executable.run({
      images: batch.images,
      labels: batch.labels,
      ...edgeWeightInputs(edgeWeights),
    });
    const loss = outputs["loss"]![0]!;
    if (!Number.isFinite(loss)) {
      throw new IstaNasError(`architecture step: loss ${loss}, expected a finite number`, {
        code: "E_TRAIN_DIVERGED",
        hint: "lower the learning rate",
      });
    }
    return {
      loss,
      correct: countCorrect(outputs["logits"]!, batch.labels, this.#batch),
      gradients: { normal: outputs["normal"]!, reduce: outputs["reduce"]! },
    };
  }

  release(): void {
    this.#executable.release();
  }
}
