import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const OWN_SPACE = fileURLToPath(new URL("../../docs/examples/own-space.mjs", import.meta.url));

describe("a file of flags", () => {
  let cwd: string;
  beforeEach(() => {
    cwd = temporaryFolder();
  });
  const write = (content: unknown, name = "ista-nas.config.json") =>
    writeFileSync(join(cwd, name), JSON.stringify(content));
  /** What a command says first that cannot do what it is asked for, and looks for that after its flags. */
  const firstLineOf = async (...args: string[]) => (await runCommand(cwd, args)).error.split("\n", 1)[0];

  it("gives what is not typed, says so in one line beside the output, and is left out when asked", async () => {
    write({ top: 2, port: 1, show: { svg: "cells.svg" } });
    const shown = await runCommand(cwd, ["show", "ISTA_twostage"]);
    expect(shown.error).toBe("ista-nas.config.json: svg cells.svg; not for this: top, port\n");
    expect(shown.output).toContain("\ndrawn in cells.svg\n");
    expect(await firstLineOf("runs", "--config", "none")).toMatch(/^error: runs runs/);
    expect(await firstLineOf("runs", "--config=")).toBe('error: --config: got "", expected the name of a file');
  });

  it("is a module as well, of any name, and both at once are one too many", async () => {
    writeFileSync(join(cwd, "ista-nas.config.mjs"), "export default { json: 1 < 2 };");
    expect(await firstLineOf("runs")).toBe("ista-nas.config.mjs: json");
    write({});
    const both = "error: ista-nas.config.json and ista-nas.config.mjs: got both, expected one";
    expect(await firstLineOf("runs")).toBe(both);
    write({ tpo: 1 }, "other.json");
    const wrong = await runCommand(cwd, ["--config=other.json", "runs"]);
    expect([wrong.status, wrong.output, wrong.error]).toEqual([
      2,
      "",
      'error: other.json: got the key "tpo", expected the name of a flag\nhint: is to meant?\n',
    ]);
  });

  it("holds flags of many strategies and spaces: a search takes those of its own", async () => {
    write({ freezeEpsilon: 0.1, sparsity: 1, time: "5m", channels: 4, maxLoss: 1 });
    const search = ["search", "absent", "--compute", "1G", "--strategy", "random"];
    const other = await firstLineOf(...search, "--space", "nas-bench-201");
    expect(other).toBe("ista-nas.config.json: channels 4, maxLoss 1; not for this: sparsity, freezeEpsilon");
    const typed = await runCommand(cwd, [...search, "--freeze-epsilon", "0.1"]);
    expect(typed.error).toContain("\nerror: --freeze-epsilon: got it with strategy random");
    const training = await firstLineOf("train", "DARTS_all_sep_3x3", "absent");
    expect(training).toBe(
      "ista-nas.config.json: sparsity 1, channels 4, time 300s, maxLoss 1; not for this: freezeEpsilon",
    );
  });

  it("names a module of one's own, whose flags are keys for every command", async () => {
    write({ search: { space: OWN_SPACE }, layers: 4 });
    expect(await firstLineOf("runs")).toBe("ista-nas.config.json: not for this: layers");
    expect(await firstLineOf("search", "absent")).toBe(`ista-nas.config.json: space ${OWN_SPACE}, layers 4`);
  });

  it("stands below the file of a study, and no run of it reads it", async () => {
    write({ epochs: 3, channels: 4, cells: 3, freezeEpsilon: 0.1 });
    write({ name: "tiny", base: { epochs: 1, strategy: "measured" }, seeds: 1 }, "study.json");
    const note = "ista-nas.config.json: channels 4, cells 3; not for this: epochs, freezeEpsilon";
    expect(await firstLineOf("study", "./study.json", "absent", "--dry-run")).toBe(note);
  });

  it("of images to measure is not for what a run answered, nor an operator set for text", async () => {
    write({ seed: 3, split: "all", opset: 11 });
    expect(await firstLineOf("evaluate", "absent")).toBe("ista-nas.config.json: not for this: split, seed, opset");
    const text = await firstLineOf("export", "absent", "--to", "genotype");
    expect(text).toBe("ista-nas.config.json: not for this: opset, seed, split");
  });
});
