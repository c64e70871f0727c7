/**
 * @file 1x1 convolution, filter `[Cin, Cout]`. With a stride it reads pixel (stride * y + offset, stride * x + offset), and
 * zero past the edge: factorized reduce is two of these, at offsets 0 and 1.
 */
import { GRADIENT_OF_GRADIENT, type RulesOf } from "../op-rule.ts";
import { expectRank, expectSameShape, type Shape, shapeError } from "../shape.ts";

export interface PointwiseAttributes {
  readonly stride: number;
  /** Pixels by which the first one read is shifted, down and right; less than the stride. */
  readonly offset: number;
  /** Apply ReLU to the input first. */
  readonly relu: boolean;
}

export interface PointwiseOps {
  /** (input `[N, H, W, Cin]`, filter `[Cin, Cout]`) -> `[N, ceil(H / stride), ceil(W / stride), Cout]` */
  pointwise: PointwiseAttributes;
  /** (cotangent, filter, input) -> cotangent of the input */
  pointwiseInputGradient: PointwiseAttributes;
  /** (cotangent, input) -> cotangent of the filter */
  pointwiseFilterGradient: PointwiseAttributes;
}

function outputShape(inputs: readonly Shape[], a: PointwiseAttributes): Shape {
  const [n, h, w, c] = expectRank("pointwise input", inputs[0], 4) as [number, number, number, number];
  const [cin, cout] = expectRank("pointwise filter", inputs[1], 2) as [number, number];
  if (cin !== c) throw shapeError("pointwise filter", `${cin} input channels`, `${c}`);
  if (a.offset >= a.stride) throw shapeError("pointwise offset", `${a.offset}`, `less than the stride ${a.stride}`);
  return [n, Math.ceil(h / a.stride), Math.ceil(w / a.stride), cout];
}

export const pointwiseRules: RulesOf<PointwiseOps> = {
  pointwise: {
    shapes: (inputs, attributes) => [outputShape(inputs, attributes)],
    gradient({ graph, attributes, inputs, cotangents, needs }) {
      const [input, filter] = inputs as [(typeof inputs)[0], (typeof inputs)[0]];
      const cotangent = cotangents[0]!;
      return [
        needs[0] ? graph.apply("pointwiseInputGradient", [cotangent, filter, input], attributes) : null,
        needs[1] ? graph.apply("pointwiseFilterGradient", [cotangent, input], attributes) : null,
      ];
    },
  },
  pointwiseInputGradient: {
    shapes([cotangent, filter, input], attributes) {
      expectSameShape("pointwiseInputGradient cotangent", cotangent!, outputShape([input!, filter!], attributes));
      return [input!];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
  pointwiseFilterGradient: {
    shapes([cotangent, input], attributes) {
      const filter = [input![3]!, cotangent![3]!];
      expectSameShape("pointwiseFilterGradient cotangent", cotangent!, outputShape([input!, filter], attributes));
      return [filter];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
};
