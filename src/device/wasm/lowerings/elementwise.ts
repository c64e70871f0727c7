import type { ElementwiseOps } from "../../../graph/index.ts";
import { elementCount } from "../../../graph/index.ts";
import type { LoweringsOf } from "../lowering.ts";
import { byElement } from "./by-element.ts";

export const elementwiseLowerings: LoweringsOf<ElementwiseOps> = {
  relu: {
    synchronizes: false,
    lower(context) {
      const [input] = context.inputs;
      const args = [context.address(input!), context.address(context.outputs[0]!)];
      return { start: [byElement(context, input!, "relu", args)] };
    },
  },
  reluGradient: {
    synchronizes: false,
    lower(context) {
      const [cotangent, input] = context.inputs;
      const [output] = context.outputs;
      const args = [context.address(cotangent!), context.address(input!), context.address(output!)];
      return { start: [byElement(context, output!, "reluGradient", args)] };
    },
  },
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
