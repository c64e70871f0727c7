import fc from "fast-check";
import { expect, it } from "vitest";
import { MemoryBudget } from "../../src/data/memory-budget.ts";

it("lets works run together as long as they fit, each in its turn, whether they succeed or fail", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 12 }), async (s, sizes) => {
      const budget = new MemoryBudget(10);
      let taken = 0;
      const started: number[] = [];
      const works = sizes.map((size, index) =>
        budget.spend(size, async () => {
          started.push(index);
          taken += size;
          expect(taken).toBeLessThanOrEqual(10);
          await s.schedule(Promise.resolve(), `work ${index}`);
          taken -= size;
          if (index % 3 === 0) throw new RangeError("failed");
          return index;
        }),
      );
      const settled = Promise.allSettled(works);
      await s.waitFor(settled);
      expect(started).toEqual(sizes.map((_, index) => index));
      expect((await settled).map(({ status }) => status)).toEqual(
        sizes.map((_, index) => (index % 3 === 0 ? "rejected" : "fulfilled")),
      );
    }),
  );
});

it("does not make small works wait for each other", async () => {
  const budget = new MemoryBudget(10);
  let running = 0;
  const bothRun = new Promise<void>((resolve) => {
    for (const size of [4, 6]) {
      void budget.spend(size, async () => {
        if (++running === 2) resolve();
        await bothRun;
      });
    }
  });
  await bothRun;
  expect(running).toBe(2);
});
