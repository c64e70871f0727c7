import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

/** Colour, link, clipboard, C1 control, direction of writing, start of the line, one back, delete, and a line of its own. */
const HOSTILE = "a\u001b[31m\u001b]8;;x\u0007\u001b]52;c;aGk=\u0007\u009b2J\u202e\r\b\u007f\nhint: z";
const OBEYED = /[^\P{Cc}\n]|[\u202a-\u202e]|^hint: z/mu;

describe("terminal escapes out of files", () => {
  const cwd = temporaryFolder();
  /** A finished run and one that was stopped, in a folder and with names of data, classes and a version that a stranger chose. */
  const [finished, stopped] = [`runs/${HOSTILE}`, `runs/stopped ${HOSTILE}`];
  beforeAll(async () => {
    for (const [format, path] of [
      ["format-1", finished],
      ["format-2", stopped],
    ] as const) {
      cpSync(new URL(`../golden/runs/${format}`, import.meta.url), join(cwd, path), { recursive: true });
      const file = join(cwd, path, "config.json");
      const config = JSON.parse(readFileSync(file, "utf8")) as {
        version: string;
        data: { name: string; location: string };
        classNames: string[];
      };
      config.version = HOSTILE;
      config.data.name = HOSTILE;
      config.data.location = join(cwd, `data ${HOSTILE}`);
      config.classNames = config.classNames.map((_, k) => `${k}${HOSTILE}`);
      writeFileSync(file, JSON.stringify(config));
    }
    const picture = sharp({ create: { width: 9, height: 9, channels: 3, background: "#abc" } });
    for (const name of ["one", "two"]) {
      const folder = join(cwd, `data ${HOSTILE}`, name);
      mkdirSync(folder, { recursive: true });
      for (const k of [1, 2, 3])
        await picture
          .clone()
          .png()
          .toFile(join(folder, `${k}.png`));
      writeFileSync(join(folder, `${HOSTILE}.png`), "this is no picture");
      writeFileSync(join(folder, `${HOSTILE}.txt`), "nor is this");
    }
    await picture
      .clone()
      .png()
      .toFile(join(cwd, `${HOSTILE}.png`));
    writeFileSync(join(cwd, `genotype ${HOSTILE}`), `Genotype(${HOSTILE}`);
    writeFileSync(join(cwd, "numbers.json"), JSON.stringify([HOSTILE]));
  });

  it.each([
    ["predict", finished, `${HOSTILE}.png`],
    ["predict", finished, HOSTILE, "--json"],
    ["evaluate", finished, `data ${HOSTILE}`],
    ["runs", "runs"],
    ["runs", "runs", "--json"],
    ["show", finished],
    ["show", `genotype ${HOSTILE}`, "--debug"],
    ["table", "nas-bench-201", `genotype ${HOSTILE}`],
    ["table", "nas-bench-201", `|${HOSTILE}|`],
    ["table", "nas-bench-201", "--file", `genotype ${HOSTILE}`],
    ["resume", finished],
    ["resume", stopped],
    ["report", finished],
    ["check", `data ${HOSTILE}`, "--json"],
    ["check", `data ${HOSTILE}`, "--max-bad-images", "1"],
    ["search", "demo", "--out", stopped],
    ["search", "demo", `--${HOSTILE}`],
    ["recover", "--dictionary", "numbers.json", "--measurement", HOSTILE],
  ])("reach no terminal from ista-nas %s", async (...args) => {
    const { output, error } = await runCommand(cwd, args);
    expect(output + error).not.toBe("");
    expect(output).not.toMatch(OBEYED);
    expect(error).not.toMatch(OBEYED);
  });
});
