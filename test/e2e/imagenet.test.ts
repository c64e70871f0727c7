import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { writeClassPhotos } from "./class-photos.ts";
import { runCommand } from "./command-line.ts";
import { lastingParts } from "./compare-runs.ts";

/** The published recipe in all but size: its stem, boxes, colours, warm-up, linear rate and smoothing. */
const TINY = ["--preset", "imagenet", "--image-size", "16", "--channels", "8", "--cells", "1", "--auxiliary", "0"];
const ARGS = ["train", "ISTA_ImageNet", "photos", ...TINY, "--batch", "16", "--epochs", "2", "--threads", "1"];
const cwd = temporaryFolder();

beforeAll(async () => {
  for (const [kind, name] of ["cats", "dogs", "owls"].entries()) {
    await writeClassPhotos(join(cwd, "photos"), name, kind, 28);
  }
});
afterAll(() => rmSync(cwd, { recursive: true }));

it("trains by the published recipe, and ends in the same bits after kill -9 between its steps", async () => {
  const whole = await runCommand(cwd, [...ARGS, "--out", "whole"]);
  expect(whole.status, whole.error + whole.output).toBe(0);
  const { training } = JSON.parse(readFileSync(join(cwd, "whole", "config.json"), "utf8"));
  expect(training).toMatchObject({
    ...{ batch: 16, accumulate: 2, warmupEpochs: 5, schedule: "linear", labelSmoothing: 0.1, weightDecay: 3e-5 },
    ...{ learningRate: 16 * (0.5 / 1024), network: { stem: "imagenet", initChannels: 8 } },
    augmentation: { cropPadding: 0, horizontalFlip: true, resizedCrop: 0.08, colourJitter: 0.4, hueJitter: 0.2 },
  });
  const when = (text: string) => /retrain epoch/.test(text);
  const killed = await runCommand(cwd, [...ARGS, "--out", "killed", "--checkpoint-minutes", "0"], {
    interrupt: { signal: "SIGKILL", when },
  });
  expect([0, -9], killed.error).toContain(killed.status);
  const resumed = await runCommand(cwd, ["resume", "killed", "--threads", "1"]);
  expect(resumed.status, resumed.error).toBe(0);
  const { "config.json": _, ...parts } = lastingParts(join(cwd, "killed"));
  expect(parts).toEqual(
    Object.fromEntries(Object.entries(lastingParts(join(cwd, "whole"))).filter(([k]) => k in parts)),
  );
});

it("says what parts a batch can have, before there is a run", async () => {
  const printed = await runCommand(cwd, [...ARGS, "--accumulate", "3", "--out", "none"]);
  expect(printed.status).toBe(2);
  expect(printed.error).toContain("--accumulate: got 3 for a batch of 16, expected a number that divides it");
});
