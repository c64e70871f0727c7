/** Run folders in which something else lies in the place of a file: a link, a pipe, JSON without an end. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const GOLDEN = fileURLToPath(new URL("../golden/", import.meta.url));
/** What waits for a pipe waits for ever. */
const LIMIT = 60_000;

describe("a run folder", () => {
  const cwd = temporaryFolder();
  const secret = join(cwd, "secret.txt");
  writeFileSync(secret, "root:x:0:0\n");

  /** A copy of a run of a format that was ever written: 1 is finished, 2 was stopped. */
  const copy = (format: 1 | 2): string => {
    const path = mkdtempSync(join(cwd, "run-"));
    cpSync(join(GOLDEN, `runs/format-${format}`), path, { recursive: true });
    return path;
  };
  const link = (path: string, target = secret): void => {
    rmSync(path, { recursive: true, force: true });
    symlinkSync(target, path);
  };
  const pipe = (path: string): void => {
    rmSync(path, { recursive: true, force: true });
    execFileSync("mkfifo", [path]);
  };
  const refused = async (args: readonly string[], message: RegExp): Promise<void> => {
    const printed = await runCommand(cwd, args);
    expect(printed.error).toMatch(message);
    expect([1, 2], printed.error).toContain(printed.status);
    expect(printed.error).not.toMatch(/bug in ista-nas/);
  };

  it("does not give away what a link among its files leads to", async () => {
    const path = copy(1);
    link(join(path, "labels.txt"));
    await refused(["report", path], /labels\.txt is a symbolic link, not a file[\s\S]*hint:/);
    for (const file of ["summary.json", "events.jsonl", "config.json"]) {
      const other = copy(1);
      link(join(other, file));
      const { output } = await runCommand(cwd, ["runs", cwd]);
      expect(output).toMatch(new RegExp(`${other.slice(-6)}.*${file.replace(".", "\\.")}.* is a symbolic link`));
      expect(output).not.toContain("root:x");
    }
  });

  it("does not write through links", async () => {
    const finished = copy(1);
    for (const file of ["report.html", "report.svg"]) link(join(finished, file));
    expect((await runCommand(cwd, ["report", finished])).status).toBe(0);
    expect(lstatSync(join(finished, "report.html")).isFile()).toBe(true);
    for (const file of ["events.jsonl", "results.csv"]) {
      const stopped = copy(2);
      const target = join(cwd, `${file}-elsewhere`);
      renameSync(join(stopped, file), target);
      const before = readFileSync(target, "utf8");
      link(join(stopped, file), target);
      await refused(["resume", stopped], new RegExp(`${file}.* is a symbolic link, not a file`));
      expect(readFileSync(target, "utf8")).toBe(before);
    }
    expect(readFileSync(secret, "utf8")).toBe("root:x:0:0\n");
  });

  it("takes no checkpoints from behind a link", async () => {
    const elsewhere = join(copy(2), "checkpoints");
    const all = copy(2);
    link(join(all, "checkpoints"), elsewhere);
    await refused(["resume", all], /checkpoints is a symbolic link, expected a folder[\s\S]*hint:/);
    const one = copy(2);
    link(join(one, "checkpoints/000002"), join(elsewhere, "000002"));
    await refused(["resume", one], /is in checkpoints\/000002, a symbolic link, not a folder/);
  });

  it(
    "with a pipe in the place of a file holds nothing up",
    async () => {
      const parent = mkdtempSync(join(cwd, "pipes-"));
      for (const file of ["config.json", "summary.json", "events.jsonl", "failure.json"]) {
        renameSync(copy(2), join(parent, file));
        pipe(join(parent, file, file));
      }
      const { output, status } = await runCommand(cwd, ["runs", parent]);
      expect(status).toBe(0);
      for (const file of ["config.json", "summary.json", "events.jsonl", "failure.json"]) {
        expect(output).toMatch(new RegExp(`^${file}: .*${file} is a pipe, not a file`, "m"));
      }
      for (const file of ["lock-1.json", "events.jsonl", "results.csv", "checkpoints/000002/state.json"]) {
        const path = copy(2);
        pipe(join(path, file));
        await refused(["resume", path], /is a pipe, not a file/);
      }
      for (const file of ["genotype.json", "weights.safetensors"]) {
        const path = copy(1);
        pipe(join(path, file));
        await refused(["export", path], new RegExp(`${file} is a pipe, not a file`));
      }
    },
    LIMIT,
  );

  it("with a torn summary says which file it is and what to do", async () => {
    const path = copy(1);
    const summary = readFileSync(join(path, "summary.json"));
    writeFileSync(join(path, "summary.json"), summary.subarray(0, summary.length / 2));
    await refused(["resume", path], /summary\.json: not JSON[\s\S]*hint: .*bring it back, or remove it/);
  });

  it("with weights of another network says which tensor does not fit, and how", async () => {
    const path = copy(1);
    const file = join(path, "weights.safetensors");
    const { tensors } = decodeSafetensors(readFileSync(file));
    const first = [...tensors.keys()].find((name) => name.startsWith("classifier"))!;
    const { data, shape } = tensors.get(first)!;
    const wider = { shape: [2, ...shape], data: Float32Array.of(...data, ...data) };
    writeFileSync(file, encodeSafetensors(new Map([...tensors, [first, wider]])));
    await refused(
      ["export", path],
      /weights\.safetensors: classifier\S+ has shape \[2, .*\], expected \[.*\][\s\S]*hint:/,
    );
  });

  it("with JSON nested 100,000 deep says that it is none of ours", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    for (const file of ["config.json", "summary.json"]) {
      const path = copy(1);
      writeFileSync(join(path, file), deep);
      await refused(["resume", path], new RegExp(`${file}: not JSON of ours: got more than 64 lists`));
    }
    const path = copy(1);
    writeFileSync(join(path, "genotype.json"), deep);
    await refused(["show", path], /at most 8 brackets inside each other/);
  });
});

describe("what is handed over", () => {
  const cwd = temporaryFolder();
  const refused = async (args: readonly string[], message: RegExp): Promise<void> => {
    const printed = await runCommand(cwd, args);
    expect(printed.error).toMatch(message);
    expect(printed.status, printed.error).toBe(2);
  };

  it(
    "may be a pipe where a person can have meant one, and nowhere else",
    async () => {
      writeFileSync(join(cwd, "A.json"), "[[1, 0], [0, 1]]");
      execFileSync("mkfifo", [join(cwd, "pipe")]);
      const feeding = runCommand(cwd, ["recover", "--dictionary", "A.json", "--measurement", "pipe"]);
      writeFileSync(join(cwd, "pipe"), "[1, 2]");
      const fed = await feeding;
      expect(fed.status, fed.error).toBe(0);
      await refused(["evaluate", "pipe", "demo"], /pipe: is a pipe, not a file/);
      mkdirSync(join(cwd, "golden"));
      cpSync(GOLDEN, join(cwd, "golden"), { recursive: true });
      rmSync(join(cwd, "golden/operations.safetensors"));
      execFileSync("mkfifo", [join(cwd, "golden/operations.safetensors")]);
      await refused(["verify", "golden"], /operations\.safetensors is a pipe, not a file/);
    },
    LIMIT,
  );

  it("ends where it is too large, nested too deep, or nothing to be read", async () => {
    writeFileSync(join(cwd, "b.json"), "[1, 2]");
    writeFileSync(join(cwd, "deep.json"), "[".repeat(100_000));
    const recover = (dictionary: string) => ["recover", "--dictionary", dictionary, "--measurement", "b.json"];
    await refused(recover("deep.json"), /deep\.json: not JSON of ours: got more than 64 lists/);
    await refused(recover("/dev/zero"), /\/dev\/zero: is too large: got more than 268435456 bytes/);
    await refused(recover("."), /\.: is a folder, not a file/);
    await refused(["show", "/dev/zero"], /\/dev\/zero is too large/);
  });
});
