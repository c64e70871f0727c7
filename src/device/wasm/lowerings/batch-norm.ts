import type { BatchNormOps, Value } from "../../../graph/index.ts";
import { groupCount } from "../instruction.ts";
import type { LoweringsOf } from "../lowering.ts";

const FLOAT_BYTES = 4;
const DOUBLE_BYTES = 8;

/** Stands for the address of a vector that is not there. */
const NOWHERE = 0;

export const batchNormLowerings: LoweringsOf<BatchNormOps> = {
  batchNorm: {
    synchronizes: true,
    lower({ attributes, inputs, outputs, address, workspace, scratch }) {
      const { epsilon, momentum, updatesRunning } = attributes;
      const [input, runningMean, runningVariance, scale, shift] = inputs;
      const [output, mean, inverseDeviation] = outputs.map(address);
      const { images, pixels, channels } = extentsOf(input!);
      const groups = groupCount(images);
      const partials = workspace(2 * groups * channels * DOUBLE_BYTES);
      scratch(2 * channels * FLOAT_BYTES);
      const running = [runningMean!, runningVariance!].map((value) => (updatesRunning ? address(value) : NOWHERE));
      const affine = [scale, shift].map((value) => (value === undefined ? NOWHERE : address(value)));
      const combine = [partials, images, groups, pixels, channels, epsilon, momentum, mean!, inverseDeviation!];
      return [
        { share: "groups", kernel: "batchNormStatistics", args: [address(input!), partials, pixels, channels], images },
        { share: "barrier" },
        { share: "every", kernel: "batchNormCombine", args: [...combine, ...running, ...affine] },
        { share: "images", kernel: "batchNormOutput", args: [address(input!), output!, pixels, channels], images },
      ];
    },
  },
  batchNormGradient: {
    synchronizes: true,
    lower({ inputs, outputs, address, workspace, scratch }) {
      const [cotangent, input, mean, inverseDeviation, scale] = inputs as [Value, Value, Value, Value, Value?];
      const [output, scaleGradient, shiftGradient] = outputs.map(address);
      const { images, pixels, channels } = extentsOf(input);
      const groups = groupCount(images);
      const partials = workspace(2 * groups * channels * DOUBLE_BYTES);
      scratch(3 * channels * FLOAT_BYTES);
      const both = [address(cotangent), address(input)];
      const sums = [...both, address(mean), partials, pixels, channels];
      const vectors = [address(mean), address(inverseDeviation), scale === undefined ? NOWHERE : address(scale)];
      const gradients = [scaleGradient ?? NOWHERE, shiftGradient ?? NOWHERE];
      const combine = [partials, groups, images * pixels, channels, ...vectors, ...gradients];
      return [
        { share: "groups", kernel: "batchNormGradientSums", args: sums, images },
        { share: "barrier" },
        { share: "every", kernel: "batchNormGradientCombine", args: combine },
        { share: "images", kernel: "batchNormGradientOutput", args: [...both, output!, pixels, channels], images },
      ];
    },
  },
  batchNormInference: {
    synchronizes: false,
    lower({ attributes: { epsilon }, inputs, outputs, address, scratch }) {
      const [input, runningMean, runningVariance, scale, shift] = inputs;
      const { images, pixels, channels } = extentsOf(input!);
      scratch(2 * channels * FLOAT_BYTES);
      const running = [address(runningMean!), address(runningVariance!)];
      const affine = [scale, shift].map((value) => (value === undefined ? NOWHERE : address(value)));
      const output = [address(input!), address(outputs[0]!), pixels, channels];
      return [
        { share: "every", kernel: "batchNormInference", args: [...running, ...affine, channels, epsilon] },
        { share: "images", kernel: "batchNormOutput", args: output, images },
      ];
    },
  },
};

function extentsOf({ shape }: Value): { images: number; pixels: number; channels: number } {
  const [images, height, width, channels] = shape as [number, number, number, number];
  return { images, pixels: height * width, channels };
}
