/** One set of weights, several networks: each within its limits, and as good as a fresh evaluation says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";
import { fewImages } from "./few-images.ts";

const cwd = temporaryFolder();
const TRAINED_RUN = fileURLToPath(new URL("../golden/runs/format-2", import.meta.url));

const summaryOf = (run: string) =>
  JSON.parse(readFileSync(join(cwd, run, "summary.json"), "utf8")) as Readonly<Record<string, number>>;

async function finish(args: readonly string[]): Promise<string> {
  const printed = await runCommand(cwd, args);
  expect(printed.status, printed.error + printed.output).toBe(0);
  return printed.output;
}

const SEARCH = ["--space", "mobile", "--strategy", "once-for-all", "--channels", "4", "--epochs", "6"];
const SHORT = ["--batch", "16", "--ranking-batches", "2", "--threads", "1"];

it("gives a network for every budget, in folders that every command takes, and trains none of them", async () => {
  fewImages(cwd, "few", 160, 40);
  await finish(["search", "few", ...SEARCH, ...SHORT, "--out", "all"]);
  const own = summaryOf("all");
  expect(own["phaseEpochs"]).toEqual({ largest: 2, windows: 1, "depth 1": 0, "depth 2": 1, expansion: 1 });
  const half = 600_000;
  expect(await finish(["specialise", "all", "--max-macs", String(half), "--threads", "1"])).toMatch(
    /ONNX check +passed/,
  );
  const specialised = `all-macs${half}`;
  expect(summaryOf(specialised)["macs"]).toBeLessThanOrEqual(half);
  const [{ testAccuracy }, measured] = [
    summaryOf(specialised),
    JSON.parse(await finish(["evaluate", `${specialised}/model.onnx`, "few", "--split", "test", "--json"])) as object,
  ];
  expect(measured).toMatchObject({ testAccuracy, images: 40 });
  expect(readFileSync(join(cwd, specialised, "README.md"), "utf8")).toContain("nothing was trained for it alone");
  const both = ["--max-parameters", "12000", "--max-milliseconds", "50"];
  await finish(["specialise", "all", ...both, "--out", "fast", "--threads", "1"]);
  expect(summaryOf("fast")["parameters"]).toBeLessThanOrEqual(12_000);
  expect(summaryOf("fast")["latency"]).toMatchObject({ limit: 50 });
});

it.each([
  [["specialise", "all"], /specialise: got no limit, expected one at least/],
  [
    ["specialise", "all", "--max-macs", "1000"],
    /no sub-network is within --max-parameters any and --max-macs 1000: the/,
  ],
  [["specialise", TRAINED_RUN, "--max-macs", "1000", "--out", "other"], /got strategy none, expected one that/],
])("refuses %j", async (args, message) => {
  const refused = await runCommand(cwd, args);
  expect([refused.status, refused.error]).toEqual([2, expect.stringMatching(message)]);
});
