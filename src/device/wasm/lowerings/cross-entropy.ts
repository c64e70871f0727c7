import type { CrossEntropyOps } from "../../../graph/index.ts";
import { groupCount } from "../instruction.ts";
import type { LoweringsOf } from "../lowering.ts";

const DOUBLE_BYTES = 8;

export const crossEntropyLowerings: LoweringsOf<CrossEntropyOps> = {
  crossEntropy: {
    synchronizes: true,
    lower({ attributes: { labelSmoothing }, inputs: [logits, labels], outputs: [output], address, workspace }) {
      const [images, classes] = logits!.shape as [number, number];
      const groups = groupCount(images);
      const partials = workspace(groups * DOUBLE_BYTES);
      const losses = [address(logits!), address(labels!), partials, classes, labelSmoothing];
      return {
        start: [{ share: "groups", kernel: "crossEntropy", args: losses, images }],
        finish: [{ share: "every", kernel: "crossEntropyMean", args: [partials, groups, images, address(output!)] }],
      };
    },
  },
  crossEntropyGradient: {
    synchronizes: false,
    lower({ attributes: { labelSmoothing }, inputs, outputs, address }) {
      const [images, classes] = outputs[0]!.shape as [number, number];
      const args = [...[...inputs, outputs[0]!].map((value) => address(value)), classes, images, labelSmoothing];
      return { start: [{ share: "images", kernel: "crossEntropyGradient", args, images }] };
    },
  },
};
