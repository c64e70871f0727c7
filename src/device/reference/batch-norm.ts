/**
 * @file Batch norm with two-pass statistics. With x^ = (x - mean) * r, r = 1 / sqrt(variance + epsilon), and M elements
 * a channel, the cotangent of the input is scale * r * (dy - sum(dy) / M - x^ * sum(dy * x^) / M).
 */
import type { BatchNormOps } from "../../graph/index.ts";
import type { KernelsOf } from "./kernel.ts";

export const batchNormKernels: KernelsOf<BatchNormOps> = {
  batchNorm([input, runningMean, runningVariance, scale, shift], [output, batchMean, inverseDeviation], attributes) {
    const { affine, epsilon, momentum, updatesRunning } = attributes;
    const x = input!.data;
    const y = output!.data;
    const channels = input!.shape[3]!;
    const count = x.length / channels;
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let i = c; i < x.length; i += channels) sum += x[i]!;
      const mean = sum / count;
      let squares = 0;
      for (let i = c; i < x.length; i += channels) squares += (x[i]! - mean) ** 2;
      const reciprocal = 1 / Math.sqrt(squares / count + epsilon);
      const gain = affine ? scale!.data[c]! : 1;
      const bias = affine ? shift!.data[c]! : 0;
      for (let i = c; i < x.length; i += channels) y[i] = (x[i]! - mean) * reciprocal * gain + bias;
      batchMean!.data[c] = mean;
      inverseDeviation!.data[c] = reciprocal;
      if (!updatesRunning) continue;
      // A single element has no unbiased variance: it counts as 0.
      const unbiased = squares / Math.max(count - 1, 1);
      runningMean!.data[c] = (1 - momentum) * runningMean!.data[c]! + momentum * mean;
      runningVariance!.data[c] = (1 - momentum) * runningVariance!.data[c]! + momentum * unbiased;
    }
  },
  batchNormGradient(
    [cotangent, input, batchMean, inverseDeviation, scale],
    [output, scaleOutput, shiftOutput],
    attributes,
  ) {
    const dy = cotangent!.data;
    const x = input!.data;
    const dx = output!.data;
    const channels = input!.shape[3]!;
    const count = x.length / channels;
    for (let c = 0; c < channels; c++) {
      const mean = batchMean!.data[c]!;
      const reciprocal = inverseDeviation!.data[c]!;
      let shiftGradient = 0;
      let scaleGradient = 0;
      for (let i = c; i < x.length; i += channels) {
        shiftGradient += dy[i]!;
        scaleGradient += dy[i]! * (x[i]! - mean) * reciprocal;
      }
      const factor = reciprocal * (attributes.affine ? scale!.data[c]! : 1);
      for (let i = c; i < x.length; i += channels) {
        const normalised = (x[i]! - mean) * reciprocal;
        dx[i] = factor * (dy[i]! - shiftGradient / count - (normalised * scaleGradient) / count);
      }
      if (!attributes.affine) continue;
      scaleOutput!.data[c] = scaleGradient;
      shiftOutput!.data[c] = shiftGradient;
    }
  },
  batchNormInference([input, runningMean, runningVariance, scale, shift], [output], { affine, epsilon }) {
    const x = input!.data;
    const y = output!.data;
    const channels = input!.shape[3]!;
    for (let c = 0; c < channels; c++) {
      const mean = runningMean!.data[c]!;
      const reciprocal = 1 / Math.sqrt(runningVariance!.data[c]! + epsilon);
      const gain = affine ? scale!.data[c]! : 1;
      const bias = affine ? shift!.data[c]! : 0;
      for (let i = c; i < x.length; i += channels) y[i] = (x[i]! - mean) * reciprocal * gain + bias;
    }
  },
};
