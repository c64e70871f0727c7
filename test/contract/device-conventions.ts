/** @file What devices must agree on, in small numbers worked out by hand: updates in place, edges, ties and layouts. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Device } from "../../src/device/index.ts";
import { Graph } from "../../src/graph/index.ts";

export function describeDeviceConventions(name: string, create: () => Promise<Device>): void {
  describe(`conventions of the ${name} device`, () => {
    let device: Device;
    beforeAll(async () => {
      device = await create();
    });
    afterAll(async () => {
      await device.close();
    });

    describe("updates", () => {
      it("of sgd follow momentum, decay and clipping, and later operations see them", async () => {
        const graph = new Graph();
        const parameter = graph.persistent("p", [2]);
        const velocity = graph.persistent("v", [2]);
        const before = graph.apply("sum", [parameter], { coefficients: [1] });
        const inputs = [graph.input("rate", [1]), parameter, graph.input("gradient", [2]), velocity];
        const norm = graph.apply("sgd", inputs, { momentum: 0.5, weightDecay: 0.25, clipNorm: 2.5 });
        const after = graph.apply("sum", [parameter], { coefficients: [1] });
        const program = await device.compile({ graph, outputs: { before, norm, after } });
        device.write("p", [4, -8]);
        device.write("v", [1, 2]);
        const outputs = await program.run({ rate: [0.5], gradient: [3, -4] });
        // The norm is 5, so gradients are halved: (1.5, -2) + decay (1, -2) + momentum (0.5, 1).
        expect(Array.from(outputs["before"]!)).toEqual([4, -8]);
        expect(outputs["norm"]![0]).toBeCloseTo(5, 6);
        expectClose(device.read("v"), [3, -3]);
        expectClose(device.read("p"), [2.5, -6.5]);
        expect(Array.from(outputs["after"]!)).toEqual(Array.from(device.read("p")));
      });

      it("of running statistics use the unbiased variance, and happen only when asked for", async () => {
        const x = [1, 2, 3, 4, 3, 6, 9, 4];
        for (const updatesRunning of [false, true]) {
          const graph = new Graph();
          const names = ["mean", "variance"].map((part) => `${part} ${updatesRunning}`);
          const statistics = names.map((key) => graph.persistent(key, [4]));
          device.write(names[1]!, [1, 1, 1, 1]);
          const attributes = { affine: false, epsilon: 0.25, momentum: 0.5, updatesRunning };
          const y = graph.apply("batchNorm", [graph.input("x", [2, 1, 1, 4]), ...statistics], attributes);
          const program = await device.compile({ graph, outputs: { y } });
          const outputs = await program.run({ x });
          // Deviations from the mean are 1, 2, 3, 0: biased variances 1, 4, 9, 0 and unbiased ones twice that.
          const normalised = [1, 2, 3, 0].map((d) => d / Math.sqrt(d * d + 0.25));
          expectClose(outputs["y"]!, [...normalised.map((value) => -value), ...normalised]);
          expectClose(device.read(names[0]!), updatesRunning ? [1, 2, 3, 2] : [0, 0, 0, 0]);
          expectClose(device.read(names[1]!), updatesRunning ? [1.5, 4.5, 9.5, 0.5] : [1, 1, 1, 1]);
        }
      });
    });

    describe("conventions", () => {
      it("max pool ignores padding and sends the gradient to the first maximum in row order", async () => {
        const graph = new Graph();
        const x = graph.input("x", [1, 2, 2, 4]);
        const attributes = { size: 3, stride: 1, padding: 1 };
        const y = graph.apply("maxPool", [x], attributes);
        const gradient = graph.apply("maxPoolGradient", [graph.input("dy", [1, 2, 2, 4]), x], attributes);
        const program = await device.compile({ graph, outputs: { y, gradient } });
        // Channels: all below zero; tie of the last three; tie of all; the last one wins.
        const pixels = [-1, 1, 5, 0, -2, 2, 5, 1, -3, 2, 5, 2, -4, 2, 5, 3];
        const outputs = await program.run({ x: pixels, dy: new Float32Array(16).fill(1) });
        expect(Array.from(outputs["y"]!)).toEqual([0, 1, 2, 3].flatMap(() => [-1, 2, 5, 3]));
        expect(Array.from(outputs["gradient"]!)).toEqual([4, 0, 4, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4]);
      });

      it("average pool divides by the pixels inside the image", async () => {
        const graph = new Graph();
        const x = graph.input("x", [1, 3, 3, 4]);
        const y = graph.apply("averagePool", [x], { size: 3, stride: 2, padding: 1 });
        const program = await device.compile({ graph, outputs: { y } });
        const pixels = Float32Array.from({ length: 36 }, (_, i) => Math.floor(i / 4));
        expectClose(
          (await program.run({ x: pixels }))["y"]!,
          [2, 3, 5, 6].flatMap((mean) => [mean, mean, mean, mean]),
        );
      });

      it("relu passes no gradient at zero", async () => {
        const graph = new Graph();
        const x = graph.input("x", [1, 1, 1, 4]);
        const dy = graph.input("dy", [1, 1, 1, 4]);
        const filter = graph.persistent("filter", [4, 4]);
        device.write("filter", [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
        const plain = graph.apply("reluGradient", [dy, x], {});
        const fused = graph.apply("pointwiseInputGradient", [dy, filter, x], { stride: 1, offset: 0, relu: true });
        const program = await device.compile({ graph, outputs: { plain, fused } });
        const outputs = await program.run({ x: [-1, 0, 1, 2], dy: [5, 6, 7, 8] });
        expect([...outputs["plain"]!].map(Math.abs)).toEqual([0, 0, 7, 8]);
        expect([...outputs["fused"]!].map(Math.abs)).toEqual([0, 0, 7, 8]);
      });

      it("the odd half of a factorized reduce reads one pixel further, and zero past the edge", async () => {
        const graph = new Graph();
        const x = graph.input("x", [1, 3, 3, 4]);
        const filter = graph.persistent("filter", [4, 4]);
        device.write("filter", new Float32Array(16).fill(0.25));
        const y = graph.apply("pointwise", [x, filter], { stride: 2, offset: 1, relu: false });
        const program = await device.compile({ graph, outputs: { y } });
        const pixels = Float32Array.from({ length: 36 }, (_, i) => Math.floor(i / 4));
        expectClose(
          (await program.run({ x: pixels }))["y"]!,
          [4, 0, 0, 0].flatMap((v) => [v, v, v, v]),
        );
      });

      it("filters are not flipped, and dilation spreads their taps", async () => {
        const graph = new Graph();
        const x = graph.input("x", [1, 5, 5, 4]);
        const depthwiseFilter = graph.persistent("depthwise", [3, 3, 4]);
        const denseFilter = graph.persistent("dense", [3, 3, 4, 4]);
        const attributes = { stride: 2, relu: false };
        const depthwise = graph.apply("depthwise", [x, depthwiseFilter], { ...attributes, dilation: 2 });
        const dense = graph.apply("convolution", [x, denseFilter], { ...attributes, padding: 1 });
        const program = await device.compile({ graph, outputs: { depthwise, dense } });
        // The tap in the first row and last column, from channel 1 to channel 1 or 2.
        device.write("depthwise", oneHot(36, (0 * 3 + 2) * 4 + 1));
        device.write("dense", oneHot(144, ((0 * 3 + 2) * 4 + 1) * 4 + 2));
        const outputs = await program.run({ x: Float32Array.from({ length: 100 }, (_, i) => Math.floor(i / 4)) });
        const channel = (values: ArrayLike<number>, c: number) => Array.from(values).filter((_, i) => i % 4 === c);
        expect(channel(outputs["depthwise"]!, 1)).toEqual([0, 0, 0, 2, 4, 0, 12, 14, 0]);
        expect(channel(outputs["dense"]!, 2)).toEqual([0, 0, 0, 6, 8, 0, 16, 18, 0]);
        expect(channel(outputs["dense"]!, 1).every((value) => value === 0)).toBe(true);
      });

      it("batch norm of one element gives the shift, passes no gradient, and keeps statistics finite", async () => {
        const graph = new Graph();
        const x = graph.input("x", [1, 1, 1, 4]);
        const vectors = ["mean", "variance", "scale", "shift"].map((key) => graph.persistent(key, [4]));
        device.write("shift", [1, 2, 3, 4]);
        const attributes = { affine: true, epsilon: 1e-5, momentum: 0.5, updatesRunning: true };
        const [y, mean, reciprocal] = graph.add("batchNorm", [x, ...vectors], attributes);
        const saved = [graph.input("dy", [1, 1, 1, 4]), x, mean!, reciprocal!, vectors[2]!];
        const [dx] = graph.add("batchNormGradient", saved, { affine: true });
        const program = await device.compile({ graph, outputs: { y: y!, dx: dx! } });
        const outputs = await program.run({ x: [2, 4, 6, 8], dy: [1, 1, 1, 1] });
        expect(Array.from(outputs["y"]!)).toEqual([1, 2, 3, 4]);
        expect([...outputs["dx"]!].map(Math.abs)).toEqual([0, 0, 0, 0]);
        expect(Array.from(device.read("mean"))).toEqual([1, 2, 3, 4]);
        expect(Array.from(device.read("variance"))).toEqual([0, 0, 0, 0]);
      });

      it("label smoothing spreads its share over all classes, and the loss is a mean over images", async () => {
        const graph = new Graph();
        const logits = graph.input("logits", [2, 4]);
        const inputs = [logits, graph.input("labels", [2])];
        const loss = graph.apply("crossEntropy", inputs, { labelSmoothing: 0.2 });
        const program = await device.compile({ graph, outputs: { loss } });
        const outputs = await program.run({ logits: [0, 0, 0, Math.log(5), 0, 0, 0, 0], labels: [3, 1] });
        // First image: p = 1/8, 1/8, 1/8, 5/8 against q = .05, .05, .05, .85; second: log 4.
        const first = 0.15 * Math.log(8) + 0.85 * Math.log(8 / 5);
        expect(outputs["loss"]![0]).toBeCloseTo((first + Math.log(4)) / 2, 6);
      });
    });
  });
}

function oneHot(length: number, at: number): Float32Array {
  const values = new Float32Array(length);
  values[at] = 1;
  return values;
}

function expectClose(got: ArrayLike<number>, expected: readonly number[]): void {
  expect(got.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(got[i], `element ${i}`).toBeCloseTo(value, 5);
}
