/**
 * @file Mean cross entropy of softmax(logits). With label smoothing e the target of the labelled class is 1 - e + e / K and
 * that of the others e / K. With class weights w the loss of an image of class y counts w_y times; the mean is over images all the same, not over weights.
 */
import { GRADIENT_OF_GRADIENT, type RulesOf } from "../op-rule.ts";
import { expectRank, expectSameShape } from "../shape.ts";

interface CrossEntropyAttributes {
  /** e in [0, 1). */
  readonly labelSmoothing: number;
  /** w, `[K]`. Default: 1 each. */
  readonly classWeights?: readonly number[];
}

export interface CrossEntropyOps {
  /** (logits `[N, K]`, labels `[N]`, class indices stored as numbers) -> loss `[1]`, the mean over images */
  crossEntropy: CrossEntropyAttributes;
  /** (cotangent `[1]`, logits, labels) -> `[N, K]` */
  crossEntropyGradient: CrossEntropyAttributes;
}

export const crossEntropyRules: RulesOf<CrossEntropyOps> = {
  crossEntropy: {
    shapes([logits, labels], { classWeights }) {
      const [n, k] = expectRank("crossEntropy logits", logits, 2);
      if (classWeights !== undefined) expectSameShape("crossEntropy class weights", [classWeights.length], [k!]);
      expectSameShape("crossEntropy labels", labels!, [n!]);
      return [[1]];
    },
    gradient: ({ graph, attributes, inputs, cotangents, needs }) => [
      needs[0] ? graph.apply("crossEntropyGradient", [cotangents[0]!, inputs[0]!, inputs[1]!], attributes) : null,
      null,
    ],
  },
  crossEntropyGradient: {
    shapes: ([, logits]) => [logits!],
    gradient: GRADIENT_OF_GRADIENT,
  },
};
