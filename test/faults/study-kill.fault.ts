/** `kill -9` of a study itself at random moments, again and again: its runs go on by themselves, and none is trained twice. `KILLS` says how many (10). */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { RandomStream } from "../../src/random/index.ts";
import { runCommand } from "../e2e/command-line.ts";
import { lastingParts } from "../e2e/compare-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const KILLS = Number(process.env["KILLS"] ?? 10);
/** A kill comes before that. */
const MOST_SECONDS = 6;

it("killed again and again, the study is whole in the end", async () => {
  const cwd = temporaryFolder();
  const base = { channels: 4, cells: 3, batch: 125, epochs: 2, retrainEpochs: 1 };
  const axes = [{ option: "strategy", values: ["two-stage", "random"] }];
  writeFileSync(join(cwd, "study.json"), JSON.stringify({ name: "killed", base, axes, seeds: 3 }));
  const args = ["study", "study.json", "demo", "--threads", "1", "--jobs", "2", "--out"];
  const whole = await runCommand(cwd, [...args, "whole"]);
  expect(whole.status, whole.error).toBe(0);
  const draws = new RandomStream(2021);
  for (let kill = 0; kill < KILLS; kill++) {
    const moment = 1000 * MOST_SECONDS * draws.uniform();
    const from = performance.now();
    const when = () => performance.now() - from >= moment;
    const killed = await runCommand(cwd, [...args, "often"], { interrupt: { signal: "SIGKILL", when } });
    console.log(`killed after ${(moment / 1000).toFixed(1)} s: ${killed.status}`);
    expect([0, -9]).toContain(killed.status);
  }
  const last = await runCommand(cwd, [...args, "often"]);
  expect(last.status, last.error).toBe(0);
  const runs = readdirSync(join(cwd, "whole")).filter((name) => name.includes("-seed"));
  expect(readdirSync(join(cwd, "often")).filter((name) => name.includes("-seed"))).toEqual(runs);
  for (const run of runs) {
    expect(lastingParts(join(cwd, "often", run))).toEqual(lastingParts(join(cwd, "whole", run)));
    const log = readFileSync(join(cwd, "often/logs", `${run}.log`), "utf8");
    expect([run, log.split(/^data fashion-mnist/m).length - 1]).toEqual([run, 1]);
  }
});
