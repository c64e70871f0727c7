/** A run folder with a journal, and checkpoints for it that are as small as real ones can be. */
import { join } from "node:path";
import { type Checkpoint, JOURNAL_FILE, RunFolder } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

export function sampleRun(): RunFolder {
  const folder = RunFolder.create(join(temporaryFolder(), "run"));
  folder.append(JOURNAL_FILE, '{"kind":"started"}\n');
  return folder;
}

/** The state after `step` steps; it differs from every other step's in state and values. */
export function sampleCheckpoint(step: number): Checkpoint {
  return {
    state: {
      phase: "retrain",
      architecture: "{}",
      details: { note: "any", nothing: null },
      training: { epoch: 1, step, sums: { loss: 0.1 * step, correct: step, gradientNorm: -0 } },
    },
    values: new Map<string, Float32Array | Float64Array>([
      ["stem/weight", Float32Array.from({ length: 9 }, (_, i) => Math.fround(i / 7 + step))],
      ["stem/norm/shift", Float32Array.of(-0, Number.MIN_VALUE, 1e-40)],
      ["exact", Float64Array.of(0.1, -0, 1 / 3)],
    ]),
    lengths: { [JOURNAL_FILE]: 19 },
    seconds: 1.5,
    epochSeconds: 0.25,
  };
}
