/**
 * @file The gradients of a sub-network: of the cross entropy with the labels, plus a multiple of that with soft labels, the probabilities by a teacher
 * (Hinton et al. 2015; of weight 1 in Cai et al. 2020). Nothing moves, running statistics included.
 *
 * The cross entropies of hard labels q and soft ones t have the gradients (p - q) / N and (p - t) / N by the logits, so both together are
 * (1 + ratio) (p - q) / N + ratio (q - t) / N: the gradient of the labels alone, and a constant that is fed.
 */
import type { Device, DeviceArray, Executable } from "../../device/index.ts";
import { differentiate } from "../../graph/index.ts";
import type { Network, NetworkBuilder } from "../../network/index.ts";
import { countCorrect, type StepResult, type TrainingBatch } from "../../train/index.ts";

export interface SubNetworkOptions {
  readonly batch: number;
  readonly labelSmoothing: number;
  /** Weight of the soft labels' loss. */
  readonly distillation: number;
  readonly recompute: boolean;
}

export interface SubNetworkGradients extends StepResult {
  /** By the name of the parameter, in its shape. */
  readonly gradients: ReadonlyMap<string, DeviceArray>;
}

export class SubNetworkPass {
  readonly network: Network;
  readonly #executable: Executable;
  readonly #options: SubNetworkOptions;

  private constructor(network: Network, executable: Executable, options: SubNetworkOptions) {
    this.network = network;
    this.#executable = executable;
    this.#options = options;
  }

  static async compile(device: Device, build: NetworkBuilder, options: SubNetworkOptions): Promise<SubNetworkPass> {
    const { batch, labelSmoothing, distillation } = options;
    const mode = { kind: "train", updatesRunning: false } as const;
    const network = build({ mode, batch, mixture: false, dropPath: false, auxiliaryHead: false });
    const { graph, logits, classWeights } = network;
    const attributes = classWeights === undefined ? { labelSmoothing } : { labelSmoothing, classWeights };
    const labels = graph.input("labels", [batch]);
    const loss = graph.apply("crossEntropy", [logits, labels], attributes);
    const one = graph.apply("constant", [], { shape: [1], value: 1 });
    const ofLabels = graph.apply("crossEntropyGradient", [one, logits, labels], attributes);
    const correction = graph.input("correction", logits.shape);
    const seed = graph.apply("sum", [ofLabels, correction], { coefficients: [1 + distillation, 1] });
    const parameters = network.parameters.map(({ name, shape }) => graph.persistent(name, shape));
    const recompute = options.recompute ? network.cells : [];
    const gradients = differentiate(graph, logits, parameters, { seed, recompute });
    const outputs = Object.fromEntries(gradients.map((gradient, index) => [`gradient/${index}`, gradient]));
    const executable = await device.compile({ graph, outputs: { loss, logits, ...outputs } });
    return new SubNetworkPass(network, executable, options);
  }

  get peakBytes(): number {
    return this.#executable.peakBytes;
  }

  /** `soft`: probabilities `[N, classCount]` by the teacher; null without one. */
  async run({ images, labels }: TrainingBatch, soft: ArrayLike<number> | null): Promise<SubNetworkGradients> {
    const correction = this.#correction(labels, soft);
    const outputs = await this.#executable.run({ images, labels, correction });
    const { parameters } = this.network;
    return {
      loss: outputs["loss"]![0]!,
      correct: countCorrect(outputs["logits"]!, labels, this.#options.batch),
      gradients: new Map(parameters.map(({ name }, index) => [name, outputs[`gradient/${index}`]!])),
    };
  }

  release(): void {
    this.#executable.release();
  }

  /** ratio w (q - t) / N, w the weight of the image's class. */
  #correction(labels: ArrayLike<number>, soft: ArrayLike<number> | null): Float64Array {
    const { batch, distillation, labelSmoothing } = this.#options;
    const { logits, classWeights } = this.network;
    const classes = logits.shape[1]!;
    const correction = new Float64Array(batch * classes);
    if (soft === null) return correction;
    for (let i = 0; i < correction.length; i++) {
      const label = labels[Math.floor(i / classes)]!;
      const hard = (i % classes === label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
      correction[i] = (distillation * (classWeights?.[label] ?? 1) * (hard - soft[i]!)) / batch;
    }
    return correction;
  }
}
