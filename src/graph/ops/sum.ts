/**
 * @file Sums of equal shapes: with constant coefficients, and with trained ones (a node of the super-net,
 * x_j = sum over the support of alpha_k o_k, method eq. 3).
 */
import { GRADIENT_OF_GRADIENT, type RulesOf } from "../op-rule.ts";
import { expectRank, expectSameShape, shapeError } from "../shape.ts";

interface WeightedSumAttributes {
  /** For each summand, the entry of the weight vector that multiplies it. */
  readonly entries: readonly number[];
}

export interface SumOps {
  /** (summands of one shape) -> sum of coefficient_k * summand_k, added in the order given */
  sum: { readonly coefficients: readonly number[] };
  /** (weights `[K]`, summands of one shape) -> sum of weights[entries[k]] * summand_k */
  weightedSum: WeightedSumAttributes;
  /** (weights, cotangent) -> weights[entry] * cotangent */
  weightedSumInputGradient: { readonly entry: number };
  /** (cotangent, summands) -> `[length]`: at entries[k] the inner product of cotangent and summand k, elsewhere zero */
  weightedSumWeightGradient: WeightedSumAttributes & { readonly length: number };
}

export const sumRules: RulesOf<SumOps> = {
  sum: {
    shapes(inputs, { coefficients }) {
      if (inputs.length === 0 || inputs.length !== coefficients.length) {
        throw shapeError("sum", `${inputs.length} summands`, `${coefficients.length}, one a coefficient, at least one`);
      }
      for (const shape of inputs) expectSameShape("sum summand", shape, inputs[0]!);
      return [inputs[0]!];
    },
    gradient: ({ graph, attributes, cotangents, needs }) =>
      attributes.coefficients.map((coefficient, k) => {
        if (!needs[k]) return null;
        const cotangent = cotangents[0]!;
        return coefficient === 1 ? cotangent : graph.apply("sum", [cotangent], { coefficients: [coefficient] });
      }),
  },
  weightedSum: {
    shapes([weights, ...summands], { entries }) {
      const [count] = expectRank("weightedSum weights", weights, 1);
      if (summands.length === 0 || summands.length !== entries.length) {
        throw shapeError("weightedSum", `${summands.length} summands`, `${entries.length}, one an entry, at least one`);
      }
      for (const entry of entries) {
        if (entry < 0 || entry >= count!) throw shapeError("weightedSum entry", `${entry}`, `0..${count! - 1}`);
      }
      for (const shape of summands) expectSameShape("weightedSum summand", shape, summands[0]!);
      return [summands[0]!];
    },
    gradient({ graph, attributes, inputs, cotangents, needs }) {
      const [weights, ...summands] = inputs;
      const cotangent = cotangents[0]!;
      const length = weights!.shape[0]!;
      return [
        needs[0] ? graph.apply("weightedSumWeightGradient", [cotangent, ...summands], { ...attributes, length }) : null,
        ...attributes.entries.map((entry, k) =>
          needs[k + 1] ? graph.apply("weightedSumInputGradient", [weights!, cotangent], { entry }) : null,
        ),
      ];
    },
  },
  weightedSumInputGradient: {
    shapes: ([, cotangent]) => [cotangent!],
    gradient: GRADIENT_OF_GRADIENT,
  },
  weightedSumWeightGradient: {
    shapes(inputs, { length }) {
      for (const shape of inputs) expectSameShape("weightedSumWeightGradient summand", shape, inputs[0]!);
      return [[length]];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
};
