/**
 * @file The loss of a network as it is: forward alone, with the statistics of the batch or with the running ones. Neither weights nor running
 * statistics move, so that images that only measure leave no mark.
 */
import type { Device, Executable } from "../device/index.ts";
import type { NetworkBuilder } from "../network/index.ts";
import { countRight, logitOutputs } from "./task.ts";
import { batchInputs, type StepResult, type TrainingBatch, totalLoss } from "./training-step.ts";

const BATCH_STATISTICS = { kind: "train", updatesRunning: false } as const;

export class LossPass {
  readonly #executable: Executable;
  readonly #batch: number;

  private constructor(executable: Executable, batch: number) {
    this.#executable = executable;
    this.#batch = batch;
  }

  /** `build`: a network that needs no mixture weights. `batch`: images a pass. `statistics`: of which batch norm makes use. */
  static async compile(
    device: Device,
    build: NetworkBuilder,
    batch: number,
    statistics: "batch" | "running" = "batch",
  ): Promise<LossPass> {
    const mode = statistics === "batch" ? BATCH_STATISTICS : ({ kind: "inference" } as const);
    const network = build({ mode, batch, mixture: false, dropPath: false, auxiliaryHead: false });
    const outputs = { loss: totalLoss(network, batch, 0, 0), ...logitOutputs(network) };
    return new LossPass(await device.compile({ graph: network.graph, outputs }), batch);
  }

  /** Bytes of activations of one pass. */
  get peakBytes(): number {
    return this.#executable.peakBytes;
  }

  /** Mean cross entropy of the batch, which need not be finite, and how many images it gets right. */
  async run(batch: TrainingBatch): Promise<StepResult> {
    const outputs = await this.#executable.run(batchInputs(batch));
    return { loss: outputs["loss"]![0]!, ...countRight(outputs, batch, this.#batch) };
  }

  release(): void {
    this.#executable.release();
  }
}
