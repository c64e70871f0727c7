import { describe, expect, it } from "vitest";
import { IstaNasError } from "../../../src/error.ts";
import { bestBatch, timeBatches } from "../../../src/run/speed/find-best-batch.ts";

/** Sides whose calls take a formula's seconds of a clock that nothing else moves. */
function scene() {
  let now = 0;
  let open = 0;
  const side = (
    secondsOf: (batch: number) => number,
    more: { fixedBatch?: number; most?: number; code?: string } = {},
  ) => ({
    fixedBatch: more.fixedBatch ?? null,
    async prepare(batch: number) {
      if (batch > (more.most ?? Infinity)) {
        throw new IstaNasError("no room", { code: more.code ?? "E_DEVICE_MEMORY" });
      }
      open++;
      return {
        run: async () => {
          now += secondsOf(batch);
        },
        release: () => {
          open--;
        },
      };
    },
  });
  return { options: { seconds: 1, clock: () => now }, side, leftOpen: () => open };
}

describe("timeBatches", () => {
  it("tries 1 to 64 and gives milliseconds an image", async () => {
    const { options, side, leftOpen } = scene();
    const [tried] = await timeBatches([side((batch) => 0.004 + 0.001 * batch)], options);
    expect(tried!.map(({ batch }) => batch)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    expect(tried![0]!.milliseconds).toBeCloseTo(5, 9);
    expect(tried![3]!.milliseconds).toBeCloseTo(1.5, 9);
    expect(leftOpen()).toBe(0);
  });

  it("leaves out what would take longer than a figure is given, of one side alone", async () => {
    const { options, side } = scene();
    const tried = await timeBatches([side((batch) => 0.1 * batch), side(() => 0.01)], options);
    expect(tried[0]!.map(({ batch }) => batch)).toEqual([1, 2, 4, 8]);
    expect(tried[1]!.map(({ batch }) => batch)).toEqual([1, 2, 4, 8, 16, 32, 64]);
  });

  it("takes the one batch of a model that has a fixed one", async () => {
    const { options, side } = scene();
    const [tried] = await timeBatches([side((batch) => 0.01 * batch, { fixedBatch: 3 })], options);
    expect(tried!.map(({ batch }) => batch)).toEqual([3]);
  });

  it("ends where there is no memory for more, and with whatever else goes wrong", async () => {
    const { options, side } = scene();
    const [tried] = await timeBatches([side(() => 0.01, { most: 8 })], options);
    expect(tried!.map(({ batch }) => batch)).toEqual([1, 2, 4, 8]);
    await expect(timeBatches([side(() => 0.01, { most: 0 })], options)).rejects.toThrow("no room");
    await expect(timeBatches([side(() => 0.01, { most: 8, code: "E_OTHER" })], options)).rejects.toThrow("no room");
  });
});

describe("bestBatch", () => {
  it("has the least time an image; the smallest of several", () => {
    const times = [3, 2, 1, 1, 1.5].map((milliseconds, index) => ({ batch: 2 ** index, milliseconds }));
    expect(bestBatch(times)).toBe(4);
  });
});
