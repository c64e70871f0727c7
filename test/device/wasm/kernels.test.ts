import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWasmDevice } from "../../../src/device/index.ts";
import { Graph, type Shape } from "../../../src/graph/index.ts";
import { RandomStream } from "../../../src/random/index.ts";
import { Agreement, normals, runTrial, trialOf } from "./agreement.ts";

const agreement = new Agreement();
const stream = new RandomStream(11);
beforeAll(() => agreement.open([1, 3]));
afterAll(() => agreement.close());

const PARAMETERS = { seed: 3, numRuns: 60 };

/** Small integers, so that maxima are often tied. */
function ties(shape: Shape): Float32Array {
  return normals(stream, shape).map((value) => Math.round(value));
}

/** Shapes and windows of a pool, padding less than the window. */
const pools = fc
  .record({
    images: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    quads: fc.integer({ min: 1, max: 5 }),
    size: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 4 }),
    padding: fc.integer({ min: 0, max: 4 }),
  })
  .filter(({ height, width, size, padding }) => padding < size && Math.min(height, width) + 2 * padding >= size)
  .map(({ images, height, width, quads, size, stride, padding }) => {
    const pooled = (extent: number) => Math.floor((extent + 2 * padding - size) / stride) + 1;
    return {
      full: [images, height, width, 4 * quads],
      half: [images, pooled(height), pooled(width), 4 * quads],
      attributes: { size, stride, padding },
    };
  });

describe("pools of any size, stride and padding", () => {
  it("find the maximum", async () => {
    await fc.assert(
      fc.asyncProperty(pools, async ({ full, attributes }) => {
        await agreement.expect(trialOf("maxPool", attributes, [[full, ties(full)]]), 0);
      }),
      PARAMETERS,
    );
  });

  it("send the cotangent to the first maximum in row order", async () => {
    await fc.assert(
      fc.asyncProperty(pools, async ({ full, half, attributes }) => {
        const operands = [[half, normals(stream, half)] as const, [full, ties(full)] as const];
        await agreement.expect(trialOf("maxPoolGradient", attributes, operands));
      }),
      PARAMETERS,
    );
  });

  it("average", async () => {
    await fc.assert(
      fc.asyncProperty(pools, async ({ full, attributes }) => {
        await agreement.expect(trialOf("averagePool", attributes, [[full, normals(stream, full)]]));
      }),
      PARAMETERS,
    );
  });

  it("spread the cotangent of an average", async () => {
    await fc.assert(
      fc.asyncProperty(pools, async ({ full, half, attributes }) => {
        const extent = [full[1]!, full[2]!] as const;
        const trial = trialOf("averagePoolGradient", { ...attributes, extent }, [[half, normals(stream, half)]]);
        await agreement.expect(trial);
      }),
      PARAMETERS,
    );
  });

  it("let a NaN win the maximum wherever it is in the window", async () => {
    const device = await createWasmDevice({ threads: 1 });
    for (let position = 0; position < 9; position++) {
      const x = new Float32Array(36).fill(1);
      x.fill(Number.NaN, 4 * position, 4 * position + 4);
      const trial = trialOf("maxPool", { size: 3, stride: 1, padding: 0 }, [[[1, 3, 3, 4], x]]);
      expect((await runTrial(device, trial))["output 0"]!.every(Number.isNaN), `${position}`).toBe(true);
    }
    await device.close();
  });
});

describe("batch norm", () => {
  const attributes = { affine: true, epsilon: 1e-5, momentum: 0.1, updatesRunning: true };

  function operands(shape: Shape, offset: number) {
    const channels = [shape[3]!];
    const vectors = [0, 1, 2, 3].map(() => [channels, normals(stream, channels)] as const);
    return [[shape, normals(stream, shape, 1, offset)] as const, ...vectors];
  }

  it.each([[[5, 32, 32, 16]], [[18, 11, 13, 12]], [[2, 7, 19, 36]], [[1, 33, 31, 4]], [[3, 3, 5, 260]]] as const)(
    "of %j sums over all pixels accurately",
    async (shape) => {
      const trial = trialOf("batchNorm", { ...attributes, updatesRunning: false }, operands(shape, 2));
      await agreement.expect(trial, 2e-6);
    },
  );

  it("keeps its accuracy when the mean is far larger than the deviation", async () => {
    const trial = trialOf("batchNorm", { ...attributes, updatesRunning: false }, operands([8, 20, 20, 8], 1000));
    // A float near 1000 is known to 6e-5 itself.
    await agreement.expect(trial, 2e-4);
  });

  it.each([[[4, 32, 32, 16]], [[17, 9, 5, 12]], [[2, 3, 3, 36]]] as const)(
    "gradients of %j sum over all pixels accurately",
    async (shape) => {
      const graph = new Graph();
      const channels = [shape[3]];
      const operands = [graph.input("dy", shape), graph.input("x", shape), graph.input("mean", channels)];
      operands.push(graph.input("inverse", channels), graph.input("scale", channels));
      const outputs = graph.add("batchNormGradient", operands, { affine: true });
      const values = Object.fromEntries(operands.map(({ name, shape: s }) => [name!, normals(stream, s, 1, 0.5)]));
      await agreement.expect(
        { graph, outputs: { dx: outputs[0]!, scale: outputs[1]!, shift: outputs[2]! }, values },
        5e-6,
      );
    },
  );
});

describe("sums", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("of %i summands, in parts larger than a chunk", async (count) => {
    const shape = [3, 5, 7, 36];
    const summands = Array.from({ length: count }, () => [shape, normals(stream, shape)] as const);
    const coefficients = summands.map((_, k) => (k % 3 === 1 ? -0.5 : 1));
    await agreement.expect(trialOf("sum", { coefficients }, summands), 1e-6);
    const weights = [[count], normals(stream, [count])] as const;
    const entries = summands.map((_, k) => count - 1 - k);
    await agreement.expect(trialOf("weightedSum", { entries }, [weights, ...summands]), 1e-6);
  });

  it.each([[[17, 3, 3, 4]], [[2, 31, 29, 12]], [[5, 7]], [[1, 1, 1, 4]]] as const)(
    "of products over %j are accurate",
    async (shape) => {
      const operands = [0, 1, 2, 3].map(() => [shape, normals(stream, shape)] as const);
      const attributes = { entries: [4, 0, 4], length: 6 };
      await agreement.expect(trialOf("weightedSumWeightGradient", attributes, operands), 3e-6);
    },
  );
});

describe("the head", () => {
  it("takes any number of classes and features", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 21 }),
        fc.integer({ min: 2, max: 21 }),
        async (images, features, classes) => {
          const x = [[images, features], normals(stream, [images, features])] as const;
          const w = [[features, classes], normals(stream, [features, classes])] as const;
          const b = [[classes], normals(stream, [classes])] as const;
          const dy = [[images, classes], normals(stream, [images, classes])] as const;
          const label = [[images], Float32Array.from({ length: images }, () => stream.integer(classes))] as const;
          await agreement.expect(trialOf("linear", {}, [x, w, b]));
          await agreement.expect(trialOf("linearInputGradient", {}, [dy, w]));
          await agreement.expect(trialOf("linearWeightGradient", {}, [dy, x]));
          await agreement.expect(trialOf("linearBiasGradient", {}, [dy]));
          await agreement.expect(trialOf("crossEntropy", { labelSmoothing: 0.1 }, [dy, label]), 1e-6);
          const cotangent = [[1], [1]] as const;
          const trial = trialOf("crossEntropyGradient", { labelSmoothing: 0.1 }, [cotangent, dy, label]);
          await agreement.expect(trial, 1e-6);
        },
      ),
      { ...PARAMETERS, numRuns: 20 },
    );
  });

  it("counts images by the weights of their classes, and leaves every bit where all weigh 1", async () => {
    const logits = [
      [3, 2],
      [1, -0.5, 0.25, 2, -1, 1],
    ] as const;
    const label = [[3], [0, 1, 1]] as const;
    const cotangent = [[1], [0.75]] as const;
    const of = async (kind: "crossEntropy" | "crossEntropyGradient", classWeights?: readonly number[]) => {
      const inputs = kind === "crossEntropy" ? [logits, label] : [cotangent, logits, label];
      const attributes = { labelSmoothing: 0, ...(classWeights === undefined ? {} : { classWeights }) };
      return [...(await agreement.expect(trialOf(kind, attributes, inputs), 1e-6))["output 0"]!];
    };
    const ce = (own: number, other: number) => Math.log(1 + Math.exp(other - own));
    const [first, second, third] = [ce(1, -0.5), ce(2, 0.25), ce(1, -1)];
    expect((await of("crossEntropy", [3, 0.5]))[0]).toBeCloseTo((3 * first! + 0.5 * (second! + third!)) / 3, 6);
    const [plain, weighted] = [await of("crossEntropyGradient"), await of("crossEntropyGradient", [3, 0.5])];
    for (const [k, factor] of [3, 3, 0.5, 0.5, 0.5, 0.5].entries()) {
      expect(weighted[k]).toBeCloseTo(factor * plain[k]!, 6);
    }
    for (const kind of ["crossEntropy", "crossEntropyGradient"] as const) {
      expect(await of(kind, [1, 1])).toEqual(await of(kind));
    }
  });

  it("has a finite loss for logits that overflow exp", async () => {
    const logits = [
      [2, 3],
      [1e4, -1e4, 0, -3e4, -3e4, -3e4],
    ] as const;
    const results = await agreement.expect(
      trialOf("crossEntropy", { labelSmoothing: 0 }, [logits, [[2], [1, 2]]]),
      1e-6,
    );
    expect(results["output 0"]![0]).toBeCloseTo((2e4 + Math.log(3)) / 2, 1);
  });
});

describe("sgd", () => {
  it("updates parameters of many sizes, blocks and tails included", async () => {
    const graph = new Graph();
    const sizes = [1, 3, 4095, 4096, 4097, 10_001, 8];
    const triples = sizes.flatMap((size, k) => [
      graph.persistent(`p ${k}`, [size]),
      graph.input(`g ${k}`, [size]),
      graph.persistent(`v ${k}`, [size]),
    ]);
    const rate = graph.input("rate", [1]);
    const norm = graph.apply("sgd", [rate, ...triples], { momentum: 0.9, weightDecay: 3e-4, clipNorm: 5 });
    const values = Object.fromEntries([rate, ...triples].map(({ name, shape }) => [name!, normals(stream, shape)]));
    await agreement.expect({ graph, outputs: { norm }, values }, 1e-6);
  });
});
