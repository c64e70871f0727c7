/**
 * @file Small dense convolution: the stems and the 2x2 convolution of the auxiliary head. Filter `[kh, kw, Cin, Cout]`;
 * ReLU on the input is an attribute, because every convolution of the space follows one.
 */
import { GRADIENT_OF_GRADIENT, type RulesOf } from "../op-rule.ts";
import { expectRank, expectSameShape, type Shape, shapeError, windowCount } from "../shape.ts";

export interface ConvolutionAttributes {
  readonly stride: number;
  /** Zeros on each side, in pixels. */
  readonly padding: number;
  /** Apply ReLU to the input first. */
  readonly relu: boolean;
}

interface ConvolutionGradientAttributes extends ConvolutionAttributes {
  /** Filter height and width. */
  readonly size: readonly [number, number];
}

export interface ConvolutionOps {
  /** (input `[N, H, W, Cin]`, filter `[kh, kw, Cin, Cout]`) -> `[N, H', W', Cout]` */
  convolution: ConvolutionAttributes;
  /** (cotangent, filter, input) -> cotangent of the input; the input gives the shape and the ReLU mask */
  convolutionInputGradient: ConvolutionAttributes;
  /** (cotangent, input) -> cotangent of the filter */
  convolutionFilterGradient: ConvolutionGradientAttributes;
}

function outputShape(inputs: readonly Shape[], a: ConvolutionAttributes): Shape {
  const [n, h, w, c] = expectRank("convolution input", inputs[0], 4) as [number, number, number, number];
  const [kh, kw, cin, cout] = expectRank("convolution filter", inputs[1], 4) as [number, number, number, number];
  if (cin !== c) throw shapeError("convolution filter", `${cin} input channels`, `${c}`);
  const height = windowCount(h, kh, a.stride, a.padding);
  const width = windowCount(w, kw, a.stride, a.padding);
  if (height < 1 || width < 1) throw shapeError("convolution input", `${h}x${w}`, `at least ${kh}x${kw} with padding`);
  return [n, height, width, cout];
}

export const convolutionRules: RulesOf<ConvolutionOps> = {
  convolution: {
    shapes: (inputs, attributes) => [outputShape(inputs, attributes)],
    gradient({ graph, attributes, inputs, cotangents, needs }) {
      const [input, filter] = inputs as [(typeof inputs)[0], (typeof inputs)[0]];
      const cotangent = cotangents[0]!;
      const size = [filter.shape[0]!, filter.shape[1]!] as const;
      return [
        needs[0] ? graph.apply("convolutionInputGradient", [cotangent, filter, input], attributes) : null,
        needs[1] ? graph.apply("convolutionFilterGradient", [cotangent, input], { ...attributes, size }) : null,
      ];
    },
  },
  convolutionInputGradient: {
    shapes([cotangent, filter, input], attributes) {
      expectSameShape("convolutionInputGradient cotangent", cotangent!, outputShape([input!, filter!], attributes));
      return [input!];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
  convolutionFilterGradient: {
    shapes([cotangent, input], attributes) {
      const filter = [...attributes.size, input![3]!, cotangent![3]!];
      expectSameShape("convolutionFilterGradient cotangent", cotangent!, outputShape([input!, filter], attributes));
      return [filter];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
};
