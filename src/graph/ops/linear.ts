/** @file The classifier: input `[N, C]` times weight `[C, K]` plus bias `[K]`. */
import { GRADIENT_OF_GRADIENT, type RulesOf } from "../op-rule.ts";
import { expectRank, expectSameShape } from "../shape.ts";

type None = Record<never, never>;

export interface LinearOps {
  /** (input `[N, C]`, weight `[C, K]`, bias `[K]`) -> `[N, K]` */
  linear: None;
  /** (cotangent `[N, K]`, weight `[C, K]`) -> `[N, C]` */
  linearInputGradient: None;
  /** (cotangent `[N, K]`, input `[N, C]`) -> `[C, K]` */
  linearWeightGradient: None;
  /** (cotangent `[N, K]`) -> `[K]`, the sum over images */
  linearBiasGradient: None;
}

export const linearRules: RulesOf<LinearOps> = {
  linear: {
    shapes([input, weight, bias]) {
      const [n, c] = expectRank("linear input", input, 2);
      const [rows, classes] = expectRank("linear weight", weight, 2);
      expectSameShape("linear weight", [rows!], [c!]);
      expectSameShape("linear bias", bias!, [classes!]);
      return [[n!, classes!]];
    },
    gradient({ graph, inputs, cotangents, needs }) {
      const cotangent = cotangents[0]!;
      return [
        needs[0] ? graph.apply("linearInputGradient", [cotangent, inputs[1]!], {}) : null,
        needs[1] ? graph.apply("linearWeightGradient", [cotangent, inputs[0]!], {}) : null,
        needs[2] ? graph.apply("linearBiasGradient", [cotangent], {}) : null,
      ];
    },
  },
  linearInputGradient: {
    shapes: ([cotangent, weight]) => [[cotangent![0]!, weight![0]!]],
    gradient: GRADIENT_OF_GRADIENT,
  },
  linearWeightGradient: {
    shapes: ([cotangent, input]) => [[input![1]!, cotangent![1]!]],
    gradient: GRADIENT_OF_GRADIENT,
  },
  linearBiasGradient: {
    shapes: ([cotangent]) => [[cotangent![1]!]],
    gradient: GRADIENT_OF_GRADIENT,
  },
};
