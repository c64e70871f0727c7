import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWasmDevice } from "../../src/device/index.ts";
import { Graph } from "../../src/graph/index.ts";
import { type BatchSource, batchesInOrder, Prefetch, type TrainingBatch } from "../../src/train/index.ts";

/** A batch that says which it is, and nothing else. */
function marked(...mark: number[]): TrainingBatch {
  return { images: [], labels: mark };
}

/** Batches `1`, `2`, ... `count`; `made` is told of each before it is handed out. */
function* counted(count: number, made: (batch: number) => void): Generator<TrainingBatch> {
  for (let batch = 1; batch <= count; batch++) {
    made(batch);
    yield marked(batch);
  }
}

/** A step that ends when the test says so. */
function heldStep() {
  let finish = () => {};
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { ended, finish };
}

/** Lets the event loop go round until nothing can be about to happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe("Prefetch", () => {
  it("hands out what a loop that makes each batch when its step begins would, in the same order", async () => {
    const shape = { sources: fc.integer({ min: 1, max: 3 }), epochs: fc.nat(3), steps: fc.nat(4) };
    await fc.assert(
      fc.asyncProperty(fc.record(shape), async ({ sources, epochs, steps }) => {
        const source = (name: number): BatchSource => ({
          batchCount: steps,
          batch: (epoch, index) => marked(name, epoch, index),
        });
        const all = Array.from({ length: sources }, (_, name) => source(name));
        const expected: number[][] = [];
        const seen: number[][] = [];
        const prefetch = new Prefetch(batchesInOrder(all, epochs, steps), () => 0);
        for (let epoch = 0; epoch < epochs; epoch++) {
          for (let index = 0; index < steps; index++) {
            for (let name = 0; name < sources; name++) {
              expected.push([name, epoch, index]);
              await prefetch.step(async ({ labels }) => seen.push(Array.from(labels)));
            }
          }
        }
        expect(seen).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it("makes the next batch before the step in progress ends, and none after that", async () => {
    const made: number[] = [];
    const prefetch = new Prefetch(
      counted(5, (batch) => made.push(batch)),
      () => 0,
    );
    const { ended, finish } = heldStep();
    let hasEnded = false;
    const running = prefetch
      .step(async ({ labels }) => {
        expect([labels[0], made]).toEqual([1, [1]]);
        await ended;
      })
      .then(() => {
        hasEnded = true;
      });
    await settle();
    expect([made, hasEnded]).toEqual([[1, 2], false]);
    finish();
    await running;
    expect(made).toEqual([1, 2]);
  });

  it("asks for nothing after the last batch, and refuses a step more", async () => {
    const prefetch = new Prefetch(
      counted(1, () => {}),
      () => 0,
    );
    expect(await prefetch.step(async () => "done")).toBe("done");
    await expect(prefetch.step(async () => "more")).rejects.toMatchObject({ code: "E_BATCH_INDEX", kind: "internal" });
  });

  describe("when something fails", () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    beforeEach(() => {
      unhandled.length = 0;
      process.on("unhandledRejection", note);
    });
    afterEach(() => process.off("unhandledRejection", note));

    const brokenAt = (broken: number) =>
      new Prefetch(
        counted(5, (batch) => {
          if (batch === broken) throw new Error(`batch ${batch}`);
        }),
        () => 0,
      );

    it("lets the step in progress finish, and fails the one whose batch could not be made", async () => {
      const prefetch = brokenAt(2);
      const { ended, finish } = heldStep();
      let outcome: unknown = "in progress";
      const running = prefetch.step(() => ended.then(() => "first")).then((result) => (outcome = result));
      await settle();
      expect(outcome).toBe("in progress");
      finish();
      expect(await running).toBe("first");
      await settle();
      let started = false;
      const second = prefetch.step(async () => {
        started = true;
      });
      await expect(second).rejects.toThrow("batch 2");
      expect([started, unhandled]).toEqual([false, []]);
    });

    it("passes on the failure of a step, whatever became of the batch after it", async () => {
      for (const broken of [2, 3]) {
        const failing = brokenAt(broken).step(() => Promise.reject(new Error("diverged")));
        await expect(failing).rejects.toThrow("diverged");
      }
      await settle();
      expect(unhandled).toEqual([]);
    });

    it("fails the first step when the first batch cannot be made", async () => {
      await expect(brokenAt(1).step(async () => "done")).rejects.toThrow("batch 1");
      expect(unhandled).toEqual([]);
    });
  });
});

describe("Prefetch.takeStallSeconds", () => {
  /** A clock that only the making of a batch moves: batch `n` takes `n` seconds. */
  function timed(count: number): Prefetch {
    let now = 100;
    const batches = counted(count, (batch) => {
      now += batch;
    });
    return new Prefetch(batches, () => now);
  }

  it("counts the first batch, and no batch made while its step before ran on", async () => {
    const prefetch = timed(4);
    for (let step = 0; step < 3; step++) {
      const { ended, finish } = heldStep();
      const running = prefetch.step(() => ended);
      await settle();
      finish();
      await running;
    }
    expect(prefetch.takeStallSeconds()).toBe(1);
    expect(prefetch.takeStallSeconds()).toBe(0);
  });

  it("counts a batch whole when the step before it ended too early, and starts again when taken", async () => {
    const prefetch = timed(4);
    await prefetch.step(async () => {});
    expect(prefetch.takeStallSeconds()).toBe(1 + 2);
    await prefetch.step(async () => {});
    await prefetch.step(async () => {});
    expect(prefetch.takeStallSeconds()).toBe(3 + 4);
    await prefetch.step(async () => {});
    expect(prefetch.takeStallSeconds()).toBe(0);
  });

  it("hears of a step that compute threads finished while the main thread made a batch", async () => {
    const graph = new Graph();
    const y = graph.apply("relu", [graph.input("x", [4])], {});
    const device = await createWasmDevice({ threads: 1 });
    try {
      const program = await device.compile({ graph, outputs: { y } });
      let now = 0;
      const batches = counted(3, () => {
        now += 1;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      });
      const prefetch = new Prefetch(batches, () => now);
      await prefetch.step(() => program.run({ x: [1, 2, 3, 4] }));
      await prefetch.step(() => program.run({ x: [1, 2, 3, 4] }));
      expect(prefetch.takeStallSeconds()).toBe(3);
    } finally {
      await device.close();
    }
  });
});
