/** @file The classifier. Class counts need not be multiples of 4; each sum runs in the order of its index. */
import { multiplyAdd, multiplyAddOne } from "./lanes";

/** output [N, K] = input [N, C] weight [C, K] + bias [K] */
export function linear(
  scratch: usize,
  input: usize,
  weight: usize,
  bias: usize,
  output: usize,
  features: usize,
  classes: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const classBytes = classes << 2;
  const vectorEnd = classBytes & ~31;
  for (let image = firstImage; image < endImage; image++) {
    const x = input + ((image * features) << 2);
    const y = output + image * classBytes;
    for (let k: usize = 0; k < vectorEnd; k += 32) {
      let y0 = v128.load(bias + k);
      let y1 = v128.load(bias + k, 16);
      let w = weight + k;
      for (let c: usize = 0; c < features; c++, w += classBytes) {
        const xc = v128.load32_splat(x + (c << 2));
        y0 = multiplyAdd(y0, xc, v128.load(w));
        y1 = multiplyAdd(y1, xc, v128.load(w, 16));
      }
      v128.store(y + k, y0);
      v128.store(y + k, y1, 16);
    }
    for (let k = vectorEnd; k < classBytes; k += 4) {
      let sum = load<f32>(bias + k);
      for (let c: usize = 0; c < features; c++) {
        sum = multiplyAddOne(sum, load<f32>(x + (c << 2)), load<f32>(weight + c * classBytes + k));
      }
      store<f32>(y + k, sum);
    }
  }
}

/** output [N, C] = cotangent [N, K] times the transpose of weight [C, K] */
export function linearInputGradient(
  scratch: usize,
  cotangent: usize,
  weight: usize,
  output: usize,
  features: usize,
  classes: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const classBytes = classes << 2;
  const vectorEnd = classBytes & ~15;
  for (let image = firstImage; image < endImage; image++) {
    const dy = cotangent + image * classBytes;
    let dx = output + ((image * features) << 2);
    let w = weight;
    for (let c: usize = 0; c < features; c++, w += classBytes, dx += 4) {
      let lanes = f32x4.splat(0);
      for (let k: usize = 0; k < vectorEnd; k += 16) {
        lanes = multiplyAdd(lanes, v128.load(dy + k), v128.load(w + k));
      }
      let sum = f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1);
      sum += f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3);
      for (let k = vectorEnd; k < classBytes; k += 4) sum = multiplyAddOne(sum, load<f32>(dy + k), load<f32>(w + k));
      store<f32>(dx, sum);
    }
  }
}

/** Rows `firstRow` to `endRow` of output [C, K] = the transpose of input [N, C] times cotangent [N, K] */
export function linearWeightGradient(
  scratch: usize,
  cotangent: usize,
  input: usize,
  output: usize,
  images: usize,
  features: usize,
  classes: usize,
  firstRow: usize,
  endRow: usize,
): void {
  const classBytes = classes << 2;
  const vectorEnd = classBytes & ~31;
  for (let c = firstRow; c < endRow; c++) {
    const x = input + (c << 2);
    const dw = output + c * classBytes;
    for (let k: usize = 0; k < vectorEnd; k += 32) {
      let dw0 = f32x4.splat(0);
      let dw1 = dw0;
      let dy = cotangent + k;
      for (let n: usize = 0; n < images; n++, dy += classBytes) {
        const xn = v128.load32_splat(x + ((n * features) << 2));
        dw0 = multiplyAdd(dw0, xn, v128.load(dy));
        dw1 = multiplyAdd(dw1, xn, v128.load(dy, 16));
      }
      v128.store(dw + k, dw0);
      v128.store(dw + k, dw1, 16);
    }
    for (let k = vectorEnd; k < classBytes; k += 4) {
      let sum: f32 = 0;
      for (let n: usize = 0; n < images; n++) {
        sum = multiplyAddOne(sum, load<f32>(x + ((n * features) << 2)), load<f32>(cotangent + n * classBytes + k));
      }
      store<f32>(dw + k, sum);
    }
  }
}

/** output [K] = the sum of cotangent [N, K] over images */
export function linearBiasGradient(
  scratch: usize,
  cotangent: usize,
  output: usize,
  images: usize,
  classes: usize,
): void {
  for (let k: usize = 0; k < classes; k++) {
    let sum: f64 = 0;
    for (let n: usize = 0; n < images; n++) sum += f64(load<f32>(cotangent + ((n * classes + k) << 2)));
    store<f32>(output + (k << 2), f32(sum));
  }
}
