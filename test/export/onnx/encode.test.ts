import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeOnnx, openOnnx } from "../../../src/export/onnx/index.ts";
import { decodeModel } from "../../../src/export/onnx/schema.ts";
import { Graph, type Value } from "../../../src/graph/index.ts";
import { RandomStream } from "../../../src/random/index.ts";
import { buildNetwork, genotypeStructures, NAMED_GENOTYPES } from "../../../src/spaces/darts/index.ts";
import {
  CLASS_NAMES,
  type Classifier,
  type ClassifierOptions,
  classifierOf,
  createClassifier,
  largestError,
  type TestLayers,
} from "./classifier.ts";
import { operations, readGraph, validateOnnx } from "./structure.ts";

type Features = ClassifierOptions["features"];

/** Worst error of logits and probabilities in onnxruntime, the structure checked on the way. */
async function errorOf(classifier: Classifier): Promise<number> {
  const bytes = classifier.encode();
  expect(await validateOnnx(bytes)).toEqual([]);
  const session = await openOnnx(bytes);
  try {
    const got = await session.run(classifier.pixels, classifier.images.shape[0]!);
    const expected = await classifier.expected();
    return Math.max(largestError(got.logits, expected.logits), largestError(got.probabilities, expected.probabilities));
  } finally {
    await session.close();
  }
}

describe("encodeOnnx: each operation agrees with the reference device", () => {
  const cases: Readonly<Record<string, Features>> = {
    "convolution 3x3": (l, x) => l.convolution(x, [3, 3], 5, 1, 1),
    "convolution 2x3, no padding, relu": (l, x) => l.convolution(x, [2, 3], 5, 1, 0, true),
    "convolution 3x3, stride 2": (l, x) => l.convolution(x, [3, 3], 4, 2, 1),
    "depthwise 3x3": (l, x) => l.depthwise(x, 3),
    "depthwise 5x5 without relu": (l, x) => l.depthwise(x, 5, 1, 1, false),
    "depthwise 3x3, stride 2": (l, x) => l.depthwise(x, 3, 2),
    "depthwise 3x3, dilated": (l, x) => l.depthwise(x, 3, 1, 2),
    "depthwise 5x5, dilated, stride 2": (l, x) => l.depthwise(x, 5, 2, 2),
    pointwise: (l, x) => l.pointwise(x, 6, 1, 0, true),
    "pointwise, stride 2": (l, x) => l.pointwise(x, 6, 2),
    "pointwise, stride 2, offset 1": (l, x) => l.pointwise(x, 6, 2, 1),
    "pointwise, stride 3, offset 2": (l, x) => l.pointwise(x, 6, 3, 2, true),
    "factorized reduce": (l, x) => l.factorizedReduce(x, 6),
    "max pool": (l, x) => l.pool("maxPool", x),
    "max pool, stride 2": (l, x) => l.pool("maxPool", x, 3, 2),
    "average pool": (l, x) => l.pool("averagePool", x),
    "average pool, stride 2": (l, x) => l.pool("averagePool", x, 3, 2),
    "average pool 5x5, stride 3, no padding": (l, x) => l.pool("averagePool", x, 5, 3, 0),
    "batch norm of the images": (l, x) => l.batchNorm(x),
    "batch norm without scale": (l, x) => l.batchNorm(x, false),
    sum: (l, x) => l.sum([x, l.depthwise(x, 3), l.depthwise(x, 5)]),
    "sum with coefficients": (l, x) => l.sum([x, l.depthwise(x, 3), x], [0.5, -2, 1]),
    "sum of one": (l, x) => l.sum([x]),
    "weighted sum": (l, x) => l.weightedSum([x, l.depthwise(x, 3), l.pool("maxPool", x)], [2, 0, 1]),
    "weighted sum of one": (l, x) => l.weightedSum([l.batchNorm(l.depthwise(x, 3))]),
    concat: (l, x) => l.concat([x, l.pointwise(x, 5), x]),
    relu: (l, x) => l.depthwise(l.relu(x), 3, 1, 1, false),
  };
  for (const [name, features] of Object.entries(cases)) {
    it(name, async () => {
      for (const [height, width, batch] of [
        [7, 10, 1],
        [8, 9, 5],
      ] as const) {
        const channels = name.startsWith("convolution") ? 3 : 4;
        expect(await errorOf(createClassifier({ height, width, batch, channels, features }))).toBeLessThan(1e-5);
      }
    });
  }

  it("on one-pixel images of one channel", async () => {
    const features: Features = (l, x) =>
      l.factorizedReduce(l.sum([l.depthwise(x, 5, 1, 2), l.pool("averagePool", x)]), 2);
    expect(await errorOf(createClassifier({ height: 1, width: 1, channels: 1, features }))).toBeLessThan(1e-5);
  });
});

describe("encodeOnnx: folding", () => {
  const body = (features: Features) => operations(createClassifier({ channels: 4, features }).encode());
  const tail = ["Relu", "GlobalAveragePool", "Flatten", "Gemm", "Softmax"];
  const cases: Readonly<Record<string, readonly [Features, readonly string[]]>> = {
    "a batch norm into the convolution before it": [(l, x) => l.batchNorm(l.convolution(x, [3, 3], 5, 1, 1)), ["Conv"]],
    "a batch norm into a depthwise convolution": [(l, x) => l.batchNorm(l.depthwise(x, 3, 1, 1, false)), ["Conv"]],
    "a batch norm into the second of depthwise and pointwise": [
      (l, x) => l.batchNorm(l.pointwise(l.depthwise(x, 3), 4), false),
      ["Relu", "Conv", "Conv"],
    ],
    "two batch norms in a row": [(l, x) => l.batchNorm(l.batchNorm(l.pointwise(x, 5))), ["Conv"]],
    "a factorized reduce into its two convolutions": [
      (l, x) => l.factorizedReduce(x, 5),
      ["Relu", "Conv", "Slice", "Conv", "Concat"],
    ],
    "a weight through batch norm, concat and convolutions": [
      (l, x) => l.weightedSum([l.factorizedReduce(x, 4), l.factorizedReduce(x, 4)]),
      ["Relu", "Conv", "Slice", "Conv", "Concat", "Conv", "Slice", "Conv", "Concat", "Add"],
    ],
    "a coefficient into the batch norm of a pool": [
      (l, x) => l.sum([l.batchNorm(l.pool("maxPool", x)), x], [3, 1]),
      ["MaxPool", "Conv", "Add"],
    ],
    "not through a convolution that something else reads": [
      (l, x) => {
        const convolved = l.pointwise(x, 4);
        return l.sum([l.batchNorm(convolved), convolved]);
      },
      ["Conv", "Conv", "Add"],
    ],
    "into the convolution though two read the batch norm": [
      (l, x) => {
        const normed = l.batchNorm(l.pointwise(x, 4));
        return l.sum([normed, l.pool("maxPool", normed)], [2, 1]);
      },
      ["Conv", "MaxPool", "Conv", "Add"],
    ],
    "not through a concat of which one part is read twice": [
      (l, x) => {
        const part = l.pointwise(x, 4);
        return l.concat([l.batchNorm(l.concat([part, l.pointwise(x, 2)])), part]);
      },
      ["Conv", "Conv", "Concat", "Conv", "Concat"],
    ],
    "not through a concat of one value with itself": [
      (l, x) => {
        const part = l.pointwise(x, 4);
        return l.batchNorm(l.concat([part, part]));
      },
      ["Conv", "Concat", "Conv"],
    ],
    "not across a ReLU": [(l, x) => l.batchNorm(l.relu(l.pointwise(x, 4))), ["Conv", "Relu", "Conv"]],
  };
  for (const [name, [features, expected]] of Object.entries(cases)) {
    it(name, async () => {
      expect(body(features)).toEqual([...expected, ...tail]);
      for (const batch of [1, 5]) {
        expect(await errorOf(createClassifier({ channels: 4, batch, features }))).toBeLessThan(1e-5);
      }
    });
  }

  it("one ReLU serves all readers of a value, however they ask for it", async () => {
    const features: Features = (l, x) => {
      const normed = l.batchNorm(l.pointwise(x, 4));
      return l.sum([l.depthwise(normed, 3), l.pointwise(normed, 4, 1, 0, true), l.relu(normed), normed]);
    };
    expect(body(features)).toEqual(["Conv", "Relu", "Conv", "Conv", "Add", "Add", "Add", ...tail]);
    expect(await errorOf(createClassifier({ channels: 4, features }))).toBeLessThan(1e-5);
  });
});

/** One of many operations, on values that exist already. */
function appendRandom(layers: TestLayers, values: readonly Value[], draw: RandomStream): Value {
  const pick = () => values[draw.integer(values.length)]!;
  const isTrue = () => draw.integer(2) === 1;
  const x = pick();
  const stride = 1 + draw.integer(2);
  const same = values.filter((value) => value.shape.join() === x.shape.join());
  const sameSize = values.filter((value) => value.shape.slice(0, 3).join() === x.shape.slice(0, 3).join());
  const some = (from: readonly Value[]) =>
    Array.from({ length: 1 + draw.integer(3) }, () => from[draw.integer(from.length)]!);
  switch (draw.integer(11)) {
    case 0:
      return layers.convolution(x, [3, 3], 3 + draw.integer(3), stride, 1, isTrue());
    case 1:
      return layers.depthwise(x, 3 + 2 * draw.integer(2), stride, 1 + draw.integer(2), isTrue());
    case 2:
      return layers.pointwise(x, 3 + draw.integer(3), stride, draw.integer(stride), isTrue());
    case 3:
    case 4:
      return layers.batchNorm(x, isTrue());
    case 5:
      return layers.pool("maxPool", x, 3, stride);
    case 6:
      return layers.pool("averagePool", x, 3, stride);
    case 7: {
      const summands = some(same);
      return layers.sum(
        summands,
        summands.map(() => (isTrue() ? 1 : 0.75)),
      );
    }
    case 8:
      return layers.weightedSum(some(same));
    case 9:
      return layers.factorizedReduce(x, 4, isTrue());
    default:
      return isTrue() ? layers.concat(some(sameSize)) : layers.relu(x);
  }
}

describe("encodeOnnx: whole graphs", () => {
  it("random graphs agree with the reference device at 1 and 5 images", async () => {
    const program = fc.record({
      seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      height: fc.integer({ min: 2, max: 11 }),
      width: fc.integer({ min: 2, max: 11 }),
      batch: fc.constantFrom(1, 5),
    });
    const property = fc.asyncProperty(program, async ({ seed, height, width, batch }) => {
      const features: Features = (layers, images) => {
        const draw = new RandomStream(seed);
        const values = [images];
        for (let i = 0; i < 12; i++) values.push(appendRandom(layers, values, draw));
        const last = values.at(-1)!;
        return layers.concat(
          values.filter((value) => value.shape.slice(0, 3).join() === last.shape.slice(0, 3).join()),
        );
      };
      expect(await errorOf(createClassifier({ seed, height, width, batch, features }))).toBeLessThan(1e-5);
    });
    await fc.assert(property, { seed: 1, numRuns: 40 });
  });

  for (const isSuperNet of [false, true]) {
    it(`a ${isSuperNet ? "super-net" : "derived network"} of three cells agrees with the reference device`, async () => {
      const structures = genotypeStructures(NAMED_GENOTYPES.ISTA_twostage);
      const network = buildNetwork(
        {
          imageSize: { height: 11, width: 12 },
          imageChannels: 3,
          classCount: CLASS_NAMES.length,
          initChannels: 16,
          cellCount: 3,
          stem: "cifar",
          affine: !isSuperNet,
          poolNorm: isSuperNet,
          skipNorm: false,
          auxiliaryHead: true,
        },
        structures,
        { mode: { kind: "inference" }, batch: 2, mixture: isSuperNet, dropPath: false, auxiliaryHead: false },
      );
      const classifier = classifierOf(network);
      expect(await errorOf(classifier)).toBeLessThan(1e-5);
      const names = readGraph(classifier.encode()).node.map(({ name }) => name);
      expect(names).toContain("cells.2.preprocess0/Concat");
      expect(names.filter((name) => name.startsWith("stem/"))).toEqual(["stem/Conv"]);
      const unfolded = names.filter((name) => name.endsWith("norm/Conv"));
      expect(unfolded.every((name) => isSuperNet && name.includes("pool"))).toBe(true);
    });
  }

  const cell: Features = (l, images) => {
    const stem = l.batchNorm(l.convolution(images, [3, 3], 8, 1, 1));
    const preprocessed = l.batchNorm(l.pointwise(stem, 4, 1, 0, true));
    const separable = l.batchNorm(l.pointwise(l.depthwise(preprocessed, 3, 2), 4));
    const pooled = l.batchNorm(l.pool("averagePool", preprocessed, 3, 2), false);
    const node = l.weightedSum([separable, pooled]);
    return l.concat([node, l.sum([node, l.factorizedReduce(preprocessed, 4)])]);
  };

  it("keeps its bytes between versions", () => {
    const bytes = createClassifier({ features: cell }).encode();
    expect(createClassifier({ features: cell }).encode()).toEqual(bytes);
    expect(createHash("sha256").update(bytes).digest("hex")).toMatchInlineSnapshot(
      `"784ce20370f3fa69c759723400b672abfc80855ca25081c9c5d832ebfdebb3e0"`,
    );
  });

  it("names nodes after parameters, and declares versions and shapes", () => {
    const bytes = createClassifier({ features: cell }).encode();
    const { irVersion, producerName, producerVersion, opsetImport } = decodeModel(bytes);
    expect({ irVersion, producerName, producerVersion, opsetImport }).toEqual({
      irVersion: 7,
      producerName: "ista-nas",
      producerVersion: "1.2.3",
      opsetImport: [{ version: 13 }],
    });
    const graph = readGraph(bytes);
    expect(graph.node.map(({ name }) => name)).toMatchInlineSnapshot(`
      [
        "normalisation/Conv",
        "layers.0/Conv",
        "layers.1.norm/Relu",
        "layers.2.pointwise/Conv",
        "layers.3.norm/Relu",
        "layers.4.depthwise/Conv",
        "layers.5.pointwise/Conv",
        "layers.7/AveragePool",
        "layers.7.norm/Conv",
        "layers/Add",
        "layers.9.pointwise/Conv",
        "layers.10.pointwise/Slice",
        "layers.10.pointwise/Conv",
        "layers/Concat",
        "layers/Add_1",
        "layers/Concat_1",
        "layers/Relu",
        "layers/GlobalAveragePool",
        "layers/Flatten",
        "classifier/Gemm",
        "Softmax",
      ]
    `);
    const dims = ({ type }: (typeof graph.input)[number]) =>
      type.tensorType.shape.dim.map((dim) => ("dimParam" in dim ? dim.dimParam : dim.dimValue));
    expect([...graph.input, ...graph.output].map((value) => [value.name, ...dims(value)])).toEqual([
      ["images", "N", 3, 7, 10],
      ["logits", "N", 3],
      ["probabilities", "N", 3],
    ]);
  });

  it("leaves out what the logits do not depend on", () => {
    const classifier = createClassifier({ features: cell });
    const bytes = classifier.encode();
    const { graph, images } = classifier;
    graph.apply("batchNorm", [images, graph.persistent("m", [3]), graph.persistent("v", [3])], {
      affine: false,
      epsilon: 1e-5,
      momentum: 0.1,
      updatesRunning: false,
    });
    expect(classifier.encode()).toEqual(bytes);
  });

  it("renames a parameter that bears the name of an input or output", async () => {
    const classifier = createClassifier({
      channels: 4,
      features: ({ graph }, x) =>
        graph.apply("pointwise", [x, graph.persistent("logits", [4, 4])], { stride: 1, offset: 0, relu: false }),
    });
    expect(await errorOf(classifier)).toBeLessThan(1e-5);
  });
});

describe("encodeOnnx: what it refuses", () => {
  const options = (features: Features = (l, x) => l.pointwise(x, 4)) => {
    const { graph, images, logits, parameters } = createClassifier({ features });
    const normalisation = { mean: [0, 0, 0], standardDeviation: [1, 1, 1] };
    return { graph, images, logits, parameters, normalisation, classNames: CLASS_NAMES, producerVersion: "1.2.3" };
  };
  const refuses = (code: string, kind: string, changed: Partial<Parameters<typeof encodeOnnx>[0]>) =>
    expect(() => encodeOnnx({ ...options(), ...changed })).toThrow(expect.objectContaining({ code, kind }));

  it("options that do not fit the graph", () => {
    refuses("E_ONNX_CLASSES", "usage", { classNames: ["one", "two"] });
    refuses("E_ONNX_NORMALISATION", "usage", { normalisation: { mean: [0], standardDeviation: [1] } });
    refuses("E_ONNX_NORMALISATION", "usage", { normalisation: { mean: [0, 0, 0], standardDeviation: [1, 0, 1] } });
    refuses("E_ONNX_METADATA", "usage", { metadata: { names: "mine" } });
  });

  it("parameters that are not finite or of another length", () => {
    refuses("E_ONNX_NOT_FINITE", "failure", { parameters: () => new Float64Array(12).fill(Number.NaN) });
    refuses("E_ONNX_PARAMETER", "internal", { parameters: () => new Float64Array(5) });
  });

  it("a variance below zero, which no parameter shows", () => {
    const { parameters, ...rest } = options((l, x) => l.batchNorm(l.pointwise(x, 4)));
    const broken = (name: string) =>
      name.endsWith("runningVariance") ? new Float64Array(4).fill(-1) : parameters(name);
    expect(() => encodeOnnx({ ...rest, parameters: broken })).toThrow(
      expect.objectContaining({ code: "E_ONNX_NOT_FINITE" }),
    );
  });

  it("operations of training, values that do not come from the images, logits that no classifier made", () => {
    const training = options(({ graph }, x) => graph.apply("dropPath", [x, graph.input("factors", [2])], {}));
    expect(() => encodeOnnx(training)).toThrow(/got operation dropPath/);
    const foreign = options(({ graph }, x) =>
      graph.apply("sum", [x, graph.input("more", x.shape)], { coefficients: [1, 1] }),
    );
    expect(() => encodeOnnx(foreign)).toThrow(/value more: got a input value, expected one computed from images/);
    const unnamed = options(({ graph }, x) => {
      const weights = graph.apply("constant", [], { shape: [1], value: 1 });
      return graph.apply("weightedSum", [weights, x], { entries: [0] });
    });
    expect(() => encodeOnnx(unnamed)).toThrow(expect.objectContaining({ code: "E_ONNX_PARAMETER" }));
    const graph = new Graph();
    const images = graph.input("images", [1, 3, 3, 3]);
    const logits = graph.apply("globalMean", [images], {});
    refuses("E_ONNX_OPERATION", "internal", { graph, images, logits });
  });
});
