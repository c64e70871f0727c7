/**
 * Node 20, 22, 24 and 26: on each a search and a resume come to the weights of the Node that runs these tests, to the bit, and all end-to-end
 * tests pass.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../e2e/command-line.ts";
import { lastingParts } from "../e2e/compare-runs.ts";
import { installNode } from "./install-node.ts";
import { SHORT_SEARCH, StoppedRun } from "./stopped-run.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const VITEST = join(ROOT, "node_modules", "vitest", "vitest.mjs");

const run = new StoppedRun();

beforeAll(() => run.make());

describe.for([26, 24, 22, 20])("Node %i", (major) => {
  it("verifies, searches and resumes to the same bits", async ({ skip }) => {
    const installed = installNode(major);
    if ("reason" in installed) return skip(installed.reason);
    const { node } = installed;
    const verified = await runCommand(run.cwd, ["verify"], { node });
    expect(verified.status, verified.error).toBe(0);
    const whole = join(run.cwd, "whole");
    const searched = await runCommand(run.cwd, [...SHORT_SEARCH, "--out", `node${major}`], { node });
    expect(searched.status, searched.error).toBe(0);
    expect(lastingParts(join(run.cwd, `node${major}`))).toEqual(lastingParts(whole));
    // A kernel that this V8 cannot join would only be slower: nothing else tells.
    const written = readFileSync(join(run.cwd, `node${major}`, "environment.json"), "utf8");
    const { sessions } = JSON.parse(written) as { readonly sessions: readonly { readonly wideVectors: boolean }[] };
    expect(sessions[0]!.wideVectors).toBe(process.arch === "x64" && major >= 24);
    const path = run.copy();
    const resumed = await runCommand(run.cwd, ["resume", path], { node });
    expect(resumed.status, resumed.error).toBe(0);
    expect(lastingParts(path)).toEqual(lastingParts(whole));
  });

  it("passes the end-to-end tests, and the one of bits", ({ skip }) => {
    const installed = installNode(major);
    if ("reason" in installed) return skip(installed.reason);
    const args = [VITEST, "run", "test/e2e", "test/train/same-bits.test.ts", "--reporter=dot"];
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST")));
    const { status, stdout, stderr } = spawnSync(installed.node, args, { cwd: ROOT, encoding: "utf8", env });
    expect(status, `${stdout.slice(-4000)}\n${stderr.slice(-2000)}`).toBe(0);
  });
});
