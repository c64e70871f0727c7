/** @file Depthwise convolution: one filter a channel, `[k, k, C]`, zero padding that keeps the size at stride 1. */
import { GRADIENT_OF_GRADIENT, type RulesOf } from "../op-rule.ts";
import { expectRank, expectSameShape, type Shape, shapeError, windowCount } from "../shape.ts";

export interface DepthwiseAttributes {
  readonly stride: number;
  readonly dilation: number;
  /** Apply ReLU to the input first. */
  readonly relu: boolean;
}

interface DepthwiseGradientAttributes extends DepthwiseAttributes {
  /** Filter height, equal to its width, odd. */
  readonly size: number;
}

export interface DepthwiseOps {
  /** (input `[N, H, W, C]`, filter `[k, k, C]`) -> `[N, H', W', C]`, padding = dilation * (k - 1) / 2 */
  depthwise: DepthwiseAttributes;
  /** (cotangent, filter, input) -> cotangent of the input */
  depthwiseInputGradient: DepthwiseAttributes;
  /** (cotangent, input) -> cotangent of the filter */
  depthwiseFilterGradient: DepthwiseGradientAttributes;
}

function outputShape(inputs: readonly Shape[], a: DepthwiseAttributes): Shape {
  const [n, h, w, c] = expectRank("depthwise input", inputs[0], 4) as [number, number, number, number];
  const [kh, kw, channels] = expectRank("depthwise filter", inputs[1], 3) as [number, number, number];
  if (kh !== kw || kh % 2 === 0) throw shapeError("depthwise filter", `${kh}x${kw}`, "an odd square");
  if (channels !== c) throw shapeError("depthwise filter", `${channels} channels`, `${c}`);
  const padding = a.dilation * ((kh - 1) / 2);
  return [n, windowCount(h, kh, a.stride, padding, a.dilation), windowCount(w, kw, a.stride, padding, a.dilation), c];
}

export const depthwiseRules: RulesOf<DepthwiseOps> = {
  depthwise: {
    shapes: (inputs, attributes) => [outputShape(inputs, attributes)],
    gradient({ graph, attributes, inputs, cotangents, needs }) {
      const [input, filter] = inputs as [(typeof inputs)[0], (typeof inputs)[0]];
      const cotangent = cotangents[0]!;
      return [
        needs[0] ? graph.apply("depthwiseInputGradient", [cotangent, filter, input], attributes) : null,
        needs[1]
          ? graph.apply("depthwiseFilterGradient", [cotangent, input], { ...attributes, size: filter.shape[0]! })
          : null,
      ];
    },
  },
  depthwiseInputGradient: {
    shapes([cotangent, filter, input], attributes) {
      expectSameShape("depthwiseInputGradient cotangent", cotangent!, outputShape([input!, filter!], attributes));
      return [input!];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
  depthwiseFilterGradient: {
    shapes([cotangent, input], attributes) {
      const filter = [attributes.size, attributes.size, input![3]!];
      expectSameShape("depthwiseFilterGradient cotangent", cotangent!, outputShape([input!, filter], attributes));
      return [filter];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
};
