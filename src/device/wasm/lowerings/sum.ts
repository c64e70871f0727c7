import type { SumOps } from "../../../graph/index.ts";
import { elementCount, type Value } from "../../../graph/index.ts";
import { groupCount, type Instruction } from "../instruction.ts";
import type { LoweringContext, LoweringsOf } from "../lowering.ts";
import { byElement } from "./by-element.ts";

const FLOAT_BYTES = 4;

/** Bytes of scratch for a sum of more than four: CHUNK of kernels/combine.ts. */
const CHUNK_BYTES = 4096;
const DOUBLE_BYTES = 8;

export const sumLowerings: LoweringsOf<SumOps> = {
  sum: {
    synchronizes: false,
    lower(context) {
      const coefficients = context.table(Float32Array.from(context.attributes.coefficients));
      const addresses = context.inputs.map((_, k) => coefficients + k * FLOAT_BYTES);
      return { start: [combine(context, context.inputs, addresses)] };
    },
  },
  weightedSum: {
    synchronizes: false,
    lower(context) {
      const [weights, ...summands] = context.inputs;
      const start = context.address(weights!);
      const addresses = context.attributes.entries.map((entry) => start + entry * FLOAT_BYTES);
      return { start: [combine(context, summands, addresses)] };
    },
  },
  weightedSumInputGradient: {
    synchronizes: false,
    lower(context) {
      const [weights, cotangent] = context.inputs;
      const coefficient = context.address(weights!) + context.attributes.entry * FLOAT_BYTES;
      return { start: [combine(context, [cotangent!], [coefficient])] };
    },
  },
  weightedSumWeightGradient: {
    synchronizes: true,
    lower(context) {
      const { entries, length } = context.attributes;
      const [cotangent, ...summands] = context.inputs;
      const images = cotangent!.shape[0]!;
      const groups = groupCount(images);
      const count = summands.length;
      const table = context.table(
        Uint32Array.from(summands.flatMap((summand, k) => [context.address(summand), entries[k]!])),
      );
      const partials = context.workspace(groups * count * DOUBLE_BYTES);
      const elements = elementCount(cotangent!.shape) / images;
      const products = [context.address(cotangent!), table, count, partials, elements];
      const totals = [partials, groups, table, count, context.address(context.outputs[0]!), length];
      return {
        start: [{ share: "groups", kernel: "innerProducts", args: products, images }],
        finish: [{ share: "every", kernel: "innerProductTotals", args: totals }],
      };
    },
  },
};

/** The output is the sum of summands times the numbers at `coefficients`. */
function combine<A>(
  context: LoweringContext<A>,
  summands: readonly Value[],
  coefficients: readonly number[],
): Instruction {
  const [output] = context.outputs;
  if (summands.length > 4) context.scratch(CHUNK_BYTES);
  const table = context.table(
    Uint32Array.from(summands.flatMap((summand, k) => [context.address(summand), coefficients[k]!])),
  );
  return byElement(context, output!, "combine", [table, summands.length, context.address(output!)]);
}
