import { expect, it } from "vitest";
import { assertThreadsFit } from "../../../src/device/wasm/address-space.ts";
import { SharedMemory } from "../../../src/device/wasm/shared-memory.ts";

it("a released memory serves the next device, with zeros, and only one", () => {
  const first = new SharedMemory();
  const address = first.allocatePersistent("weight", 8);
  first.floats(address, 8).fill(3);
  first.release();
  first.release();
  const second = new SharedMemory();
  expect(second.memory).toBe(first.memory);
  expect(second.allocatePersistent("weight", 8)).toBe(address);
  expect(Array.from(second.floats(address, 8))).toEqual(new Array(8).fill(0));
  expect(new SharedMemory().memory).not.toBe(second.memory);
});

it("threads that would end the process for want of address space are refused", () => {
  const space = (limit: number | null) => () => ({ limit, taken: 10 * 2 ** 30 });
  expect(() => assertThreadsFit(2, space(13 * 2 ** 30))).not.toThrow();
  expect(() => assertThreadsFit(32, space(null))).not.toThrow();
  expect(() => assertThreadsFit(4, space(13 * 2 ** 30))).toThrow(
    expect.objectContaining({
      code: "E_DEVICE_MEMORY",
      message: expect.stringContaining("it may have 13.0 GiB (ulimit -v), expected room for 5.0 GiB for 4 threads"),
      hint: expect.stringContaining("fewer --threads"),
    }),
  );
});
