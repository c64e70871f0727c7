/** @file The two steps of a filter gradient: partial sums of each group of images, then their sum. */
import { groupCount } from "../instruction.ts";
import type { Lowered, LoweringContext } from "../lowering.ts";
import type { Operand } from "../operand.ts";

/**
 * Calls `kernel(scratch, ...operands, partials, ...extents, group, firstImage, endImage)` for each group; it writes
 * `partialLength` floats, of which the first `length`, a multiple of 4, are summed to `output`.
 */
export function groupPartials<A>(
  context: LoweringContext<A>,
  kernel: string,
  operands: readonly Operand[],
  extents: readonly Operand[],
  { images, length, partialLength = length }: { images: number; length: number; partialLength?: number },
): Lowered {
  const groups = groupCount(images);
  const partials = context.workspace(4 * groups * partialLength);
  const output = context.address(context.outputs[0]!);
  return {
    start: [{ share: "groups", kernel, args: [...operands, partials, ...extents], images }],
    finish: [
      { share: "items", kernel: "sumGroups", args: [partials, groups, partialLength, output], count: length / 4 },
    ],
  };
}
