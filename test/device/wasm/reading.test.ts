import { afterAll, beforeAll, describe, it } from "vitest";
import { differentiate, Graph, type Value } from "../../../src/graph/index.ts";
import { RandomStream } from "../../../src/random/index.ts";
import { Agreement, normals, type Trial } from "./agreement.ts";

const IMAGES = 5;
const SHAPE = [IMAGES, 4, 6, 12];

/** A graph of images, edge weights and filters, as far as the gradient of all of these. */
class Sketch {
  readonly graph = new Graph();
  readonly images: Value = this.graph.input("images", SHAPE);
  readonly weights: Value = this.graph.input("weights", [12]);
  readonly #stream = new RandomStream(3);
  readonly #trained: Value[];

  constructor({ trainsWeights }: { trainsWeights: boolean } = { trainsWeights: true }) {
    this.#trained = trainsWeights ? [this.images, this.weights] : [this.images];
  }

  trained(name: string, shape: readonly number[]): Value {
    const value = this.graph.persistent(name, shape);
    this.#trained.push(value);
    return value;
  }

  pointwise(name: string, input: Value): Value {
    return this.graph.apply("pointwise", [input, this.trained(name, [12, 12])], { stride: 1, offset: 0, relu: false });
  }

  depthwise(name: string, input: Value, size: number, stride: number): Value {
    const filter = this.trained(name, [size, size, 12]);
    return this.graph.apply("depthwise", [input, filter], { stride, dilation: 1, relu: true });
  }

  norm(name: string, input: Value, affine: boolean): Value {
    const vectors = ["mean", "variance"].map((vector) => this.graph.persistent(`${name}.${vector}`, [12]));
    if (affine) vectors.push(this.trained(`${name}.scale`, [12]), this.trained(`${name}.shift`, [12]));
    const attributes = { affine, epsilon: 1e-5, momentum: 0.1, updatesRunning: true };
    return this.graph.add("batchNorm", [input, ...vectors], attributes)[0]!;
  }

  weightedSum(summands: readonly Value[]): Value {
    const entries = summands.map((_, k) => k);
    return this.graph.apply("weightedSum", [this.weights, ...summands], { entries });
  }

  sum(summands: readonly Value[]): Value {
    return this.graph.apply("sum", summands, { coefficients: summands.map((_, k) => 1 + k) });
  }

  trialOf(output: Value): Trial {
    const { graph } = this;
    const features = graph.apply("globalMean", [graph.apply("relu", [output], {})], {});
    const labels = graph.input("labels", [IMAGES]);
    const loss = graph.apply("crossEntropy", [features, labels], { labelSmoothing: 0 });
    const gradients = differentiate(graph, loss, this.#trained);
    const named = [...graph.named("input"), ...graph.named("persistent")];
    const values = named.map(({ name, shape }) => [name!, normals(this.#stream, shape)] as const);
    return {
      graph,
      outputs: { loss, ...Object.fromEntries(gradients.map((gradient, k) => [this.#trained[k]!.name!, gradient])) },
      values: { ...Object.fromEntries(values), labels: [0, 1, 2, 3, 4] },
    };
  }
}

describe("what is read through a cheap operation", () => {
  const agreement = new Agreement();
  beforeAll(() => agreement.open([1, 2, 3]));
  afterAll(() => agreement.close());

  it.each([false, true])("cotangents of edges that end in a batch norm (affine: %s)", async (affine) => {
    const sketch = new Sketch();
    const edges = ["a", "b"].map((name) => sketch.norm(name, sketch.pointwise(name, sketch.images), affine));
    await agreement.expect(sketch.trialOf(sketch.weightedSum(edges)), 1e-4);
  });

  it.each([2, 5])("cotangents of a skip, added to %i others", async (others) => {
    const sketch = new Sketch();
    const node = sketch.pointwise("node", sketch.images);
    const branches = Array.from({ length: others }, (_, k) => sketch.pointwise(`branch ${k}`, node));
    const joined = sketch.norm("norm", sketch.weightedSum([node, sketch.sum(branches)]), false);
    const trial = sketch.trialOf(joined);
    await agreement.expect(trial, 1e-4);
  });

  it("a cotangent that is made once, and after the next barrier read by what is made again", async () => {
    const sketch = new Sketch({ trainsWeights: false });
    // As many as there are operations between two barriers.
    const count = 12;
    const summands = Array.from({ length: count }, (_, k) => sketch.pointwise(`branch ${k}`, sketch.images));
    await agreement.expect(sketch.trialOf(sketch.norm("norm", sketch.weightedSum(summands), false)), 1e-4);
  });
});
