import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { Progress } from "../../src/cli/jobs/progress.ts";
import { RunRecorder } from "../../src/cli/jobs/run-recorder.ts";
import { Terminal } from "../../src/cli/terminal.ts";
import { ExplorationLedger } from "../../src/search/index.ts";
import { dartsCells } from "../../src/spaces/darts/index.ts";
import { RunFolder, readJournal } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** A recorder of one epoch of ten seconds, and what it left. */
function recordEpoch(phase: "search" | "retrain", stallSeconds: number) {
  const folder = RunFolder.create(join(temporaryFolder(), "run"));
  let printed = "";
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      printed += chunk.toString();
      done();
    },
  });
  const terminal = new Terminal({ output: sink, error: sink }, false);
  let now = 5;
  const recorder = new RunRecorder(folder, terminal, () => now);
  const progress = new Progress(terminal, () => now, []);
  progress.begin({ phase, epochs: 1, stepsPerEpoch: 1, secondsPerStep: null });
  recorder.follow(progress);
  now += 10;
  const common = { epoch: 1, epochs: 1, learningRate: 0.1, gradientNorm: 2, stallSeconds };
  const step = { epoch: 1, epochs: 1, step: 1, steps: 1, loss: 0.5 };
  if (phase === "search") {
    const halves = { weightLoss: 0.5, weightAccuracy: 0.25, architectureLoss: 0.75, architectureAccuracy: 0.125 };
    recorder.search({ kind: "search-step", ...step }, dartsCells());
    recorder.search({ kind: "search-epoch", ...common, ...halves }, dartsCells());
    const { exploration } = new ExplorationLedger(dartsCells().groups);
    recorder.search({ kind: "recovery", epoch: 1, groups: [], exploration }, dartsCells());
  } else {
    recorder.retrain({ kind: "retrain-step", ...step });
    recorder.retrain({ kind: "retrain-epoch", ...common, loss: 0.5, accuracy: 0.25 });
  }
  const [header, row] = readFileSync(folder.pathOf("results.csv"), "utf8").split("\n");
  const values = row!.split(",");
  return {
    printed,
    row: Object.fromEntries(header!.split(",").map((column, k) => [column, values[k]])),
    journal: readJournal(folder.pathOf("events.jsonl")),
  };
}

it.each(["search", "retrain"] as const)("keeps how long the steps of a %s epoch waited for batches", (phase) => {
  const { row, printed, journal } = recordEpoch(phase, 0.25049);
  expect(row).toMatchObject({ phase, epoch: "1", seconds: "10", stall_seconds: "0.25" });
  expect(printed).toContain("waited 0.3 s for batches");
  expect(journal[0]).toMatchObject({ kind: `${phase}-epoch`, gradientNorm: 2 });
  // The journal is the same in every run of the same seed, and a measured time is not.
  expect(journal[0]).not.toHaveProperty("stallSeconds");
});

it.each(["search", "retrain"] as const)("does not mention a wait of a hundredth of a %s epoch", (phase) => {
  const { row, printed } = recordEpoch(phase, 0.1);
  expect(row["stall_seconds"]).toBe("0.1");
  expect(printed).toContain(`${phase} epoch 1/1  loss 0.500`);
  expect(printed).not.toContain("waited");
});
