import type { BatchNormOps, Value } from "../../../graph/index.ts";
import { groupCount } from "../instruction.ts";
import type { LoweringContext, LoweringsOf } from "../lowering.ts";
import type { Operand } from "../operand.ts";

const FLOAT_BYTES = 4;
const DOUBLE_BYTES = 8;

/** Scratch for two sums of eight channels. */
const LANES_BYTES = 64;

/** Stands for the address of a vector that is not there. */
const NOWHERE = 0;

export const batchNormLowerings: LoweringsOf<BatchNormOps> = {
  batchNorm: {
    synchronizes: true,
    makesOutput: () => "again",
    lower({ attributes, inputs, outputs, address, workspace, scratch }) {
      const { epsilon, momentum, updatesRunning } = attributes;
      const [input, runningMean, runningVariance, scale, shift] = inputs;
      const [output, ...statistics] = outputs.map((value) => address(value));
      const { images, pixels, channels } = extentsOf(input!);
      const groups = groupCount(images);
      const partials = workspace(2 * groups * channels * DOUBLE_BYTES);
      scratch(Math.max(2 * channels * FLOAT_BYTES + LANES_BYTES, 2 * groups * DOUBLE_BYTES));
      const running = [runningMean!, runningVariance!].map((value) => (updatesRunning ? address(value) : NOWHERE));
      const affine = [scale, shift].map((value) => (value === undefined ? NOWHERE : address(value)));
      const sums = [address(input!), partials, pixels, channels];
      const combine = [partials, images, groups, pixels, channels, epsilon, momentum, ...statistics, ...running];
      const normalise = [address(input!), ...statistics, ...affine, output!, pixels, channels];
      return {
        start: [{ share: "groups", kernel: "batchNormStatistics", args: sums, images }],
        finish: [{ share: "every", kernel: "batchNormCombine", args: combine }],
        output: [{ share: "images", kernel: "batchNormOutput", args: normalise, images }],
      };
    },
  },
  batchNormGradient: {
    synchronizes: true,
    makesOutput: () => "once",
    lower(context) {
      const { attributes, inputs, outputs, address, workspace, scratch } = context;
      const [, input, mean, inverseDeviation, scale] = inputs as [Value, Value, Value, Value, Value?];
      const [output, scaleGradient, shiftGradient] = outputs.map((value) => address(value));
      const { images, pixels, channels } = extentsOf(input);
      const groups = groupCount(images);
      const partials = workspace(2 * groups * channels * DOUBLE_BYTES);
      const plane = workspace(3 * channels * FLOAT_BYTES);
      scratch(LANES_BYTES);
      const both = [...cotangentOf(context), address(input)];
      const sums = [...both, address(mean), partials, pixels, channels];
      const vectors = [address(mean), address(inverseDeviation), attributes.affine ? address(scale!) : NOWHERE];
      const gradients = [scaleGradient ?? NOWHERE, shiftGradient ?? NOWHERE];
      const combine = [plane, partials, groups, images * pixels, channels, ...vectors, ...gradients];
      const combined = [plane, ...both, output!, pixels, channels];
      return {
        start: [{ share: "groups", kernel: "batchNormGradientSums", args: sums, images }],
        finish: [{ share: "every", kernel: "batchNormGradientCombine", args: combine }],
        output: [{ share: "images", kernel: "batchNormGradientOutput", args: combined, images }],
      };
    },
  },
  batchNormInference: {
    synchronizes: false,
    lower({ attributes: { epsilon }, inputs, outputs, address, scratch }) {
      const [input, runningMean, runningVariance, scale, shift] = inputs;
      const { images, pixels, channels } = extentsOf(input!);
      scratch(2 * channels * FLOAT_BYTES);
      const running = [address(runningMean!), address(runningVariance!), epsilon];
      const affine = [scale, shift].map((value) => (value === undefined ? NOWHERE : address(value)));
      const args = [address(input!), ...running, ...affine, address(outputs[0]!), pixels, channels];
      return { start: [{ share: "images", kernel: "batchNormInference", args, images }] };
    },
  },
};

/** Addresses of the cotangent and of its factor. */
function cotangentOf({ inputs, reading, address }: LoweringContext<unknown>): readonly Operand[] {
  const weight = reading(0);
  const factor = weight?.kind === "weighted" ? address(inputs[weight.input]!, weight.entry * FLOAT_BYTES) : NOWHERE;
  return [address(inputs[0]!), factor];
}

function extentsOf({ shape }: Value): { images: number; pixels: number; channels: number } {
  const [images, height, width, channels] = shape as [number, number, number, number];
  return { images, pixels: height * width, channels };
}
