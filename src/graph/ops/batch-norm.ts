/**
 * @file Batch norm over N, H and W. In training the batch's own statistics are used and the running ones move towards them
 * (variance unbiased, as PyTorch does); at inference the running ones are used.
 */
import { GRADIENT_OF_GRADIENT, type RulesOf } from "../op-rule.ts";
import { expectRank, expectSameShape, type Shape } from "../shape.ts";

interface BatchNormInferenceAttributes {
  /** With scale and shift as the last two inputs. */
  readonly affine: boolean;
  /** Added to the variance. */
  readonly epsilon: number;
}

interface BatchNormAttributes extends BatchNormInferenceAttributes {
  /** running <- (1 - momentum) * running + momentum * batch. */
  readonly momentum: number;
  /** Whether this pass moves the running statistics: true in weight steps, false where validation data steer. */
  readonly updatesRunning: boolean;
}

export interface BatchNormOps {
  /** (input `[N, H, W, C]`, running mean `[C]`, running variance `[C]`, scale?, shift?) -> (output, batch mean `[C]`, 1 / standard deviation `[C]`) */
  batchNorm: BatchNormAttributes;
  /** (cotangent, input, batch mean, 1 / standard deviation, scale?) -> (cotangent of the input, of scale?, of shift?) */
  batchNormGradient: { readonly affine: boolean };
  /** (input, running mean, running variance, scale?, shift?) -> output */
  batchNormInference: BatchNormInferenceAttributes;
}

function checkInputs(inputs: readonly Shape[], affine: boolean): Shape {
  const input = expectRank("batch norm input", inputs[0], 4);
  for (let i = 1; i < (affine ? 5 : 3); i++) {
    expectSameShape("batch norm vector", expectRank("batch norm vector", inputs[i], 1), [input[3]!]);
  }
  return input;
}

export const batchNormRules: RulesOf<BatchNormOps> = {
  batchNorm: {
    shapes(inputs, { affine }) {
      const input = checkInputs(inputs, affine);
      return [input, [input[3]!], [input[3]!]];
    },
    gradient({ graph, attributes, inputs, outputs, cotangents, needs }) {
      if (cotangents[0] === null) return inputs.map(() => null);
      const saved = [cotangents[0]!, inputs[0]!, outputs[1]!, outputs[2]!];
      if (attributes.affine) saved.push(inputs[3]!);
      const gradients = graph.add("batchNormGradient", saved, { affine: attributes.affine });
      return [
        needs[0] ? gradients[0]! : null,
        null,
        null,
        ...(attributes.affine ? [needs[3] ? gradients[1]! : null, needs[4] ? gradients[2]! : null] : []),
      ];
    },
    mutates: (_, { updatesRunning }) => (updatesRunning ? [1, 2] : []),
    repeated: (attributes) => ({ ...attributes, updatesRunning: false }),
  },
  batchNormGradient: {
    shapes([cotangent, input], { affine }) {
      expectSameShape("batchNormGradient cotangent", cotangent!, input!);
      const channels = [input![3]!];
      return affine ? [input!, channels, channels] : [input!];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
  batchNormInference: {
    shapes: (inputs, { affine }) => [checkInputs(inputs, affine)],
    gradient: "it is used at inference alone",
  },
};
