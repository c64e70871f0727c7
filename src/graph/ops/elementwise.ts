/** @file Operations on single elements: a stand-alone ReLU (auxiliary head), ReLU6 (inverted residuals), drop path, a constant, zero. */
import { GRADIENT_OF_GRADIENT, type RulesOf } from "../op-rule.ts";
import { expectRank, expectSameShape, type Shape } from "../shape.ts";

export interface ElementwiseOps {
  /** (input) -> max(input, 0) */
  relu: Record<never, never>;
  /** (cotangent, input) -> cotangent where input > 0, else 0 */
  reluGradient: Record<never, never>;
  /** (input) -> min(max(input, 0), 6) */
  relu6: Record<never, never>;
  /** (cotangent, input) -> cotangent where 0 < input < 6, else 0 */
  relu6Gradient: Record<never, never>;
  /** (input `[N, H, W, C]`, factors `[N]`: 0 or 1 / (1 - drop rate)) -> each image times its factor */
  dropPath: Record<never, never>;
  /** () -> a tensor filled with one number */
  constant: { readonly shape: Shape; readonly value: number };
}

export const elementwiseRules: RulesOf<ElementwiseOps> = {
  relu: {
    shapes: ([input]) => [input!],
    gradient: ({ graph, inputs, cotangents }) => [graph.apply("reluGradient", [cotangents[0]!, inputs[0]!], {})],
  },
  reluGradient: {
    shapes([cotangent, input]) {
      expectSameShape("reluGradient cotangent", cotangent!, input!);
      return [input!];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
  relu6: {
    shapes: ([input]) => [input!],
    gradient: ({ graph, inputs, cotangents }) => [graph.apply("relu6Gradient", [cotangents[0]!, inputs[0]!], {})],
  },
  relu6Gradient: {
    shapes([cotangent, input]) {
      expectSameShape("relu6Gradient cotangent", cotangent!, input!);
      return [input!];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
  dropPath: {
    shapes([input, factors]) {
      const [n] = expectRank("dropPath input", input, 4);
      expectSameShape("dropPath factors", factors!, [n!]);
      return [input!];
    },
    gradient: ({ graph, inputs, cotangents, needs }) => [
      needs[0] ? graph.apply("dropPath", [cotangents[0]!, inputs[1]!], {}) : null,
      null,
    ],
  },
  constant: {
    shapes: (_, { shape }) => [shape],
    gradient: "it has no inputs",
  },
};
