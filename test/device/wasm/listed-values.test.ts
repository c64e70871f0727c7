import { describe, expect, it } from "vitest";
import { createReferenceDevice, createWasmDevice, type Device } from "../../../src/device/index.ts";
import { differentiate, Graph } from "../../../src/graph/index.ts";
import { RandomStream } from "../../../src/random/index.ts";

const SHAPE = [3, 4, 4, 4];

/** A sum of normalised images, which are made again where they are read: from the fifth on the kernel finds them in a table. */
async function sumOfNormalised(device: Device, summands: number): Promise<Readonly<Record<string, ArrayLike<number>>>> {
  const graph = new Graph();
  const images = graph.input("images", SHAPE);
  const filters = Array.from({ length: summands }, (_, k) => graph.persistent(`filter${k}`, [4, 4]));
  const weights = graph.input("weights", [summands]);
  const normalised = filters.map((filter, k) => {
    const product = graph.apply("pointwise", [images, filter], { stride: 1, offset: 0, relu: false });
    const vectors = [graph.persistent(`mean${k}`, [4]), graph.persistent(`variance${k}`, [4])];
    const attributes = { affine: false, epsilon: 1e-5, momentum: 0.1, updatesRunning: true };
    return graph.add("batchNorm", [product, ...vectors], attributes)[0]!;
  });
  const entries = normalised.map((_, k) => k);
  const rectified = graph.apply("relu", [graph.apply("weightedSum", [weights, ...normalised], { entries })], {});
  const logits = graph.apply("globalMean", [rectified], {});
  const loss = graph.apply("crossEntropy", [logits, graph.input("labels", [3])], { labelSmoothing: 0 });
  const gradients = differentiate(graph, loss, [weights, ...filters]);
  const outputs = { loss, ...Object.fromEntries(gradients.map((gradient, k) => [`gradient${k}`, gradient])) };
  const executable = await device.compile({ graph, outputs });
  const stream = new RandomStream(5);
  for (const { name } of filters)
    device.write(
      name!,
      Float32Array.from({ length: 16 }, () => stream.normal()),
    );
  const results = await executable.run({
    images: Float32Array.from({ length: 192 }, () => stream.normal()),
    weights: Float32Array.from({ length: summands }, () => stream.normal()),
    labels: [0, 1, 2],
  });
  await device.close();
  return results;
}

describe("wasm device, sums of values that are made again", () => {
  it.each([2, 3, 4, 5, 6, 9])("%d summands agree with the reference", async (summands) => {
    const expected = await sumOfNormalised(createReferenceDevice(), summands);
    const got = await sumOfNormalised(await createWasmDevice({ threads: 2 }), summands);
    for (const [name, values] of Object.entries(expected)) {
      for (const [k, value] of Array.from(values).entries()) expect(got[name]![k], name).toBeCloseTo(value, 4);
    }
  });
});
