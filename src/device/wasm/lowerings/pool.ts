import { IstaNasError } from "../../../error.ts";
import type { PoolAttributes, PoolOps, Value } from "../../../graph/index.ts";
import type { Draft, LoweringContext, LoweringsOf } from "../lowering.ts";

const FLOAT_BYTES = 4;

export const poolLowerings: LoweringsOf<PoolOps> = {
  maxPool: {
    synchronizes: false,
    lower(context) {
      const [input] = context.inputs;
      context.scratch(rowBytes(input!, 2 * context.attributes.padding));
      return { start: [windows(context, "maxPool", input!, context.outputs[0]!)] };
    },
  },
  maxPoolGradient: {
    synchronizes: false,
    lower(context) {
      const [cotangent, input] = context.inputs;
      context.scratch(3 * context.attributes.size * rowBytes(cotangent!, 2));
      return { start: [windows(context, "maxPoolGradient", input!, cotangent!)] };
    },
  },
  averagePool: {
    synchronizes: false,
    lower(context) {
      const [input] = context.inputs;
      context.scratch(rowBytes(input!, 2 * context.attributes.padding));
      return { start: [windows(context, "averagePool", input!, context.outputs[0]!)] };
    },
  },
  averagePoolGradient: {
    synchronizes: false,
    lower(context) {
      const [cotangent] = context.inputs;
      context.scratch(rowBytes(cotangent!, 2 * context.attributes.size));
      return { start: [windows(context, "averagePoolGradient", context.outputs[0]!, cotangent!)] };
    },
  },
  globalMean: {
    synchronizes: false,
    lower({ inputs: [input], outputs: [output], address }) {
      const [images, height, width, channels] = input!.shape as [number, number, number, number];
      const args = [address(input!), address(output!), height * width, channels];
      return { start: [{ share: "images", kernel: "globalMean", args, images }] };
    },
  },
  globalMeanGradient: {
    synchronizes: false,
    lower({ inputs: [cotangent], outputs: [output], address }) {
      const [images, height, width, channels] = output!.shape as [number, number, number, number];
      const args = [address(cotangent!), address(output!), height * width, channels];
      return { start: [{ share: "images", kernel: "globalMeanGradient", args, images }] };
    },
  },
};

/** Bytes of one row of an image with so many more pixels. */
function rowBytes({ shape }: Value, margin: number): number {
  return (shape[2]! + margin) * shape[3]! * FLOAT_BYTES;
}

/** A kernel over windows of images of `full`, one window for each pixel of `pooled`. */
function windows<A extends PoolAttributes>(
  { attributes, inputs, outputs, address }: LoweringContext<A>,
  kernel: string,
  full: Value,
  pooled: Value,
): Draft {
  const { size, stride, padding } = attributes;
  if (padding >= size) {
    throw new IstaNasError(`internal: ${kernel}, padding: got ${padding}, expected less than the window of ${size}`, {
      code: "E_DEVICE_PADDING",
      kind: "internal",
    });
  }
  const [images, height, width, channels] = full.shape as [number, number, number, number];
  const geometry = [height, width, channels, size, stride, padding, pooled.shape[1]!, pooled.shape[2]!];
  return {
    share: "images",
    kernel,
    args: [...[...inputs, ...outputs].map((value) => address(value)), ...geometry],
    images,
  };
}
