/** One run folder of each format that was ever written: it opens, or says what to do. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const GOLDEN = fileURLToPath(new URL("../golden/runs", import.meta.url));

describe("a run folder of", () => {
  const cwd = temporaryFolder();

  const copy = (format: string, name: string) => {
    mkdirSync(join(cwd, name));
    cpSync(join(GOLDEN, format), join(cwd, name), { recursive: true });
    return join(cwd, name);
  };

  it("format 1, finished: its network is used as before", async () => {
    const path = copy("format-1", "old");
    const { testAccuracy } = JSON.parse(readFileSync(join(path, "summary.json"), "utf8")) as { testAccuracy: number };
    const printed = await runCommand(cwd, ["evaluate", "old", "demo", "--json"]);
    expect(printed.status, printed.error).toBe(0);
    expect(JSON.parse(printed.output)).toMatchObject({ testAccuracy });
    expect((await runCommand(cwd, ["runs", "."])).output).toMatch(/^old +finished +two-stage/m);
    const again = await runCommand(cwd, ["resume", "old", "--json"]);
    expect(again.error).toMatch(/is finished: nothing is left to do/);
    const { output } = await runCommand(cwd, ["export", "old", "--to", "genotype"]);
    expect(JSON.parse(again.output)).toMatchObject({ testAccuracy, architecture: output.trimEnd() });
  });

  it("format 1, cut off: says that it cannot be gone on with, and what to do", async () => {
    rmSync(join(copy("format-1", "cut"), "summary.json"));
    const printed = await runCommand(cwd, ["resume", "cut"]);
    expect(printed.status).toBe(2);
    expect(printed.error).toMatch(/config\.json: got format 1, expected 2[\s\S]*start a new run/);
  });

  it("format 2, stopped: goes on from its checkpoint", async () => {
    copy("format-2", "stopped");
    const printed = await runCommand(cwd, ["resume", "stopped", "--json"]);
    expect(printed.status, printed.error).toBe(0);
    expect(printed.error).toContain("goes on from checkpoint 000002");
    expect(JSON.parse(printed.output)).toMatchObject({ seed: 1, strategy: null });
  });

  it("a later format: says to update", async () => {
    const path = copy("format-2", "later");
    const config = readFileSync(join(path, "config.json"), "utf8").replace('"formatVersion": 2', '"formatVersion": 4');
    writeFileSync(join(path, "config.json"), config);
    const printed = await runCommand(cwd, ["resume", "later"]);
    expect(printed.status).toBe(1);
    expect(printed.error).toMatch(/formatVersion: got 4, expected at most 3[\s\S]*newer ista-nas: update/);
  });
});
