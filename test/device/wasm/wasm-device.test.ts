import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWasmDevice, type Device } from "../../../src/device/index.ts";
import { Graph, type Shape } from "../../../src/graph/index.ts";

describe("the number of threads", () => {
  it("is the number of cores, at most 16, if left open", async () => {
    const device = await createWasmDevice({ threads: "auto" });
    expect(device.threads).toBeGreaterThanOrEqual(1);
    expect(device.threads).toBeLessThanOrEqual(16);
    await device.close();
  });

  it.each([0, 33, 1.5, Number.NaN, -1])("may not be %d", async (threads) => {
    await expect(createWasmDevice({ threads })).rejects.toMatchObject({ code: "E_DEVICE_THREADS", kind: "usage" });
  });
});

describe("a wasm device", () => {
  let device: Device;
  beforeEach(async () => {
    device = await createWasmDevice({ threads: 2 });
  });
  afterEach(async () => {
    await device.close();
  });

  function reluProgram(shape: Shape, persistent?: string) {
    const graph = new Graph();
    const x = persistent === undefined ? graph.input("x", shape) : graph.persistent(persistent, shape);
    return { graph, outputs: { y: graph.apply("relu", [x], {}) } };
  }

  it("refuses activations beyond 32-bit addresses, keeps nothing of the program, and works on", async () => {
    const graph = new Graph();
    const kept = graph.persistent("kept", [8]);
    const y = graph.apply("relu", [graph.input("x", [64, 1024, 1024, 16])], {});
    const refused = device.compile({ graph, outputs: { y, kept } });
    await expect(refused).rejects.toMatchObject({ code: "E_DEVICE_MEMORY", kind: "failure" });
    await expect(refused).rejects.toMatchObject({
      message: "compile: needs 8589934592 bytes of device memory, got room for 4026531840",
      hint: "lower --batch or --channels",
    });
    expect(device.names()).toEqual([]);
    const program = await device.compile(reluProgram([4]));
    expect(Array.from((await program.run({ x: [-1, 2, -3, 4] }))["y"]!)).toEqual([0, 2, 0, 4]);
  });

  it("refuses persistent values beyond their arena", async () => {
    expect(() => device.write("large", { length: 70_000_000 })).toThrow(
      expect.objectContaining({ code: "E_DEVICE_MEMORY" }),
    );
    await expect(device.compile(reluProgram([70_000_000], "large"))).rejects.toMatchObject({
      code: "E_DEVICE_MEMORY",
    });
    expect(device.names()).toEqual([]);
  });

  it("keeps results right when the memory grows between runs", async () => {
    const small = await device.compile(reluProgram([4]));
    expect(Array.from((await small.run({ x: [-1, 2, -3, 4] }))["y"]!)).toEqual([0, 2, 0, 4]);
    const length = 3_000_000;
    const large = await device.compile(reluProgram([length]));
    const { y } = await large.run({ x: Float32Array.from({ length }, (_, i) => i - 1000) });
    expect(y!.every((value, i) => value === Math.max(0, i - 1000))).toBe(true);
    expect(Array.from((await small.run({ x: [5, -6, 7, -8] }))["y"]!)).toEqual([5, 0, 7, 0]);
  });

  it("is not to be touched while a run is in progress", async () => {
    device.write("p", [1]);
    const program = await device.compile(reluProgram([4]));
    const busy = { code: "E_DEVICE_BUSY" };
    const run = program.run({ x: [1, 2, 3, 4] });
    await expect(program.run({ x: [1, 2, 3, 4] })).rejects.toMatchObject(busy);
    expect(() => device.read("p")).toThrow(expect.objectContaining(busy));
    expect(() => device.write("p", [2])).toThrow(expect.objectContaining(busy));
    expect(Array.from((await run)["y"]!)).toEqual([1, 2, 3, 4]);
    expect(Array.from(device.read("p"))).toEqual([1]);
  });

  it("compiles while a run is in progress", async () => {
    const program = await device.compile(reluProgram([4]));
    const run = program.run({ x: [1, 2, 3, 4] });
    const other = await device.compile(reluProgram([1_000_000]));
    expect(Array.from((await run)["y"]!)).toEqual([1, 2, 3, 4]);
    expect((await other.run({ x: new Float32Array(1_000_000).fill(2) }))["y"]!.every((value) => value === 2)).toBe(
      true,
    );
  });

  it("refuses channels that are not a multiple of 4, and windows in the padding alone", async () => {
    const graph = new Graph();
    const y = graph.apply("globalMean", [graph.input("x", [2, 3, 3, 6])], {});
    await expect(device.compile({ graph, outputs: { y } })).rejects.toMatchObject({
      code: "E_DEVICE_CHANNELS",
      message: "internal: globalMean: got shape [2, 3, 3, 6], expected a multiple of 4 channels",
    });
    const pooled = graph.apply("maxPool", [graph.input("z", [2, 4, 4, 4])], { size: 2, stride: 1, padding: 2 });
    await expect(device.compile({ graph, outputs: { pooled } })).rejects.toMatchObject({ code: "E_DEVICE_PADDING" });
  });

  it("once closed does nothing any more", async () => {
    const program = await device.compile(reluProgram([4]));
    await device.close();
    await expect(program.run({ x: [1, 2, 3, 4] })).rejects.toMatchObject({ code: "E_DEVICE_RELEASED" });
    await expect(device.compile(reluProgram([4]))).rejects.toMatchObject({ code: "E_DEVICE_CLOSED" });
    expect(() => device.write("p", [1])).toThrow(expect.objectContaining({ code: "E_DEVICE_CLOSED" }));
    expect(device.names()).toEqual([]);
    await device.close();
  });
});
