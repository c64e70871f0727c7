/**
 * @file Adam (Kingma & Ba) in float64 for the few numbers that describe an architecture; weight decay is added to the
 * gradient, as PyTorch's `Adam` does. Weights are trained by the device's own SGD.
 */

export interface AdamOptions {
  readonly learningRate: number;
  /** Decay of the running mean and of the running square. Default 0.5 and 0.999, as in the DARTS code. */
  readonly betas?: readonly [number, number];
  /** Default 1e-3. */
  readonly weightDecay?: number;
}

/** Everything that a later step depends on, as plain data. */
export interface AdamState {
  readonly steps: number;
  readonly means: readonly number[];
  readonly squares: readonly number[];
}

const EPSILON = 1e-8;

/** One optimizer for one vector, changed in place by `step`. */
export class Adam {
  readonly #options: Required<AdamOptions>;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  #steps = 0;
  /** betas to the power of the number of steps, kept as products: `Math.pow` differs between engines. */
  #powers: [number, number] = [1, 1];

  constructor(length: number, options: AdamOptions) {
    this.#options = { betas: [0.5, 0.999], weightDecay: 1e-3, ...options };
    this.#means = new Float64Array(length);
    this.#squares = new Float64Array(length);
  }

  /** Moves `values` against `gradient`, both of the length given to the constructor. */
  step(values: Float64Array, gradient: ArrayLike<number>): void {
    const { betas, learningRate, weightDecay } = this.#options;
    this.#steps++;
    this.#powers = [this.#powers[0] * betas[0], this.#powers[1] * betas[1]];
    const stepSize = learningRate / (1 - this.#powers[0]);
    const correction = Math.sqrt(1 - this.#powers[1]);
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i]! + weightDecay * values[i]!;
      const mean = betas[0] * this.#means[i]! + (1 - betas[0]) * g;
      const square = betas[1] * this.#squares[i]! + (1 - betas[1]) * g * g;
      this.#means[i] = mean;
      this.#squares[i] = square;
      values[i]! -= (stepSize * mean) / (Math.sqrt(square) / correction + EPSILON);
    }
  }

  state(): AdamState {
    return { steps: this.#steps, means: [...this.#means], squares: [...this.#squares] };
  }

  /** Goes back to a state of an optimizer of the same length and options. */
  restore({ steps, means, squares }: AdamState): void {
    this.#steps = steps;
    this.#means.set(means);
    this.#squares.set(squares);
    this.#powers = [1, 1];
    const { betas } = this.#options;
    for (let step = 0; step < steps; step++) this.#powers = [this.#powers[0] * betas[0], this.#powers[1] * betas[1]];
  }
}
