import type { SumOps } from "../../../graph/index.ts";
import { elementCount, type Value } from "../../../graph/index.ts";
import { groupCount } from "../instruction.ts";
import type { Draft, LoweringContext, LoweringsOf } from "../lowering.ts";
import { type Operand, shifted } from "../operand.ts";
import { byElement } from "./by-element.ts";

const FLOAT_BYTES = 4;

/** Bytes of scratch for a sum of more than four: CHUNK of kernels/combine.ts. */
const CHUNK_BYTES = 4096;
const DOUBLE_BYTES = 8;

/** Summands whose addresses are arguments of their own, the others stand in the table: kernels/combine.ts and kernels/inner-products.ts. */
const DIRECT = { sum: 4, products: 2 } as const;

export const sumLowerings: LoweringsOf<SumOps> = {
  sum: {
    synchronizes: false,
    lower(context) {
      const coefficients = context.table(Float32Array.from(context.attributes.coefficients));
      const addresses = context.attributes.coefficients.map((_, k) => {
        const weight = context.reading(k);
        if (weight?.kind !== "weighted") return shifted(coefficients, k * FLOAT_BYTES);
        return context.address(context.inputs[weight.input]!, weight.entry * FLOAT_BYTES);
      });
      return { start: [combine(context, context.inputs.slice(0, addresses.length), addresses)] };
    },
  },
  weightedSum: {
    synchronizes: false,
    lower(context) {
      const [weights, ...summands] = context.inputs;
      const addresses = context.attributes.entries.map((entry) => context.address(weights!, entry * FLOAT_BYTES));
      return { start: [combine(context, summands, addresses)] };
    },
  },
  weightedSumInputGradient: {
    synchronizes: false,
    makesOutput: ({ outputs }) => (outputs[0]!.shape.length === 4 ? "again" : null),
    lower(context) {
      const [weights, cotangent] = context.inputs;
      const coefficient = context.address(weights!, context.attributes.entry * FLOAT_BYTES);
      const instructions = [combine(context, [cotangent!], [coefficient])];
      return cotangent!.shape.length === 4 ? { output: instructions } : { start: instructions };
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
      const { direct, listed } = split(context, summands, DIRECT.products);
      const table = context.table(listed.flatMap((address, k) => [address, entries[k]!]));
      const partials = context.workspace(groups * count * DOUBLE_BYTES);
      const elements = elementCount(cotangent!.shape) / images;
      const products = [context.address(cotangent!), ...direct, table, count, partials, elements];
      const totals = [partials, groups, table, count, context.address(context.outputs[0]!), length];
      return {
        start: [{ share: "groups", kernel: "innerProducts", args: products, images }],
        finish: [{ share: "every", kernel: "innerProductTotals", args: totals }],
      };
    },
  },
};

/** The output is the sum of summands times the numbers at `coefficients`. */
function combine<A>(context: LoweringContext<A>, summands: readonly Value[], coefficients: readonly Operand[]): Draft {
  const [output] = context.outputs;
  if (summands.length > DIRECT.sum) context.scratch(CHUNK_BYTES);
  const { direct, listed } = split(context, summands, DIRECT.sum);
  const table = context.table(listed.flatMap((address, k) => [address, coefficients[k]!]));
  return byElement(context, output!, "combine", [...direct, table, summands.length, context.address(output!)]);
}

/** Addresses of the first `count` summands, zeros where there are fewer; and those of all, with zeros for the first. */
function split<A>(context: LoweringContext<A>, summands: readonly Value[], count: number) {
  const addresses = summands.map((summand) => context.address(summand));
  return {
    direct: Array.from({ length: count }, (_, k): Operand => addresses[k] ?? 0),
    listed: addresses.map((address, k): Operand => (k < count ? 0 : address)),
  };
}
