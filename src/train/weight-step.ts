/**
 * @file The weight step: forward, loss, gradients of all parameters that exist in the graph, clipping and SGD with momentum,
 * all on the device. A candidate outside the support is not in the graph: neither its weights nor its velocities move.
 */
import type { Device, Executable } from "../device/index.ts";
import { differentiate } from "../graph/index.ts";
import type { MixtureWeights, Network, NetworkBuilder, ParameterSpec } from "../network/index.ts";
import type { RandomStream } from "../random/index.ts";
import { countCorrect } from "./accuracy.ts";
import { Divergence } from "./divergence.ts";
import { PRICE, withPrice } from "./l1-gradient.ts";
import { originOfNonFinite } from "./non-finite.ts";
import {
  mixtureGradientOutputs,
  mixtureGradients,
  mixtureInputs,
  type StepResult,
  type TrainingBatch,
  totalLoss,
} from "./training-step.ts";
import { velocityName } from "./velocity.ts";

export interface WeightStepOptions {
  readonly batch: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** Largest norm of all gradients together. */
  readonly clipNorm: number;
  readonly labelSmoothing: number;
  /** Weight of the auxiliary head's loss; the head exists if the spec says so. */
  readonly auxiliaryWeight: number;
  /** Whether kept candidates are multiplied by mixture weights. */
  readonly mixture: boolean;
  readonly dropPath: boolean;
  /** Compute the inside of each cell a second time in the backward pass, rather than keep it: less memory, same bits. Default: false. */
  readonly recompute?: boolean;
  /** Also return the gradient of the mixture weights, from the same backward pass. Default: false. */
  readonly returnsMixtureGradient?: boolean;
  /** Largest loss that is taken for a training: beyond it the step throws. Default: infinity. */
  readonly maxLoss?: number;
  /** Parameters that stay as they are: neither gradient, momentum nor decay. Default: none. */
  readonly isFrozen?: (parameter: ParameterSpec) => boolean;
  /**
   * How much the size |p| of each number of a parameter counts in what is added to the loss, before it is multiplied by the price of the step; its
   * subgradient at 0 is 0. Default: nothing is added.
   */
  readonly l1Weight?: (parameter: ParameterSpec) => number;
}

export interface WeightStepInputs {
  readonly learningRate: number;
  /** Null for plain sums. */
  readonly mixture: MixtureWeights | null;
  /** What multiplies the l1 weights. Default: 0. */
  readonly price?: number;
  /** Probability that a kept candidate of an image is left out, and where the draws come from. */
  readonly dropPath?: { readonly rate: number; readonly stream: RandomStream };
}

export interface WeightStepResult extends StepResult {
  /** Norm of all gradients together, before clipping. */
  readonly gradientNorm: number;
  /** Gradient of the mixture weights; null unless the step returns it. */
  readonly mixtureGradient: MixtureWeights | null;
}

/** One step of SGD with momentum on the weights. */
export class WeightStep {
  readonly network: Network;
  readonly #device: Device;
  readonly #executable: Executable;
  readonly #batch: number;
  readonly #maxLoss: number;
  readonly #returnsMixtureGradient: boolean;
  readonly #isPriced: boolean;

  private constructor(network: Network, device: Device, executable: Executable, options: WeightStepOptions) {
    this.network = network;
    this.#device = device;
    this.#executable = executable;
    this.#batch = options.batch;
    this.#maxLoss = options.maxLoss ?? Number.POSITIVE_INFINITY;
    this.#returnsMixtureGradient = options.returnsMixtureGradient === true;
    this.#isPriced = network.graph.named("input").some(({ name }) => name === PRICE);
  }

  static async compile(device: Device, build: NetworkBuilder, options: WeightStepOptions): Promise<WeightStep> {
    const { batch, momentum, weightDecay, clipNorm } = options;
    const network = build({
      ...{ mode: { kind: "train", updatesRunning: true }, batch },
      ...{ mixture: options.mixture, dropPath: options.dropPath, auxiliaryHead: true },
    });
    const { graph } = network;
    const loss = totalLoss(network, batch, options.labelSmoothing, options.auxiliaryWeight);
    const trained = network.parameters.filter((parameter) => options.isFrozen?.(parameter) !== true);
    const parameters = trained.map(({ name, shape }) => graph.persistent(name, shape));
    const mixtures = options.returnsMixtureGradient === true ? network.mixtures! : [];
    const gradients = differentiate(graph, loss, [...parameters, ...mixtures], {
      recompute: options.recompute === true ? network.cells : [],
    });
    const l1Weights = trained.map((parameter) => options.l1Weight?.(parameter) ?? 0);
    const priced = withPrice(graph, parameters, gradients, l1Weights);
    const updates = trained.flatMap(({ name, shape }, k) => [
      parameters[k]!,
      priced[k]!,
      graph.persistent(velocityName(name), shape),
    ]);
    const learningRate = graph.input("learningRate", [1]);
    const gradientNorm = graph.apply("sgd", [learningRate, ...updates], { momentum, weightDecay, clipNorm });
    const outputs = {
      ...{ loss, gradientNorm, logits: network.logits },
      ...mixtureGradientOutputs(gradients.slice(parameters.length)),
    };
    return new WeightStep(network, device, await device.compile({ graph, outputs }), options);
  }

  /** Bytes of activations and gradients of one step. */
  get peakBytes(): number {
    return this.#executable.peakBytes;
  }

  /**
   * Runs one step.
   * @throws E_TRAIN_DIVERGED, a `Divergence`, when the loss or the gradient norm is not finite, or the loss is beyond its bound. If they are
   * not finite the parameters stay as they were, and the error tells where that began.
   */
  async run(batch: TrainingBatch, inputs: WeightStepInputs): Promise<WeightStepResult> {
    const fed = {
      images: batch.images,
      labels: batch.labels,
      learningRate: [inputs.learningRate],
      ...(this.#isPriced ? { [PRICE]: [inputs.price ?? 0] } : {}),
      ...mixtureInputs(this.network, inputs.mixture),
      ...this.#dropPathInputs(inputs.dropPath),
    };
    const outputs = await this.#executable.run(fed);
    const loss = outputs["loss"]![0]!;
    const gradientNorm = outputs["gradientNorm"]![0]!;
    const areFinite = Number.isFinite(loss) && Number.isFinite(gradientNorm);
    if (!areFinite || loss > this.#maxLoss) {
      const { learningRate } = inputs;
      const origin = areFinite ? null : await originOfNonFinite(this.#device, this.network, fed);
      throw new Divergence({
        ...{ what: "weight step", loss, gradientNorm, learningRate, maxLoss: this.#maxLoss, origin },
      });
    }
    const mixtureGradient = this.#returnsMixtureGradient ? mixtureGradients(this.network, outputs) : null;
    const correct = countCorrect(outputs["logits"]!, batch.labels, this.#batch);
    return { loss, gradientNorm, mixtureGradient, correct };
  }

  release(): void {
    this.#executable.release();
  }

  #dropPathInputs(dropPath: WeightStepInputs["dropPath"]): Record<string, Float64Array> {
    const inputs: Record<string, Float64Array> = {};
    for (const name of this.network.dropPathInputs) {
      const factors = new Float64Array(this.#batch).fill(1);
      if (dropPath !== undefined && dropPath.rate > 0) {
        for (let image = 0; image < factors.length; image++) {
          factors[image] = dropPath.stream.uniform() < dropPath.rate ? 0 : 1 / (1 - dropPath.rate);
        }
      }
      inputs[name] = factors;
    }
    return inputs;
  }
}
