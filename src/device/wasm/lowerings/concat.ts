import type { ConcatOps } from "../../../graph/index.ts";
import type { LoweringsOf } from "../lowering.ts";

export const concatLowerings: LoweringsOf<ConcatOps> = {
  concat: {
    synchronizes: false,
    lower({ inputs, outputs: [output], address, table }) {
      const [images, height, width, channels] = output!.shape as [number, number, number, number];
      const parts = table(inputs.flatMap((input) => [address(input), input.shape[3]!]));
      const args = [parts, inputs.length, address(output!), channels, height * width];
      return { start: [{ share: "images", kernel: "concat", args, images }] };
    },
  },
  channelSlice: {
    synchronizes: false,
    lower({ attributes: { start, channels }, inputs: [input], outputs: [output], address }) {
      const [images, height, width, all] = input!.shape as [number, number, number, number];
      const args = [address(input!), all, start, address(output!), channels, height * width];
      return { start: [{ share: "images", kernel: "channelSlice", args, images }] };
    },
  },
};
