/**
 * @file The weight step: forward, loss, gradients of all parameters that exist in the graph, clipping and SGD with momentum,
 * all on the device. A candidate outside the support is not in the graph: neither its weights nor its velocities move.
 */
import type { Device, Executable } from "../device/index.ts";
import { differentiate } from "../graph/index.ts";
import type { MixtureWeights, Network, NetworkBuilder, ParameterSpec } from "../network/index.ts";
import type { RandomStream } from "../random/index.ts";
import { batchParts, joinedResult, meanGradients, partSize } from "./batch-parts.ts";
import { Divergence } from "./divergence.ts";
import { PRICE, withPrice } from "./l1-gradient.ts";
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
import { accumulatedName, velocityName } from "./velocity.ts";

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
  /** Equal parts that the batch is passed in, one after the other; their gradients are added up. Default: 1. */
  readonly accumulate?: number | undefined;
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
  /** Of one part of the batch. */
  readonly network: Network;
  readonly #device: Device;
  /** The pass over the last part, which moves the weights. */
  readonly #last: Executable;
  /** The passes over the parts before it, which add their gradients up; null if there is one part. */
  readonly #earlier: Executable | null;
  readonly #accumulated: ReadonlyMap<string, Float32Array>;
  readonly #parts: number;
  readonly #batch: number;
  readonly #maxLoss: number;
  readonly #returnsMixtureGradient: boolean;
  readonly #isPriced: boolean;

  private constructor(
    network: Network,
    device: Device,
    { last, earlier, trained }: { last: Executable; earlier: Executable | null; trained: readonly ParameterSpec[] },
    options: WeightStepOptions,
  ) {
    this.network = network;
    this.#device = device;
    this.#last = last;
    this.#earlier = earlier;
    const zeros = ({ name, shape }: ParameterSpec) =>
      [accumulatedName(name), new Float32Array(shape.reduce((a, b) => a * b, 1))] as const;
    this.#accumulated = new Map(earlier === null ? [] : trained.map(zeros));
    this.#parts = options.accumulate ?? 1;
    this.#batch = options.batch;
    this.#maxLoss = options.maxLoss ?? Number.POSITIVE_INFINITY;
    this.#returnsMixtureGradient = options.returnsMixtureGradient === true;
    this.#isPriced = network.graph.named("input").some(({ name }) => name === PRICE);
  }

  /** Throws `E_BATCH_PARTS` for a batch without so many equal parts. */
  static async compile(device: Device, build: NetworkBuilder, options: WeightStepOptions): Promise<WeightStep> {
    const { momentum, weightDecay, clipNorm, accumulate: parts = 1 } = options;
    const { network, trained, parameters, gradients, rate, outputs } = draftPass(build, options);
    const { graph } = network;
    const coefficients = [1 / parts, 1 / parts];
    const ofBatch = trained.map(({ name, shape }, k) => {
      if (parts === 1) return gradients[k]!;
      return graph.apply("sum", [graph.persistent(accumulatedName(name), shape), gradients[k]!], { coefficients });
    });
    const l1Weights = trained.map((parameter) => options.l1Weight?.(parameter) ?? 0);
    const priced = withPrice(graph, parameters, ofBatch, l1Weights);
    const updates = trained.flatMap(({ name, shape }, k) => [
      parameters[k]!,
      priced[k]!,
      graph.persistent(velocityName(name), shape),
    ]);
    const gradientNorm = graph.apply("sgd", [rate, ...updates], { momentum, weightDecay, clipNorm });
    const last = await device.compile({ graph, outputs: { ...outputs, gradientNorm } });
    const earlier = parts === 1 ? null : await compileEarlier(device, build, options);
    return new WeightStep(network, device, { last, earlier, trained }, options);
  }

  /** Bytes of activations and gradients of one step. */
  get peakBytes(): number {
    // Both programs use one block in turn.
    return Math.max(this.#last.peakBytes, this.#earlier?.peakBytes ?? 0);
  }

  /**
   * Runs one step.
   * @throws E_TRAIN_DIVERGED, a `Divergence`, when the loss or the gradient norm is not finite, or the loss is beyond its bound. If they are
   * not finite the parameters stay as they were, and the error tells where that began.
   */
  async run(batch: TrainingBatch, inputs: WeightStepInputs): Promise<WeightStepResult> {
    for (const [name, zeros] of this.#accumulated) this.#device.write(name, zeros);
    const factors = this.#dropPathInputs(inputs.dropPath);
    const size = this.#batch / this.#parts;
    const results: WeightStepResult[] = [];
    for (const [part, images] of batchParts(batch, this.#batch, this.#parts).entries()) {
      const range = ([name, values]: readonly [string, Float64Array]) =>
        [name, values.subarray(part * size, (part + 1) * size)] as const;
      results.push(await this.#pass(images, inputs, Object.fromEntries(Object.entries(factors).map(range)), part));
    }
    const last = results.at(-1)!;
    if (results.length === 1) return last;
    const mixtureGradient =
      last.mixtureGradient === null ? null : meanGradients(results.map((result) => result.mixtureGradient!));
    return { ...joinedResult(results), gradientNorm: last.gradientNorm, mixtureGradient };
  }

  release(): void {
    this.#last.release();
    this.#earlier?.release();
  }

  async #pass(
    batch: TrainingBatch,
    { learningRate, mixture, price = 0 }: WeightStepInputs,
    factors: Readonly<Record<string, Float64Array>>,
    part: number,
  ): Promise<WeightStepResult> {
    const isLast = part === this.#parts - 1;
    const fed = {
      ...batchInputs(batch),
      learningRate: [isLast ? learningRate : 0],
      ...(isLast && this.#isPriced ? { [PRICE]: [price] } : {}),
      ...mixtureInputs(this.network, mixture),
      ...factors,
    };
    const outputs = await (isLast ? this.#last : this.#earlier!).run(fed);
    const loss = outputs["loss"]![0]!;
    const gradientNorm = outputs["gradientNorm"]![0]!;
    const areFinite = Number.isFinite(loss) && Number.isFinite(gradientNorm);
    if (!areFinite || loss > this.#maxLoss) {
      const origin = areFinite ? null : await originOfNonFinite(this.#device, this.network, fed);
      throw new Divergence({
        ...{ what: "weight step", loss, gradientNorm, learningRate, maxLoss: this.#maxLoss, origin },
      });
    }
    const mixtureGradient = this.#returnsMixtureGradient ? mixtureGradients(this.network, outputs) : null;
    const right = countRight(outputs, batch, this.#batch / this.#parts);
    return { loss, gradientNorm, mixtureGradient, ...right };
  }

  /** For all images of the batch, so that what is left out does not depend on the parts. */
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

/** Forward and gradients of one part, as far as all parts have it in common. */
function draftPass(build: NetworkBuilder, options: WeightStepOptions) {
  const { batch, accumulate = 1 } = options;
  const size = partSize(batch, accumulate);
  const network = build({
    ...{ mode: { kind: "train", updatesRunning: true }, batch: size },
    ...{ mixture: options.mixture, dropPath: options.dropPath, auxiliaryHead: true },
  });
  const { graph } = network;
  const loss = totalLoss(network, size, options.labelSmoothing, options.auxiliaryWeight);
  const trained = network.parameters.filter((parameter) => options.isFrozen?.(parameter) !== true);
  const parameters = trained.map(({ name, shape }) => graph.persistent(name, shape));
  const mixtures = options.returnsMixtureGradient === true ? network.mixtures! : [];
  const gradients = differentiate(graph, loss, [...parameters, ...mixtures], {
    recompute: options.recompute === true ? network.cells : [],
  });
  const outputs = { loss, ...logitOutputs(network), ...mixtureGradientOutputs(gradients.slice(parameters.length)) };
  return { network, trained, parameters, gradients, rate: graph.input("learningRate", [1]), outputs };
}

/** The pass over a part that is not the last: SGD of momentum 1 at rate 0, whose velocities are the sums of gradients. */
async function compileEarlier(device: Device, build: NetworkBuilder, options: WeightStepOptions): Promise<Executable> {
  const { network, trained, parameters, gradients, rate, outputs } = draftPass(build, options);
  const { graph } = network;
  const sums = trained.flatMap(({ name, shape }, k) => [
    ...[parameters[k]!, gradients[k]!],
    graph.persistent(accumulatedName(name), shape),
  ]);
  const gradientNorm = graph.apply("sgd", [rate, ...sums], { momentum: 1, weightDecay: 0, clipNorm: 0 });
  return device.compile({ graph, outputs: { ...outputs, gradientNorm } });
}
