/** @file The subgradient of a price on the size of parameters: sign(p), and 0 at 0, as PyTorch has it of `p.abs().sum()`. */
import type { Graph, Value } from "../graph/index.ts";

/** The input that multiplies all of it, `[1]`. */
export const PRICE = "price";

/** `gradients` of these parameters with those of price * weight * sum |p| added, where the weight of one is not 0; without such a weight as they are. */
export function withPrice(
  graph: Graph,
  parameters: readonly Value[],
  gradients: readonly Value[],
  weights: readonly number[],
): readonly Value[] {
  if (weights.every((weight) => weight === 0)) return gradients;
  const price = graph.input(PRICE, [1]);
  return parameters.map((parameter, k) => {
    if (weights[k] === 0) return gradients[k]!;
    const full = graph.apply("constant", [], { shape: parameter.shape, value: weights[k]! });
    const opposite = graph.apply("sum", [parameter], { coefficients: [-1] });
    const slopes = [parameter, opposite].map((side) => graph.apply("reluGradient", [full, side], {}));
    const slope = graph.apply("sum", slopes, { coefficients: [1, -1] });
    const priced = graph.apply("weightedSum", [price, slope], { entries: [0] });
    return graph.apply("sum", [gradients[k]!, priced], { coefficients: [1, 1] });
  });
}
