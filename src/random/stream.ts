/** @file One stream of random numbers. The generator is xoroshiro128+ (pure-rand); its state can be saved and restored. */
import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { exactCos, exactLog, exactSin } from "./elementary.ts";

type Generator = ReturnType<typeof xoroshiro128plus>;

/** A sequence of random draws with a state that can be written down. */
export class RandomStream {
  #generator: Generator;
  #spareNormal: number | undefined;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed | 0);
  }

  /** 32 random bits, as an integer in [0, 2^32). */
  bits(): number {
    return this.#generator.next() >>> 0;
  }

  /** Uniform in [0, 1), 53 random bits. */
  uniform(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Uniform integer in [0, count), without modulo bias. Throws `RangeError` unless 1 <= count <= 2^32. */
  integer(count: number): number {
    if (!Number.isInteger(count) || count < 1 || count > 4294967296) {
      throw new RangeError(`integer: count got ${count}, expected an integer from 1 to 2^32`);
    }
    const limit = 4294967296 - (4294967296 % count);
    let draw = this.bits();
    while (draw >= limit) draw = this.bits();
    return draw % count;
  }

  /** Standard normal by Box-Muller, the same bits in every engine. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * exactLog(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * exactSin(angle);
    return radius * exactCos(angle);
  }

  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<T extends { [index: number]: number; length: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = items[i]!;
      items[i] = items[j]!;
      items[j] = kept;
    }
    return items;
  }

  /** The state, as plain data for a checkpoint. */
  state(): RandomState {
    return { generator: [...this.#generator.getState()], spareNormal: this.#spareNormal ?? null };
  }

  /** A stream that goes on from a saved state. */
  static fromState(state: RandomState): RandomStream {
    const stream = new RandomStream(0);
    stream.#generator = xoroshiro128plusFromState(state.generator);
    stream.#spareNormal = state.spareNormal ?? undefined;
    return stream;
  }
}

export interface RandomState {
  readonly generator: readonly number[];
  readonly spareNormal: number | null;
}
