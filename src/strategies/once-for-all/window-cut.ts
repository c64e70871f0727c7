/**
 * @file Depthwise filters of a smaller window: the middle of the larger ones, times a square matrix that all channels share (Cai et al. 2020, section 3.2),
 * from one window to the next: 7 to 5, 5 to 3. Both ways: the filters, and what their gradient is to the largest filters and to the matrices.
 */

/** Window and channels of the filters `[side, side, channels]` of the largest network. */
export interface WindowShape {
  readonly side: number;
  readonly channels: number;
}

/** A step to the next smaller window: its side, and the matrix `[side^2, side^2]`, out of rows times in. */
export interface WindowStep {
  readonly side: number;
  readonly matrix: ArrayLike<number>;
}

/** The filters after all steps, `[side, side, channels]`, and what each step took from the middle of those before it. */
interface Cut {
  readonly filters: Float64Array;
  readonly middles: readonly Float64Array[];
}

/** `filters`: of the largest network; the first `channels` of them are cut. */
export function cutWindow(
  filters: ArrayLike<number>,
  shape: WindowShape,
  steps: readonly WindowStep[],
  channels: number,
): Cut {
  let [current, side] = [firstChannels(filters, shape, channels), shape.side];
  const middles: Float64Array[] = [];
  for (const step of steps) {
    const middle = middleOf(current, side, step.side, channels);
    middles.push(middle);
    current = product(step.matrix, middle, channels);
    side = step.side;
  }
  return { filters: current, middles };
}

/**
 * Adds what a gradient of the filters after all steps is to the largest ones, `into`, and to the matrices of the steps.
 * @param gradient `[side, side, channels]` of the last step
 */
export function addWindowGradient(
  gradient: ArrayLike<number>,
  { middles }: Cut,
  steps: readonly WindowStep[],
  channels: number,
  into: { readonly shape: WindowShape; readonly filters: Float64Array; readonly matrices: readonly Float64Array[] },
): void {
  let current = Float64Array.from(gradient);
  for (let index = steps.length - 1; index >= 0; index--) {
    const { side, matrix } = steps[index]!;
    const [middle, matrixGradient] = [middles[index]!, into.matrices[index]!];
    const entries = side * side;
    const ofMiddle = new Float64Array(entries * channels);
    for (let out = 0; out < entries; out++) {
      for (let entry = 0; entry < entries; entry++) {
        const weight = matrix[out * entries + entry]!;
        let inner = 0;
        for (let channel = 0; channel < channels; channel++) {
          const value = current[out * channels + channel]!;
          inner += value * middle[entry * channels + channel]!;
          ofMiddle[entry * channels + channel]! += weight * value;
        }
        matrixGradient[out * entries + entry]! += inner;
      }
    }
    const before = steps[index - 1]?.side ?? into.shape.side;
    current = new Float64Array(before * before * channels);
    forMiddle(before, side, (outer, inner) => {
      for (let c = 0; c < channels; c++) current[outer * channels + c] = ofMiddle[inner * channels + c]!;
    });
  }
  const all = into.shape.channels;
  for (let entry = 0; entry < current.length / channels; entry++) {
    for (let c = 0; c < channels; c++) into.filters[entry * all + c]! += current[entry * channels + c]!;
  }
}

function firstChannels(
  filters: ArrayLike<number>,
  { side, channels: all }: WindowShape,
  channels: number,
): Float64Array {
  const kept = new Float64Array(side * side * channels);
  for (let i = 0; i < kept.length; i++) kept[i] = filters[Math.floor(i / channels) * all + (i % channels)]!;
  return kept;
}

function middleOf(filters: Float64Array, from: number, to: number, channels: number): Float64Array {
  const middle = new Float64Array(to * to * channels);
  forMiddle(from, to, (outer, inner) => {
    for (let c = 0; c < channels; c++) middle[inner * channels + c] = filters[outer * channels + c]!;
  });
  return middle;
}

/** Calls `visit` with the index of each entry of the middle in the larger square and in the smaller one. */
function forMiddle(from: number, to: number, visit: (outer: number, inner: number) => void): void {
  const margin = (from - to) / 2;
  for (let y = 0; y < to; y++) for (let x = 0; x < to; x++) visit((y + margin) * from + x + margin, y * to + x);
}

function product(matrix: ArrayLike<number>, values: Float64Array, channels: number): Float64Array {
  const entries = values.length / channels;
  const result = new Float64Array(values.length);
  for (let out = 0; out < entries; out++) {
    for (let entry = 0; entry < entries; entry++) {
      const weight = matrix[out * entries + entry]!;
      for (let c = 0; c < channels; c++) result[out * channels + c]! += weight * values[entry * channels + c]!;
    }
  }
  return result;
}
