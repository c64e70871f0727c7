/**
 * @file Mean cross entropy of softmax(logits) in float64. exp and log are the ones compiled into this module, so the
 * bits do not depend on the engine. `weights`: a float32 a class, by which the loss of its images is multiplied; 0 for none.
 */

/** Writes the sum of the losses of a group of images, a float64, to partials[group]. */
export function crossEntropy(
  scratch: usize,
  logits: usize,
  labels: usize,
  weights: usize,
  partials: usize,
  classes: usize,
  labelSmoothing: f64,
  group: usize,
  firstImage: usize,
  endImage: usize,
): void {
  let loss: f64 = 0;
  for (let image = firstImage; image < endImage; image++) {
    const z = logits + ((image * classes) << 2);
    const label = load<f32>(labels + (image << 2));
    const weight = weightOf(weights, label);
    const logOfSum = logOfSumOfExponentials(z, classes);
    for (let k: usize = 0; k < classes; k++) {
      loss -= weight * target(f32(k) == label, classes, labelSmoothing) * (f64(load<f32>(z + (k << 2))) - logOfSum);
    }
  }
  store<f64>(partials + (group << 3), loss);
}

/** output = the sum of all groups, divided by the number of images. */
export function crossEntropyMean(scratch: usize, partials: usize, groups: usize, images: f64, output: usize): void {
  let loss: f64 = 0;
  for (let group: usize = 0; group < groups; group++) loss += load<f64>(partials + (group << 3));
  store<f32>(output, f32(loss / images));
}

/** output = cotangent / images * weight * (softmax(logits) - target) */
export function crossEntropyGradient(
  scratch: usize,
  cotangent: usize,
  logits: usize,
  labels: usize,
  weights: usize,
  output: usize,
  classes: usize,
  images: f64,
  labelSmoothing: f64,
  firstImage: usize,
  endImage: usize,
): void {
  const scale = f64(load<f32>(cotangent)) / images;
  for (let image = firstImage; image < endImage; image++) {
    const z = logits + ((image * classes) << 2);
    const dz = output + ((image * classes) << 2);
    const label = load<f32>(labels + (image << 2));
    const factor = scale * weightOf(weights, label);
    const logOfSum = logOfSumOfExponentials(z, classes);
    for (let k: usize = 0; k < classes; k++) {
      const probability = NativeMath.exp(f64(load<f32>(z + (k << 2))) - logOfSum);
      store<f32>(dz + (k << 2), f32(factor * (probability - target(f32(k) == label, classes, labelSmoothing))));
    }
  }
}

function logOfSumOfExponentials(z: usize, classes: usize): f64 {
  let largest = load<f32>(z);
  for (let k: usize = 1; k < classes; k++) largest = max(largest, load<f32>(z + (k << 2)));
  let sum: f64 = 0;
  for (let k: usize = 0; k < classes; k++) sum += NativeMath.exp(f64(load<f32>(z + (k << 2))) - f64(largest));
  return f64(largest) + NativeMath.log(sum);
}

// @ts-ignore: decorator
@inline
function weightOf(weights: usize, label: f32): f64 {
  return weights == 0 ? 1 : f64(load<f32>(weights + (usize(label) << 2)));
}

// @ts-ignore: decorator
@inline
function target(isLabel: bool, classes: usize, labelSmoothing: f64): f64 {
  return (isLabel ? 1 - labelSmoothing : 0) + labelSmoothing / f64(classes);
}
