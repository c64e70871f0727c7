import type { ElementwiseOps } from "../../../graph/index.ts";
import { elementCount } from "../../../graph/index.ts";
import type { Lowering, LoweringsOf } from "../lowering.ts";
import { byElement } from "./by-element.ts";

/** A kernel of (inputs, output, elements), all of one shape. */
function elementwise<K extends "relu" | "reluGradient" | "relu6" | "relu6Gradient">(kernel: K): Lowering<K> {
  return {
    synchronizes: false,
    lower(context) {
      const output = context.outputs[0]!;
      const args = [...context.inputs, output].map((value) => context.address(value));
      return { start: [byElement(context, output, kernel, args)] };
    },
  };
}

export const elementwiseLowerings: LoweringsOf<ElementwiseOps> = {
  relu: elementwise("relu"),
  reluGradient: elementwise("reluGradient"),
  relu6: elementwise("relu6"),
  relu6Gradient: elementwise("relu6Gradient"),
  dropPath: {
    synchronizes: false,
    lower({ inputs: [input, factors], outputs: [output], address }) {
      const images = input!.shape[0]!;
      const args = [address(input!), address(factors!), address(output!), elementCount(input!.shape) / images];
      return { start: [{ share: "images", kernel: "dropPath", args, images }] };
    },
  },
  constant: {
    synchronizes: false,
    lower({ attributes: { shape, value }, outputs: [output], address }) {
      return { start: [{ share: "every", kernel: "fill", args: [address(output!), elementCount(shape), value] }] };
    },
  },
};
