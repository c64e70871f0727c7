/** @file Max and average pooling. Padding never counts: max ignores it, the average divides by the pixels inside the image. */
import { GRADIENT_OF_GRADIENT, type RulesOf } from "../op-rule.ts";
import { expectRank, expectSameShape, type Shape, shapeError, windowCount } from "../shape.ts";

export interface PoolAttributes {
  /** Window height and width, in pixels. */
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

interface AveragePoolGradientAttributes extends PoolAttributes {
  /** Height and width of the pooled image. */
  readonly extent: readonly [number, number];
}

export interface PoolOps {
  /** (input `[N, H, W, C]`) -> `[N, H', W', C]` */
  maxPool: PoolAttributes;
  /** (cotangent, input) -> cotangent of the input; among equal maxima the first in row order takes all */
  maxPoolGradient: PoolAttributes;
  /** (input `[N, H, W, C]`) -> `[N, H', W', C]` */
  averagePool: PoolAttributes;
  /** (cotangent) -> cotangent of the input */
  averagePoolGradient: AveragePoolGradientAttributes;
  /** (input `[N, H, W, C]`) -> `[N, C]`, the mean over all pixels */
  globalMean: Record<never, never>;
  /** (cotangent `[N, C]`) -> `[N, H, W, C]` */
  globalMeanGradient: { readonly extent: readonly [number, number] };
}

function outputShape(input: Shape | undefined, a: PoolAttributes): Shape {
  const [n, h, w, c] = expectRank("pool input", input, 4) as [number, number, number, number];
  const height = windowCount(h, a.size, a.stride, a.padding);
  const width = windowCount(w, a.size, a.stride, a.padding);
  if (height < 1 || width < 1) throw shapeError("pool input", `${h}x${w}`, `at least ${a.size}x${a.size} with padding`);
  return [n, height, width, c];
}

export const poolRules: RulesOf<PoolOps> = {
  maxPool: {
    shapes: ([input], attributes) => [outputShape(input, attributes)],
    gradient: ({ graph, attributes, inputs, cotangents }) => [
      graph.apply("maxPoolGradient", [cotangents[0]!, inputs[0]!], attributes),
    ],
  },
  maxPoolGradient: {
    shapes([cotangent, input], attributes) {
      expectSameShape("maxPoolGradient cotangent", cotangent!, outputShape(input, attributes));
      return [input!];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
  averagePool: {
    shapes: ([input], attributes) => [outputShape(input, attributes)],
    gradient: ({ graph, attributes, inputs, cotangents }) => [
      graph.apply("averagePoolGradient", [cotangents[0]!], {
        ...attributes,
        extent: [inputs[0]!.shape[1]!, inputs[0]!.shape[2]!],
      }),
    ],
  },
  averagePoolGradient: {
    shapes([cotangent], attributes) {
      const input = [cotangent![0]!, ...attributes.extent, cotangent![3]!];
      expectSameShape("averagePoolGradient cotangent", cotangent!, outputShape(input, attributes));
      return [input];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
  globalMean: {
    shapes([input]) {
      const [n, , , c] = expectRank("globalMean input", input, 4);
      return [[n!, c!]];
    },
    gradient: ({ graph, inputs, cotangents }) => [
      graph.apply("globalMeanGradient", [cotangents[0]!], { extent: [inputs[0]!.shape[1]!, inputs[0]!.shape[2]!] }),
    ],
  },
  globalMeanGradient: {
    shapes([cotangent], { extent }) {
      const [n, c] = expectRank("globalMeanGradient cotangent", cotangent, 2);
      return [[n!, ...extent, c!]];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
};
