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

      it("are shortened in their place, for programs that are compiled afterwards", async () => {
        device.write("before", [9]);
        device.write("long", [1, 2, 3, 4]);
        device.write("after", [8]);
        device.shorten("long", Float32Array.of(6, 7));
        expect(device.names()).toEqual(["before", "long", "after"]);
        expect(device.names().map((name) => Array.from(device.read(name)))).toEqual([[9], [6, 7], [8]]);
        const reader = await device.compile(readProgram("long", 2));
        expect(Array.from((await reader.run({}))["value"]!)).toEqual([6, 7]);
        expect(() => device.write("long", [1, 2, 3, 4])).toThrow(expect.objectContaining({ code: "E_DEVICE_SHAPE" }));
        expect(() => device.shorten("long", [1, 2, 3])).toThrow(expect.objectContaining({ code: "E_DEVICE_SHAPE" }));
        const unknown = { code: "E_DEVICE_UNKNOWN_VALUE" };
        expect(() => device.shorten("other", [1])).toThrow(expect.objectContaining(unknown));
        device.shorten("long", []);
        expect(device.names()).toEqual(["before", "after"]);
        device.write("long", [1, 2, 3, 4, 5]);
        expect(device.names().map((name) => Array.from(device.read(name)))).toEqual([[9], [8], [1, 2, 3, 4, 5]]);
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

      it("has copied its inputs once it was told to run", async () => {
        const program = await device.compile(doubleProgram(4));
        const x = Float32Array.of(1, 2, 3, 4);
        const running = program.run({ x });
        x.fill(9);
        expect(Array.from((await running)["y"]!)).toEqual([2, 4, 6, 8]);
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
        expect(program.peakBytes).toBeLessThan(28 * bytes);
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

      it("makes its updates although no output depends on them, once a run", async () => {
        const program = await device.compile(stepProgram("p", 2));
        for (let run = 1; run <= 3; run++) {
          await program.run({ ...RATE_OF_ONE, gradient: [1, -2] });
          expect(Array.from(device.read("p"))).toEqual([-run, 2 * run]);
        }
      });

      it("that does not fit is refused with the bytes it needs", async () => {
        const graph = new Graph();
        const shape = [1 << 20, 1 << 10, 1 << 10];
        const huge = graph.apply("constant", [], { shape, value: 1 });
        const error = await device.compile({ graph, outputs: { huge } }).catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: "E_DEVICE_MEMORY", message: expect.stringMatching(/\d{13} bytes/) });
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
