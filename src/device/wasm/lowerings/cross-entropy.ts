import type { CrossEntropyOps } from "../../../graph/index.ts";
import { groupCount } from "../instruction.ts";
import type { LoweringContext, LoweringsOf } from "../lowering.ts";
import type { Operand } from "../operand.ts";

const DOUBLE_BYTES = 8;
/** Where no table is: kernels then weigh all classes alike. */
const NO_WEIGHTS = 0;

function weightsOf({ attributes, table }: LoweringContext<CrossEntropyOps["crossEntropy"]>): Operand {
  const { classWeights } = attributes;
  return classWeights === undefined ? NO_WEIGHTS : table(Float32Array.from(classWeights));
}

export const crossEntropyLowerings: LoweringsOf<CrossEntropyOps> = {
  crossEntropy: {
    synchronizes: true,
    lower(context) {
      const { attributes, inputs, outputs, address, workspace } = context;
      const [[logits, labels], [output]] = [inputs, outputs];
      const [images, classes] = logits!.shape as [number, number];
      const groups = groupCount(images);
      const partials = workspace(groups * DOUBLE_BYTES);
      const operands = [address(logits!), address(labels!), weightsOf(context), partials];
      const losses = [...operands, classes, attributes.labelSmoothing];
      return {
        start: [{ share: "groups", kernel: "crossEntropy", args: losses, images }],
        finish: [{ share: "every", kernel: "crossEntropyMean", args: [partials, groups, images, address(output!)] }],
      };
    },
  },
  crossEntropyGradient: {
    synchronizes: false,
    lower(context) {
      const { attributes, inputs, outputs, address } = context;
      const [images, classes] = outputs[0]!.shape as [number, number];
      const operands = [...inputs.map((value) => address(value)), weightsOf(context), address(outputs[0]!)];
      const args = [...operands, classes, images, attributes.labelSmoothing];
      return { start: [{ share: "images", kernel: "crossEntropyGradient", args, images }] };
    },
  },
};
