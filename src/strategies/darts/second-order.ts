/**
 * @file The second-order gradient of DARTS (Liu et al. 2019, equations 7 and 8): that of the loss on validation images after one step of the weights,
 * by finite differences as published.
 */
import type { Device } from "../../device/index.ts";
import type { MixtureWeights, NetworkBuilder } from "../../network/index.ts";
import {
  type ArchitectureStep,
  type ArchitectureStepResult,
  GradientPass,
  type TrainingBatch,
  WeightStep,
  type WeightStepOptions,
} from "../../train/index.ts";

/** Times the norm of the gradient by the weights, as published. */
const EPSILON = 0.01;
/** The step ahead is not clipped. */
const NO_CLIPPING = 1e30;

/** What one gradient is taken of. */
export interface Lookahead {
  readonly training: TrainingBatch;
  readonly validation: TrainingBatch;
  readonly mixture: MixtureWeights;
  readonly learningRate: number;
}

export class SecondOrder {
  readonly #device: Device;
  readonly #ahead: WeightStep;
  readonly #gradients: GradientPass;
  readonly #first: ArchitectureStep;

  private constructor(device: Device, ahead: WeightStep, gradients: GradientPass, first: ArchitectureStep) {
    this.#device = device;
    this.#ahead = ahead;
    this.#gradients = gradients;
    this.#first = first;
  }

  /** `first`: the gradient of the mixture weights alone; it stays the caller's. */
  static async compile(
    device: Device,
    build: NetworkBuilder,
    options: WeightStepOptions,
    first: ArchitectureStep,
  ): Promise<SecondOrder> {
    const { batch, recompute = false } = options;
    const ahead = await WeightStep.compile(device, build, { ...options, clipNorm: NO_CLIPPING });
    return new SecondOrder(device, ahead, await GradientPass.compile(device, build, { batch, recompute }), first);
  }

  get peakBytes(): number {
    return Math.max(this.#ahead.peakBytes, this.#gradients.peakBytes);
  }

  /**
   * d L_val(w', a) / d mixture - rate (d L_train(w+, a) - d L_train(w-, a)) / (2 epsilon), with w' one step of SGD ahead and w+- = w +- epsilon
   * d L_val(w', a) / d w'. Weights, velocities and statistics are then as they were, to the bit. Loss and hits are of the validation batch at w'.
   */
  async run({ training, validation, mixture, learningRate }: Lookahead): Promise<ArchitectureStepResult> {
    const before = new Map(this.#device.names().map((name) => [name, this.#device.read(name)]));
    await this.#ahead.run(training, { learningRate, mixture });
    const { parameters, mixture: ahead, ...result } = await this.#gradients.run(validation, mixture);
    let squares = 0;
    for (const gradient of parameters.values()) {
      for (let k = 0; k < gradient.length; k++) squares += gradient[k]! * gradient[k]!;
    }
    const epsilon = squares === 0 ? 0 : EPSILON / Math.sqrt(squares);
    const moved = async (factor: number) => {
      for (const [name, gradient] of parameters) {
        const values = before.get(name)!;
        this.#device.write(
          name,
          values.map((value, k) => value + factor * gradient[k]!),
        );
      }
      return (await this.#first.run(training, mixture)).gradients;
    };
    const [up, down] = [await moved(epsilon), await moved(-epsilon)];
    for (const [name, values] of before) this.#device.write(name, values);
    const gradients = ahead.map((group, index) =>
      Float64Array.from(group, (gradient, candidate) => {
        const curvature = epsilon === 0 ? 0 : (up[index]![candidate]! - down[index]![candidate]!) / (2 * epsilon);
        return gradient - learningRate * curvature;
      }),
    );
    return { ...result, gradients };
  }

  release(): void {
    this.#ahead.release();
    this.#gradients.release();
  }
}
