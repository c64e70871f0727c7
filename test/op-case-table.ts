/**
 * @file The cases themselves: odd sizes, strides, dilations, one-pixel images, batches of 1, 3 and 17. See op-cases.ts.
 */
import type { Graph, OpAttributes, OpKind, Shape, Value } from "../src/graph/index.ts";
import type { RandomStream } from "../src/random/index.ts";

type Draw = (stream: RandomStream, count: number) => Iterable<number>;

interface CaseInput {
  readonly shape: Shape;
  readonly role: "input" | "persistent";
  readonly draw: Draw;
  /** Whether the gradient of this input is asked for. */
  readonly isDifferentiable: boolean;
}

export interface OpCase {
  readonly kind: OpKind;
  readonly attributes: unknown;
  readonly inputs: readonly CaseInput[];
  append(graph: Graph, inputs: readonly Value[]): readonly Value[];
}

function opCase<K extends OpKind>(kind: K, attributes: OpAttributes[K], inputs: readonly CaseInput[]): OpCase {
  return { kind, attributes, inputs, append: (graph, values) => graph.add(kind, values, attributes) };
}

const normal: Draw = (stream, count) => Array.from({ length: count }, () => stream.normal());
const shifted: Draw = (stream, count) => Array.from({ length: count }, () => 3 + stream.normal());
const positive: Draw = (stream, count) => Array.from({ length: count }, () => 0.5 + stream.uniform());
const spread: Draw = (stream, count) => Array.from({ length: count }, () => 20 * stream.normal());
/** Away from the kink of ReLU. */
const offZero: Draw = (stream, count) =>
  Array.from({ length: count }, () => (stream.integer(2) === 0 ? -1 : 1) * (0.1 + stream.uniform()));
/** No two alike nor close, so that no maximum is tied. */
const distinct: Draw = (stream, count) => {
  const values = Array.from({ length: count }, (_, i) => (i - count / 2) / 16);
  return stream.shuffle(values);
};

/** Below 0, between 0 and 6 and above 6, away from both. */
const offZeroAndSix: Draw = (stream, count) =>
  Array.from({ length: count }, () => [-4, 0.5, 6.5][stream.integer(3)]! + 3 * stream.uniform());

/** Something a network computes or is fed: written before each run. */
function image(shape: Shape, draw: Draw = normal): CaseInput {
  return { shape, role: "input", draw, isDifferentiable: true };
}

/** Something a network learns: kept by the device. */
function parameter(shape: Shape, draw: Draw = normal): CaseInput {
  return { shape, role: "persistent", draw, isDifferentiable: true };
}

/** What comes from the data set: nobody asks for its gradient. */
function given(shape: Shape, draw: Draw = normal): CaseInput {
  return { shape, role: "input", draw, isDifferentiable: false };
}

/** What an operation keeps beside its parameters. */
function state(shape: Shape, draw: Draw = normal): CaseInput {
  return { shape, role: "persistent", draw, isDifferentiable: false };
}

function labels(images: number, classes: number): CaseInput {
  return given([images], (stream, count) => Array.from({ length: count }, () => stream.integer(classes)));
}

function statistics(channels: number): CaseInput[] {
  return [state([channels]), state([channels], positive)];
}

function scaleAndShift(channels: number, affine: boolean): CaseInput[] {
  return affine ? [parameter([channels], shifted), parameter([channels])] : [];
}

const BOTH = [false, true] as const;

function convolutionCases(): OpCase[] {
  return [
    opCase("convolution", { stride: 1, padding: 1, relu: false }, [given([2, 5, 6, 3]), parameter([3, 3, 3, 8])]),
    opCase("convolution", { stride: 2, padding: 1, relu: false }, [given([3, 7, 9, 3]), parameter([3, 3, 3, 12])]),
    opCase("convolution", { stride: 1, padding: 1, relu: false }, [given([17, 5, 3, 1]), parameter([3, 3, 1, 4])]),
    opCase("convolution", { stride: 2, padding: 1, relu: true }, [
      image([3, 7, 9, 4], offZero),
      parameter([3, 3, 4, 8]),
    ]),
    opCase("convolution", { stride: 1, padding: 0, relu: false }, [image([1, 4, 5, 8]), parameter([2, 2, 8, 12])]),
    opCase("convolution", { stride: 1, padding: 1, relu: true }, [
      image([1, 1, 1, 4], offZero),
      parameter([3, 3, 4, 4]),
    ]),
    opCase("convolution", { stride: 1, padding: 1, relu: false }, [image([2, 2, 5, 4]), parameter([2, 3, 4, 4])]),
    opCase("convolution", { stride: 1, padding: 0, relu: true }, [
      image([17, 2, 2, 4], offZero),
      parameter([2, 2, 4, 16]),
    ]),
  ];
}

function depthwiseCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const size of [3, 5]) {
    for (const stride of [1, 2]) {
      for (const dilation of [1, 2]) {
        for (const relu of BOTH) {
          const shape = relu ? [3, 7, 6, 4] : [1, 6, 9, 12];
          cases.push(
            opCase("depthwise", { stride, dilation, relu }, [
              image(shape, offZero),
              parameter([size, size, shape[3]!]),
            ]),
          );
        }
      }
    }
  }
  for (const shape of [
    [1, 1, 1, 4],
    [1, 3, 3, 4],
    [2, 1, 2, 8],
    [17, 3, 2, 4],
    [3, 5, 13, 20],
  ]) {
    const channels = shape[3]!;
    cases.push(
      opCase("depthwise", { stride: 1, dilation: 1, relu: true }, [image(shape, offZero), parameter([3, 3, channels])]),
      opCase("depthwise", { stride: 2, dilation: 1, relu: true }, [image(shape, offZero), parameter([5, 5, channels])]),
      opCase("depthwise", { stride: 1, dilation: 2, relu: true }, [image(shape, offZero), parameter([5, 5, channels])]),
    );
  }
  return cases;
}

function pointwiseCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const [stride, offset] of [
    [1, 0],
    [2, 0],
    [2, 1],
  ] as const) {
    for (const relu of BOTH) {
      for (const [shape, channels] of [
        [[3, 7, 5, 8], 4],
        [[1, 3, 3, 4], 4],
        [[1, 1, 1, 4], 8],
        [[17, 2, 4, 4], 12],
        [[2, 3, 6, 20], 36],
      ] as const) {
        cases.push(
          opCase("pointwise", { stride, offset, relu }, [image(shape, offZero), parameter([shape[3], channels])]),
        );
      }
    }
  }
  return cases;
}

function batchNormCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const affine of BOTH) {
    for (const shape of [
      [3, 5, 4, 8],
      [17, 3, 1, 4],
      [3, 1, 1, 12],
      [1, 3, 3, 4],
    ]) {
      const channels = shape[3]!;
      const vectors = [...statistics(channels), ...scaleAndShift(channels, affine)];
      for (const updatesRunning of BOTH) {
        cases.push(
          opCase("batchNorm", { affine, epsilon: 1e-5, momentum: 0.1, updatesRunning }, [
            image(shape, shifted),
            ...vectors,
          ]),
        );
      }
      cases.push(opCase("batchNormInference", { affine, epsilon: 1e-3 }, [image(shape, shifted), ...vectors]));
    }
  }
  return cases;
}

function poolCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const shape of [
    [3, 7, 5, 8],
    [2, 4, 6, 12],
    [1, 1, 1, 4],
    [1, 3, 3, 4],
    [17, 2, 3, 4],
  ]) {
    for (const stride of [1, 2]) {
      cases.push(
        opCase("maxPool", { size: 3, stride, padding: 1 }, [image(shape, distinct)]),
        opCase("averagePool", { size: 3, stride, padding: 1 }, [image(shape)]),
      );
    }
    cases.push(opCase("globalMean", {}, [image(shape)]));
  }
  return [
    ...cases,
    opCase("maxPool", { size: 2, stride: 2, padding: 0 }, [image([3, 5, 4, 4], distinct)]),
    opCase("averagePool", { size: 5, stride: 3, padding: 0 }, [image([3, 8, 8, 4])]),
    opCase("averagePool", { size: 2, stride: 2, padding: 0 }, [image([1, 5, 4, 4])]),
  ];
}

function sumCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const [shape, coefficients] of [
    [
      [3, 5, 4, 8],
      [1, 1],
    ],
    [
      [17, 2, 3, 4],
      [1, -0.5, 0.25],
    ],
    [[1, 1, 2, 4], [2]],
    [
      [3, 7],
      [1, 1, 1],
    ],
    [[1], [1, 0.5]],
  ] as const) {
    cases.push(
      opCase(
        "sum",
        { coefficients },
        coefficients.map(() => image(shape)),
      ),
    );
  }
  for (const [shape, length, entries] of [
    [[3, 5, 4, 8], 5, [3, 0]],
    [[17, 2, 3, 4], 4, [0, 1, 3]],
    [[1, 2, 2, 4], 3, [1, 1, 0]],
    [[2, 7, 3, 12], 1, [0]],
  ] as const) {
    cases.push(opCase("weightedSum", { entries }, [parameter([length]), ...entries.map(() => image(shape))]));
  }
  cases.push(
    opCase("sum", { coefficients: [1, 1] }, [parameter([3, 3, 4]), parameter([3, 3, 4])]),
    opCase("weightedSum", { entries: [2, 0] }, [image([3]), image([3, 1, 1, 4]), image([3, 1, 1, 4])]),
  );
  return cases;
}

function concatCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const [pixels, channels] of [
    [
      [3, 5, 4],
      [4, 8, 4],
    ],
    [
      [17, 1, 3],
      [4, 4, 4, 4],
    ],
    [
      [1, 2, 2],
      [4, 8],
    ],
    [[2, 3, 3], [12]],
  ] as const) {
    cases.push(
      opCase(
        "concat",
        {},
        channels.map((count) => image([...pixels, count])),
      ),
    );
  }
  return [...cases, opCase("channelSlice", { start: 4, channels: 8 }, [image([3, 2, 5, 16])])];
}

function headCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const [images, features, classes] of [
    [3, 8, 5],
    [17, 12, 10],
    [1, 4, 2],
    [2, 36, 7],
  ] as const) {
    cases.push(
      opCase("linear", {}, [image([images, features]), parameter([features, classes]), parameter([classes])]),
      opCase("crossEntropy", { labelSmoothing: 0 }, [image([images, classes]), labels(images, classes)]),
      opCase("crossEntropy", { labelSmoothing: 0.1 }, [image([images, classes], spread), labels(images, classes)]),
      opCase(
        "crossEntropy",
        { labelSmoothing: 0.1, classWeights: Array.from({ length: classes }, (_, k) => 0.5 + k / 4) },
        [image([images, classes]), labels(images, classes)],
      ),
    );
  }
  return cases;
}

function elementwiseCases(): OpCase[] {
  const factors: Draw = (stream, count) => Array.from({ length: count }, () => (stream.integer(4) === 0 ? 0 : 1.25));
  return [
    opCase("relu", {}, [image([3, 5, 3, 4], offZero)]),
    opCase("relu", {}, [image([17, 1, 2, 12], offZero)]),
    opCase("relu", {}, [image([1, 2, 2, 4], offZero)]),
    opCase("relu6", {}, [image([3, 5, 3, 4], offZeroAndSix)]),
    opCase("relu6", {}, [image([17, 1, 2, 12], offZeroAndSix)]),
    opCase("relu6", {}, [image([1, 3, 3, 4], offZeroAndSix)]),
    opCase("dropPath", {}, [image([3, 4, 5, 8]), given([3], factors)]),
    opCase("dropPath", {}, [image([17, 1, 3, 4]), given([17], factors)]),
    opCase("dropPath", {}, [image([1, 2, 2, 4]), given([1], factors)]),
    opCase("constant", { shape: [1], value: 1 }, []),
    opCase("constant", { shape: [2, 3, 3, 4], value: 0 }, []),
    opCase("constant", { shape: [3, 5], value: -0.25 }, []),
  ];
}

function sgdCases(): OpCase[] {
  const rate = given([1], () => [0.125]);
  const triple = (shape: Shape) => [state(shape), given(shape), state(shape)];
  return [
    opCase("sgd", { momentum: 0.9, weightDecay: 3e-4, clipNorm: 5 }, [
      rate,
      ...triple([3, 3, 8]),
      ...triple([5]),
      ...triple([8, 12]),
    ]),
    opCase("sgd", { momentum: 0.9, weightDecay: 1e-2, clipNorm: 0 }, [rate, ...triple([7]), ...triple([1])]),
    opCase("sgd", { momentum: 0, weightDecay: 0, clipNorm: 1000 }, [rate, ...triple([4, 3])]),
  ];
}

export const OP_CASES: readonly OpCase[] = [
  ...convolutionCases(),
  ...depthwiseCases(),
  ...pointwiseCases(),
  ...batchNormCases(),
  ...poolCases(),
  ...sumCases(),
  ...concatCases(),
  ...headCases(),
  ...elementwiseCases(),
  ...sgdCases(),
];
