import type { SgdOps } from "../../../graph/index.ts";
import { elementCount, type Value } from "../../../graph/index.ts";
import type { LoweringsOf } from "../lowering.ts";
import type { Operand } from "../operand.ts";

const FLOAT_BYTES = 4;
const DOUBLE_BYTES = 8;

/** Elements of a block: the unit in which parameters are dealt out to threads and squares of gradients summed. */
const BLOCK = 4096;

export const sgdLowerings: LoweringsOf<SgdOps> = {
  sgd: {
    synchronizes: true,
    lower({ attributes, inputs: [rate, ...triples], outputs: [norm], address, table, workspace }) {
      const { momentum, weightDecay, clipNorm } = attributes;
      const blocks = blocksOf(triples, address);
      const count = blocks.length;
      const words = table(blocks.flat());
      const partials = workspace(count * DOUBLE_BYTES);
      const clip = workspace(FLOAT_BYTES);
      return {
        start: [{ share: "items", kernel: "sgdSquares", args: [words, partials], count }],
        finish: [
          { share: "every", kernel: "sgdNorm", args: [partials, count, clipNorm, address(norm!), clip] },
          { share: "items", kernel: "sgdUpdate", args: [words, address(rate!), clip, momentum, weightDecay], count },
        ],
      };
    },
  },
};

/** Addresses of parameter, gradient and velocity, and the number of elements, for each block. */
function blocksOf(triples: readonly Value[], address: (value: Value, offset: number) => Operand): Operand[][] {
  const blocks: Operand[][] = [];
  for (let i = 0; i < triples.length; i += 3) {
    const elements = elementCount(triples[i]!.shape);
    for (let from = 0; from < elements; from += BLOCK) {
      const starts = triples.slice(i, i + 3).map((value) => address(value, from * FLOAT_BYTES));
      blocks.push([...starts, Math.min(BLOCK, elements - from)]);
    }
  }
  return blocks;
}
