/// <reference types="vite/client" />
import { expect, it, vi } from "vitest";
import type { RunDetail, RunHistory } from "../../src/server/index.ts";
import { RunStore } from "../../web/data/run-store.ts";
import type { RunSource } from "../../web/data/source.ts";

const HISTORY: Omit<RunHistory, "milestones"> = {
  ...{ position: "2", rows: [], selections: [], selectionEpochs: [], eventCount: 2, rowCount: 0 },
  ...{ strayLines: 0, strayRows: 0 },
};

it("shows a verdict that is passed between what it reads of the run and its journal", async () => {
  vi.stubGlobal("requestAnimationFrame", (show: () => void) => setTimeout(show, 0));
  vi.stubGlobal("cancelAnimationFrame", () => {});
  let isJudged = false;
  const line = { id: "judged", condition: "finished", progress: 1 };
  const source = {
    detail: async () => ({ line, space: null, latestSelections: [], summary: isJudged ? { verdict: "paid" } : {} }),
    history: async () => {
      isJudged = true;
      return { ...HISTORY, milestones: [{ time: "2026-11-28T00:00:00Z", kind: "verdict", sentences: [] }] };
    },
    follow: () => () => {},
  } as unknown as RunSource;
  const shown: RunDetail[] = [];
  const store = new RunStore(
    source,
    "judged",
    ({ detail }) => shown.push(detail),
    (error) => expect.fail(error.message),
  );
  await vi.waitFor(() => expect(shown.at(-1)).toMatchObject({ summary: { verdict: "paid" } }));
  store.close();
  vi.unstubAllGlobals();
});
