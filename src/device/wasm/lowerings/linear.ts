import type { LinearOps } from "../../../graph/index.ts";
import type { LoweringsOf } from "../lowering.ts";

export const linearLowerings: LoweringsOf<LinearOps> = {
  linear: {
    synchronizes: false,
    lower({ inputs: [input, weight, bias], outputs: [output], address }) {
      const [images, features] = input!.shape as [number, number];
      const classes = output!.shape[1]!;
      const args = [address(input!), address(weight!), address(bias!), address(output!), features, classes];
      return { start: [{ share: "images", kernel: "linear", args, images }] };
    },
  },
  linearInputGradient: {
    synchronizes: false,
    lower({ inputs: [cotangent, weight], outputs: [output], address }) {
      const [images, features] = output!.shape as [number, number];
      const args = [address(cotangent!), address(weight!), address(output!), features, cotangent!.shape[1]!];
      return { start: [{ share: "images", kernel: "linearInputGradient", args, images }] };
    },
  },
  linearWeightGradient: {
    synchronizes: false,
    lower({ inputs: [cotangent, input], outputs: [output], address }) {
      const [images, features] = input!.shape as [number, number];
      const args = [address(cotangent!), address(input!), address(output!), images, features, cotangent!.shape[1]!];
      return { start: [{ share: "items", kernel: "linearWeightGradient", args, count: features }] };
    },
  },
  linearBiasGradient: {
    synchronizes: false,
    lower({ inputs: [cotangent], outputs: [output], address }) {
      const [images, classes] = cotangent!.shape as [number, number];
      const args = [address(cotangent!), address(output!), images, classes];
      return { start: [{ share: "every", kernel: "linearBiasGradient", args }] };
    },
  },
};
