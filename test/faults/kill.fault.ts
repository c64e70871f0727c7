/**
 * `kill -9` at random moments of a short search and its training. `KILLS` says how many (40). Every third run goes on with another Node,
 * one that can join vectors where this one cannot.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { RandomStream } from "../../src/random/index.ts";
import { runCommand } from "../e2e/command-line.ts";
import { lastingParts } from "../e2e/compare-runs.ts";
import { installNode } from "./install-node.ts";
import { SHORT_SEARCH, StoppedRun } from "./stopped-run.ts";

const KILLS = Number(process.env["KILLS"] ?? 40);
const OTHER_NODE = installNode(process.versions.node.startsWith("24.") ? 22 : 24);

const run = new StoppedRun();
let seconds: number;

beforeAll(async () => {
  const from = performance.now();
  const whole = await runCommand(run.cwd, [...SHORT_SEARCH, "--out", "whole"]);
  seconds = (performance.now() - from) / 1000;
  expect(whole.status, whole.error).toBe(0);
});

const draws = new RandomStream(2020);

it.each(Array.from({ length: KILLS }, (_, index) => index))("kill %i", async (index) => {
  const moment = 1000 * seconds * draws.uniform();
  const out = `kill${index}`;
  const from = performance.now();
  const when = () => performance.now() - from >= moment;
  const killed = await runCommand(run.cwd, [...SHORT_SEARCH, "--out", out], { interrupt: { signal: "SIGKILL", when } });
  expect([0, -9]).toContain(killed.status);
  const isThere = readdirSync(run.cwd).includes(out);
  const place = isThere && readdirSync(join(run.cwd, out)).includes("checkpoints") ? "with" : "without";
  console.log(`killed after ${(moment / 1000).toFixed(1)} of ${seconds.toFixed(1)} s, ${place} a checkpoint`);
  // Before there is a configuration there is nothing to go on with: the run is started as if for the first time.
  const hasConfig = isThere && readdirSync(join(run.cwd, out)).includes("config.json");
  const args = hasConfig ? ["resume", out] : [...SHORT_SEARCH, "--out", out];
  const path = join(run.cwd, hasConfig || !isThere ? out : `${out}-2`);
  const threads = String(1 + (index % 2));
  const node = "node" in OTHER_NODE && index % 3 === 0 ? { node: OTHER_NODE.node } : {};
  const resumed = await runCommand(run.cwd, [...args, "--threads", threads], node);
  expect(resumed.status, resumed.error).toBe(0);
  expect(lastingParts(path)).toEqual(lastingParts(join(run.cwd, "whole")));
});

/** Number of the newest checkpoint of a run; 0 before the first. */
function newestCheckpoint(out: string): number {
  const path = join(run.cwd, out, "checkpoints");
  return existsSync(path) ? Math.max(0, ...readdirSync(path).map((name) => Number(/^\d{6}$/.exec(name)?.[0] ?? 0))) : 0;
}

it("killed again and again, it still comes to the end", async () => {
  let kills = 0;
  let args: readonly string[] = [...SHORT_SEARCH, "--out", "often"];
  for (;;) {
    // By checkpoints and not by the clock: however fast the machine is, there are some kills before the end.
    const killedAt = newestCheckpoint("often") + 6 + draws.integer(12);
    const when = () => newestCheckpoint("often") >= killedAt;
    const { status, error } = await runCommand(run.cwd, args, { interrupt: { signal: "SIGKILL", when } });
    if (status === 0) break;
    expect(status, error).toBe(-9);
    kills++;
    args = ["resume", "often"];
  }
  console.log(`killed ${kills} times`);
  expect(kills).toBeGreaterThan(2);
  expect(lastingParts(join(run.cwd, "often"))).toEqual(lastingParts(join(run.cwd, "whole")));
});
