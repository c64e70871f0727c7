/** @file What every device must do, apart from how well it computes: one suite, run for each implementation. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Device } from "../../src/device/index.ts";
import { Graph } from "../../src/graph/index.ts";

const RATE_OF_ONE = { rate: [1] };

export function describeDeviceContract(name: string, create: () => Promise<Device>): void {
  describe(`the ${name} device`, () => {
    let device: Device;
    beforeEach(async () => {
      device = await create();
    });
    afterEach(async () => {
      await device.close();
    });

    describe("persistent values", () => {
      it("are none at first", () => {
        expect(device.names()).toEqual([]);
      });

      it("are read back as written, and listed in the order in which they were made", async () => {
        device.write("b", [1, 2, 3]);
        device.write("a", new Float64Array([4]));
        await device.compile(readProgram("c", 2));
        device.write("b", new Float32Array([5, 6, 7]));
        expect(Array.from(device.read("b"))).toEqual([5, 6, 7]);
        expect(Array.from(device.read("a"))).toEqual([4]);
        expect(device.names()).toEqual(["b", "a", "c"]);
      });

      it("start as zeros when a program brings them", async () => {
        const program = await device.compile(readProgram("fresh", 5));
        expect(Array.from(device.read("fresh"))).toEqual([0, 0, 0, 0, 0]);
        expect(Array.from((await program.run({}))["value"]!)).toEqual([0, 0, 0, 0, 0]);
      });

      it("keep what was written before the program was compiled", async () => {
        device.write("known", [1, 2, 3]);
        const program = await device.compile(readProgram("known", 3));
        expect(Array.from((await program.run({}))["value"]!)).toEqual([1, 2, 3]);
      });

      it("are copied out: changing what was read or written changes nothing", () => {
        const written = [1, 2, 3];
        device.write("value", written);
        written[0] = 9;
        device.read("value")[1] = 9;
        expect(Array.from(device.read("value"))).toEqual([1, 2, 3]);
      });

      it("are shared by programs, and survive the release of the one that made them", async () => {
        const step = await device.compile(stepProgram("shared", 3));
        const reader = await device.compile(readProgram("shared", 3));
        await step.run({ ...RATE_OF_ONE, gradient: [1, 2, 3] });
        expect(Array.from((await reader.run({}))["value"]!)).toEqual([-1, -2, -3]);
        step.release();
        expect(Array.from((await reader.run({}))["value"]!)).toEqual([-1, -2, -3]);
        device.write("shared", [7, 8, 9]);
        expect(Array.from((await reader.run({}))["value"]!)).toEqual([7, 8, 9]);
      });

      it("stay where programs find them when many more are made", async () => {
        const step = await device.compile(stepProgram("early", 4));
        for (let i = 0; i < 40; i++) device.write(`late ${i}`, new Float32Array(100_000).fill(i));
        await step.run({ ...RATE_OF_ONE, gradient: [1, 2, 3, 4] });
        expect(Array.from(device.read("early"))).toEqual([-1, -2, -3, -4]);
        expect(device.read("late 39").every((value) => value === 39)).toBe(true);
        expect(device.read("late 0").every((value) => value === 0)).toBe(true);
      });

      it("refuse another length, and an unknown name", async () => {
        device.write("value", [1, 2, 3]);
        expect(() => device.write("value", [1, 2])).toThrow(expect.objectContaining({ code: "E_DEVICE_SHAPE" }));
        await expect(device.compile(readProgram("value", 4))).rejects.toMatchObject({ code: "E_DEVICE_SHAPE" });
        expect(() => device.read("other")).toThrow(expect.objectContaining({ code: "E_DEVICE_UNKNOWN_VALUE" }));
        expect(Array.from(device.read("value"))).toEqual([1, 2, 3]);
      });
    });

    describe("a program", () => {
      it("refuses an input that is missing, unknown or of the wrong length, and still runs afterwards", async () => {
        const program = await device.compile(doubleProgram(4));
        const code = { code: "E_DEVICE_INPUT" };
        await expect(program.run({})).rejects.toMatchObject(code);
        await expect(program.run({ x: [1, 2, 3] })).rejects.toMatchObject(code);
        await expect(program.run({ x: [1, 2, 3, 4], y: [1] })).rejects.toMatchObject(code);
        expect(Array.from((await program.run({ x: [1, 2, 3, 4] }))["y"]!)).toEqual([2, 4, 6, 8]);
      });

      it("needs no input that no output and no update depends on", async () => {
        const graph = new Graph();
        const used = graph.input("used", [2]);
        graph.apply("relu", [graph.input("unused", [3])], {});
        const program = await device.compile({ graph, outputs: { y: graph.apply("relu", [used], {}) } });
        expect(Array.from((await program.run({ used: [-1, 1] }))["y"]!)).toEqual([0, 1]);
      });

      it("hands out copies of its outputs", async () => {
        const program = await device.compile(doubleProgram(3));
        const first = (await program.run({ x: [1, 2, 3] }))["y"]!;
        const second = (await program.run({ x: [4, 5, 6] }))["y"]!;
        expect(Array.from(first)).toEqual([2, 4, 6]);
        second.fill(0);
        expect(Array.from((await program.run({ x: [4, 5, 6] }))["y"]!)).toEqual([8, 10, 12]);
      });

      it("hands out inputs, persistent values, and one value under two names", async () => {
        const graph = new Graph();
        const x = graph.input("x", [2]);
        const kept = graph.persistent("kept", [2]);
        const y = graph.apply("sum", [x, kept], { coefficients: [1, 1] });
        device.write("kept", [10, 20]);
        const program = await device.compile({ graph, outputs: { x, kept, y, again: y } });
        const outputs = await program.run({ x: [1, 2] });
        expect(Object.fromEntries(Object.entries(outputs).map(([key, values]) => [key, [...values]]))).toEqual({
          x: [1, 2],
          kept: [10, 20],
          y: [11, 22],
          again: [11, 22],
        });
      });

      it("keeps values apart that are alive together, in a block smaller than their sum", async () => {
        const length = 1000;
        const graph = new Graph();
        const x = graph.input("x", [length]);
        const early = graph.apply("sum", [x], { coefficients: [3] });
        let last = early;
        for (let i = 0; i < 50; i++) last = graph.apply("sum", [last, x], { coefficients: [1, 1] });
        const total = graph.apply("sum", [early, last], { coefficients: [1, 1] });
        const program = await device.compile({ graph, outputs: { early, total } });
        const values = Float32Array.from({ length }, (_, i) => i);
        const outputs = await program.run({ x: values });
        expect(outputs["early"]!.every((value, i) => value === 3 * i)).toBe(true);
        expect(outputs["total"]!.every((value, i) => value === 56 * i)).toBe(true);
        const bytes = length * outputs["early"]!.BYTES_PER_ELEMENT;
        expect(program.peakBytes).toBeGreaterThanOrEqual(4 * bytes);
        expect(program.peakBytes).toBeLessThan(12 * bytes);
      });

      it("does not run once released; others do", async () => {
        const program = await device.compile(doubleProgram(2));
        const other = await device.compile(doubleProgram(3));
        program.release();
        await expect(program.run({ x: [1, 2] })).rejects.toMatchObject({ code: "E_DEVICE_RELEASED" });
        expect(Array.from((await other.run({ x: [1, 2, 3] }))["y"]!)).toEqual([2, 4, 6]);
        const later = await device.compile(doubleProgram(2));
        expect(Array.from((await later.run({ x: [1, 2] }))["y"]!)).toEqual([2, 4]);
      });

      it("that does not fit is refused with the bytes it needs", async () => {
        const graph = new Graph();
        const shape = [1 << 20, 1 << 10, 1 << 10];
        const huge = graph.apply("constant", [], { shape, value: 1 });
        const error = await device.compile({ graph, outputs: { huge } }).catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: "E_DEVICE_MEMORY", message: expect.stringMatching(/\d{13} bytes/) });
      });
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

      it("happen although no output depends on them, once a run", async () => {
        const program = await device.compile(stepProgram("p", 2));
        for (let run = 1; run <= 3; run++) {
          await program.run({ ...RATE_OF_ONE, gradient: [1, -2] });
          expect(Array.from(device.read("p"))).toEqual([-run, 2 * run]);
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

      it("batch norm of one single element gives the shift, passes no gradient, and keeps statistics finite", async () => {
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

/** y = 2 x, for `length` numbers. */
function doubleProgram(length: number) {
  const graph = new Graph();
  return { graph, outputs: { y: graph.apply("sum", [graph.input("x", [length])], { coefficients: [2] }) } };
}

/** Hands out a persistent value. */
function readProgram(name: string, length: number) {
  const graph = new Graph();
  return { graph, outputs: { value: graph.apply("sum", [graph.persistent(name, [length])], { coefficients: [1] }) } };
}

/** p <- p - rate * gradient, with no outputs. */
function stepProgram(name: string, length: number) {
  const graph = new Graph();
  const shape = [length];
  const velocity = graph.persistent(`${name}.velocity`, shape);
  const inputs = [graph.input("rate", [1]), graph.persistent(name, shape), graph.input("gradient", shape), velocity];
  graph.apply("sgd", inputs, { momentum: 0, weightDecay: 0, clipNorm: 0 });
  return { graph, outputs: {} };
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
