/** Where runs are made: where they were asked for, and nowhere else. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Printed, runCommand } from "./command-line.ts";

const SEARCH = [
  "search",
  "demo",
  "--channels",
  "4",
  "--cells",
  "2",
  "--batch",
  "128",
  "--epochs",
  "1",
  "--threads",
  "1",
];

describe("fault: --out", () => {
  /** Where the user stands, in a folder of its own. */
  let parent: string;
  let cwd: string;
  beforeEach(() => {
    parent = temporaryFolder();
    cwd = join(parent, "here");
    mkdirSync(cwd);
  });

  /** Begins a search, and ends it once it has its folder. */
  const begin = (out: string): Promise<Printed> =>
    runCommand(cwd, [...SEARCH, "--out", out], {
      interrupt: { signal: "SIGKILL", when: (printed) => /run folder/.test(printed) },
    });

  it.each([
    ["search", "--out", ["search", "demo", "--out"]],
    ["study", "--out", ["study", "epsilon", "demo", "--out"]],
    ["train", "--out", ["train", "ISTA_twostage", "demo", "--out"]],
    ["export", "--file", ["export", "run", "--file"]],
    ["report", "--file", ["report", "run", "--file"]],
    ["show", "--svg", ["show", "ISTA_twostage", "--svg"]],
    ["resume", "--data", ["resume", "run", "--data"]],
  ])("of nothing is refused: %s %s", async (_, flag, args) => {
    for (const nothing of ["", " "]) {
      const printed = await runCommand(cwd, [...args, nothing]);
      expect(printed.status).toBe(2);
      expect(printed.error).toMatch(new RegExp(`error: ${flag}: got "\\s*", expected the name of a (file|folder)`));
    }
    expect(readdirSync(parent)).toEqual(["here"]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([[["resume", ""]], [["runs", ""]], [["check", ""]], [["search", " "]], [["predict", "run", ""]]])(
    "nor is an argument of nothing taken for the folder where one is: %j",
    async (args) => {
      const printed = await runCommand(cwd, args);
      expect(printed.status).toBe(2);
      expect(printed.error).toMatch(/^error: \S+: got "\s?", expected .*\nhint: a variable that is not set/);
    },
  );

  it.each([["."], ["./"], ["../here"]])("%s is the folder where one is, if it is empty", async (out) => {
    const printed = await begin(out);
    expect(printed.status, printed.error).toBe(-9);
    expect(readdirSync(cwd)).toContain("config.json");
    expect(readdirSync(parent)).toEqual(["here"]);
  });

  it.each([["search"], ["train"], ["study"]])(
    "of a folder where one is that is not empty is refused by %s",
    async (name) => {
      const words = { search: ["search"], train: ["train", "ISTA_twostage"], study: ["study", "epsilon"] }[name]!;
      writeFileSync(join(cwd, "notes"), "mine");
      for (const out of [".", "..", "/"]) {
        const printed = await runCommand(cwd, [...words, "demo", "--out", out]);
        expect(printed.status, printed.error).toBe(2);
        expect(printed.error).toMatch(/got \S+, .*other things.*, expected .*empty folder.*\nhint: .*--out/);
      }
      expect(readdirSync(parent)).toEqual(["here"]);
      expect(readdirSync(cwd)).toEqual(["notes"]);
    },
  );

  it("of an empty folder takes it, of one that is taken the next name, and of a file is refused", async () => {
    mkdirSync(join(cwd, "empty"));
    mkdirSync(join(cwd, "taken/of-mine"), { recursive: true });
    writeFileSync(join(cwd, "file"), "");
    symlinkSync("nowhere", join(cwd, "link"));
    for (const out of ["empty", "taken"]) expect((await begin(out)).status).toBe(-9);
    expect(readdirSync(join(cwd, "empty"))).toContain("config.json");
    expect(readdirSync(join(cwd, "taken-2"))).toContain("config.json");
    for (const out of ["file", "link"]) {
      const printed = await runCommand(cwd, [...SEARCH, "--out", out]);
      expect(printed.status).toBe(2);
      expect(printed.error).toContain(`got ${out}, which is no folder, expected a new name or an empty folder`);
    }
  });
});
