/** A search that ends once it has settled, within a budget: what is left of it is the training's, also after a kill. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type RunConfig, readJournal } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";
import { lastingParts } from "./compare-runs.ts";
import { fewImages } from "./few-images.ts";

const cwd = temporaryFolder();
const ARGS = [
  ...["search", fewImages(cwd, "few", 320, 20), "--channels", "4", "--cells", "3", "--batch", "32", "--threads", "1"],
  // Of a unit scale the codes hardly move by the published rate.
  ...["--measurement-scale", "unit", "--settled-epochs", "1", "--epochs", "8", "--retrain-epochs", "2"],
  ...["--compute", "5G", "--checkpoint-minutes", "0"],
];

const read = (run: string, file: string) => readFileSync(join(cwd, run, file), "utf8");

/** Settings in any order: a run that goes on writes down those of its budget anew. */
function partsOf(run: string) {
  const { "config.json": config, ...parts } = lastingParts(join(cwd, run));
  return { ...parts, config: JSON.parse(config!) as unknown };
}

it("a search that settled ends, says so, and leaves its epochs to the training", async () => {
  const printed = await runCommand(cwd, [...ARGS, "--out", "whole"]);
  expect(printed.status, printed.error).toBe(0);
  const [, most, planned] = /plan: at most (\d+) epochs of search and (\d+) of training/.exec(printed.output)!;
  expect(printed.output).toContain(
    `the search settled: what it keeps was the same for 1 epoch in a row, and it ended after 1 of ${most}\n`,
  );
  expect(printed.output).toContain("search          settled after epoch 1\n");
  expect(read("whole", "README.md")).toContain("found by two-stage ISTA-NAS, which settled after 1 epoch: ");
  expect(JSON.parse(read("whole", "summary.json"))).toMatchObject({ settledAt: 1 });
  const config = JSON.parse(read("whole", "config.json")) as RunConfig;
  expect(config.strategy).toMatchObject({ settledEpochs: 1 });
  const journal = readJournal(join(cwd, "whole", "events.jsonl"));
  const epochsOf = (kind: string) => journal.filter((event) => event.kind === kind).length;
  expect(Number(most)).toBeGreaterThan(1);
  expect([epochsOf("search-epoch"), epochsOf("selection")]).toEqual([1, 2]);
  expect(epochsOf("retrain-epoch")).toBe(config.training.epochs);
  expect(config.training.epochs).toBeGreaterThan(Number(planned));

  const killed = await runCommand(cwd, [...ARGS, "--out", "killed"], {
    interrupt: { signal: "SIGKILL", when: (text) => /search epoch +1\//.test(text) },
  });
  expect(killed.status).toBe(-9);
  const resumed = await runCommand(cwd, ["resume", "killed"]);
  expect(resumed.status, resumed.error).toBe(0);
  expect(resumed.output).toMatch(/goes on from checkpoint/);
  expect(partsOf("killed")).toEqual(partsOf("whole"));
});
