/** @file The gradient of the cross entropy of one batch by the weights that scores look at. Nothing moves. */
import type { Device, DeviceArray, Executable } from "../device/index.ts";
import { differentiate } from "../graph/index.ts";
import type { NetworkBuilder, ParameterSpec } from "../network/index.ts";
import type { TrainingBatch } from "../train/index.ts";
import { scoredWeights } from "./scored-weights.ts";
import { SCORED_PASS } from "./zero-cost-score.ts";

export class WeightGradients {
  readonly weights: readonly ParameterSpec[];
  readonly #executable: Executable;

  private constructor(weights: readonly ParameterSpec[], executable: Executable) {
    this.weights = weights;
    this.#executable = executable;
  }

  static async compile(device: Device, build: NetworkBuilder, batch: number): Promise<WeightGradients> {
    const network = build({ ...SCORED_PASS, batch });
    const { graph, logits } = network;
    const weights = scoredWeights(network);
    const loss = graph.apply("crossEntropy", [logits, graph.input("labels", [batch])], { labelSmoothing: 0 });
    const values = weights.map(({ name, shape }) => graph.persistent(name, shape));
    const gradients = differentiate(graph, loss, values);
    const outputs = Object.fromEntries(gradients.map((gradient, weight) => [String(weight), gradient]));
    return new WeightGradients(weights, await device.compile({ graph, outputs }));
  }

  get peakBytes(): number {
    return this.#executable.peakBytes;
  }

  /** A gradient for each of `weights`, in its shape. */
  async run({ images, labels }: TrainingBatch): Promise<readonly DeviceArray[]> {
    const outputs = await this.#executable.run({ images, labels });
    return this.weights.map((_, weight) => outputs[weight]!);
  }

  release(): void {
    this.#executable.release();
  }
}
