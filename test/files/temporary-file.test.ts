import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { holdFolder, isHeld, writeWholeFile, writeWholeFileInParts } from "../../src/files/index.ts";
import { clearLeftovers, temporaryPath } from "../../src/files/temporary-file.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const MODULE = new URL("../../dist/files/temporary-file.js", import.meta.url).href;
/** Makes a temporary file, names it, and lives on. */
const WRITER = `import { writeFileSync } from "node:fs"; import { temporaryPath } from ${JSON.stringify(MODULE)};
  const path = temporaryPath(process.argv[1]); writeFileSync(path, "half"); process.stdout.write("there"); setInterval(() => {}, 1000);`;
/** Holds a folder, and lives on. */
const HOLDER = `import { holdFolder } from ${JSON.stringify(MODULE)};
  holdFolder(process.argv[1]); process.stdout.write("held"); setInterval(() => {}, 1000);`;

describe("temporary files", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });

  it("fault: of a killed process go with the next write there, those of a living one stay however old", async () => {
    const writer = spawn(process.execPath, ["--input-type=module", "-e", WRITER, "--", folder]);
    await once(writer.stdout, "data");
    const own = temporaryPath(folder);
    writeFileSync(own, "half");
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), 1, 1);
    writeWholeFile(join(folder, "a"), "text");
    expect(readdirSync(folder)).toHaveLength(3);
    writer.kill("SIGKILL");
    await once(writer, "exit");
    await writeWholeFileInParts(join(folder, "b"), [Buffer.from("te"), Buffer.from("xt")]);
    expect(readdirSync(folder)).toEqual([own.slice(folder.length + 1), "a", "b"]);
    expect(readFileSync(join(folder, "b"), "utf8")).toBe("text");
  });

  it.each(["of a process that cannot be judged from here", "of an earlier version"])(
    "%s go once they are old",
    (what) => {
      const isOlder = what.endsWith("version");
      const name = isOlder ? "0123456789abcdef.images.77.tmp" : ".ista-nas-77-1234-0123456789abcdef-1.tmp";
      const path = join(folder, name);
      writeFileSync(path, "half");
      const clear = () => clearLeftovers(folder, isOlder ? /^[0-9a-f]+\.images\.\d+\.tmp$/ : undefined);
      clear();
      expect(readdirSync(folder)).toEqual([name]);
      const weekAgo = Date.now() / 1000 - 8 * 24 * 3600;
      utimesSync(path, weekAgo, weekAgo);
      clear();
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it("fault: hold a folder as long as the process lives", async () => {
    const holder = spawn(process.execPath, ["--input-type=module", "-e", HOLDER, "--", folder]);
    await once(holder.stdout, "data");
    expect(isHeld(folder)).toBe(true);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    expect(isHeld(folder)).toBe(false);
    holdFolder(folder);
    expect(isHeld(folder)).toBe(true);
    // A folder that is not there, or is not to be written to, holds nobody up.
    holdFolder(join(folder, "none"));
    expect(isHeld(join(folder, "none"))).toBe(false);
  });

  it("does not touch files of others that end alike", () => {
    for (const name of ["notes.77.tmp", ".ista-nas-cache", "model.onnx.tmp"]) {
      writeFileSync(join(folder, name), "");
      utimesSync(join(folder, name), 1, 1);
    }
    clearLeftovers(folder);
    expect(readdirSync(folder)).toHaveLength(3);
  });
});
