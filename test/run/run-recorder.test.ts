import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { RunRecorder } from "../../src/run/run-recorder.ts";
import { ExplorationLedger, type SelectedGroup, selectionOf } from "../../src/search/index.ts";
import { SPACES } from "../../src/spaces/index.ts";
import { RunFolder, readJournal } from "../../src/store/index.ts";
import { captureHost } from "../captured-host.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const SPACE = SPACES[0]!.create({ sparsity: 2 });

const COMMON = { epoch: 1, epochs: 1, learningRate: 0.1, gradientNorm: 2, stallSeconds: 0.25049 };
const STEP = { epoch: 1, epochs: 1, step: 1, steps: 1, loss: 0.5 };

function group(name: string, changed: boolean, isFrozen: boolean): SelectedGroup {
  return { group: name, support: [0, 1], values: null, weights: null, changed, isFrozen, figures: {}, vectors: {} };
}

const { exploration } = new ExplorationLedger(SPACE.groups);
const SELECTION = selectionOf(
  1,
  [group("a", true, false), group("b", true, true), group("c", false, true)],
  exploration,
);

/** A recorder of one epoch of ten seconds, and what it left. */
function recordEpoch(phase: "search" | "retrain", halves: boolean, epochSeconds = 0) {
  const folder = RunFolder.create(join(temporaryFolder(), "run"));
  const { host, events } = captureHost();
  let now = 5;
  const recorder = new RunRecorder(folder, SPACE, host, () => now, epochSeconds);
  now += 10;
  if (phase === "search") {
    const architecture = halves
      ? { architectureLoss: 0.75, architectureAccuracy: 0.125 }
      : { architectureLoss: null, architectureAccuracy: null };
    recorder.search({ kind: "search-step", ...STEP });
    recorder.search({ kind: "search-epoch", ...COMMON, weightLoss: 0.5, weightAccuracy: 0.25, ...architecture });
    recorder.search(SELECTION);
  } else {
    recorder.retrain({ kind: "retrain-step", ...STEP });
    recorder.retrain({ kind: "retrain-epoch", ...COMMON, loss: 0.5, accuracy: 0.25 });
  }
  const [header, row, ...rest] = readFileSync(folder.pathOf("results.csv"), "utf8").trimEnd().split("\n");
  expect(rest).toEqual([]);
  const values = row!.split(",");
  return {
    events,
    row: Object.fromEntries(header!.split(",").map((column, k) => [column, values[k]])),
    journal: readJournal(folder.pathOf("events.jsonl")),
  };
}

it.each(["search", "retrain"] as const)("keeps how long the steps of a %s epoch waited for batches", (phase) => {
  const { row, events, journal } = recordEpoch(phase, true);
  expect(row).toMatchObject({ phase, epoch: "1", loss: "0.5", accuracy: "0.25", seconds: "10", stall_seconds: "0.25" });
  expect(events[1]).toMatchObject({ kind: `${phase}-epoch`, seconds: 10, stallSeconds: 0.25049 });
  expect(journal[0]).toMatchObject({ kind: `${phase}-epoch`, gradientNorm: 2 });
  // The journal is the same in every run of the same seed, and a measured time is not.
  expect(journal[0]).not.toHaveProperty("stallSeconds");
  expect(journal[0]).not.toHaveProperty("seconds");
});

it("tells its host of steps that it does not keep, and of a selection with the space that it is of", () => {
  const { events, journal, row } = recordEpoch("search", true);
  expect(events[0]).toEqual({ kind: "search-step", ...STEP });
  expect(events[2]).toEqual({ kind: "selected", selection: SELECTION, space: SPACE });
  expect(journal.map(({ kind }) => kind)).toEqual(["search-epoch", "selection"]);
  expect(journal[1]).toMatchObject({ epoch: 1, isAccepted: true, groups: SELECTION.groups });
  expect(row).toMatchObject({ architecture_loss: "0.75", changed_nodes: "2", frozen_nodes: "2" });
});

it("leaves out of the table what a search on the same images has not", () => {
  const { row } = recordEpoch("search", false);
  expect(row).toMatchObject({ architecture_loss: "", architecture_accuracy: "", loss: "0.5" });
});

it("adds what the epoch took in another session", () => {
  expect(recordEpoch("retrain", true, 32).row["seconds"]).toBe("42");
});

it("writes no row for what a search begins with", () => {
  const folder = RunFolder.create(join(temporaryFolder(), "run"));
  const recorder = new RunRecorder(folder, SPACE, captureHost().host, () => 0);
  recorder.search({ ...SELECTION, epoch: 0 });
  expect(readFileSync(folder.pathOf("results.csv"), "utf8").trimEnd().split("\n")).toHaveLength(1);
  expect(readJournal(folder.pathOf("events.jsonl"))).toHaveLength(1);
});
