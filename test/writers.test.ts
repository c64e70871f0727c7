/**
 * Every file is written by the one writer, or by one of the few named here. Whoever adds a writer adds it to the list, with why it cannot be that
 * one; a file written in place is lost when the disk is full or the process ends in the middle.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SOURCE = fileURLToPath(new URL("../src", import.meta.url));

const WRITERS: Readonly<Record<string, string>> = {
  "files/write-whole-file.ts": "the one writer",
  "files/write-named-file.ts": "pipes and devices that a person names",
  "files/growing-file.ts": "journal and table grow line by line, and are cut at a checkpoint",
  "files/temporary-file.ts": "is empty: its name alone says that a process holds a folder",
  "store/run-lock.ts": "is made by one process alone, and its name is its content's",
  "store/checkpoint-store.ts": "a checkpoint is a folder, renamed when all its files are whole",
};

/** What changes the content of a file or gives one a name. */
const WRITING =
  /\b(?:writeFile|appendFile|createWriteStream|copyFile|cp|write|writev|truncate|ftruncate|link|symlink|rename)(?:Sync)?\b/;
/** How `open` is asked for more than reading. */
const OPENED_TO_WRITE =
  /\bopen(?:Sync)?\((?:[^()]|\([^()]*\))*(?:"(?:w|a|r\+|wx|ax|as|rs)[+sx]*"|O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND))/;
/** Writers of other modules that take a path. */
const FOREIGN = /\.toFile\(|\bcreateWriteStream\b/;

const FS_IMPORT = /import (?:type )?([^;]*?) from "(?:node:)?fs(?:\/promises)?";/g;

function writesFiles(text: string): boolean {
  for (const [, names] of text.matchAll(FS_IMPORT)) if (!names!.startsWith("{") || WRITING.test(names!)) return true;
  return OPENED_TO_WRITE.test(text) || FOREIGN.test(text) || /import\(\s*"(?:node:)?fs/.test(text);
}

describe("writers of files", () => {
  it("fault: are the one writer, and few others that are known", () => {
    const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
    const writers = files.filter((file) => writesFiles(readFileSync(join(SOURCE, file), "utf8")));
    expect(writers.sort()).toEqual(Object.keys(WRITERS).sort());
  });

  it.each([
    'import { writeFileSync } from "node:fs";',
    'import fs from "node:fs";',
    'import * as fs from "fs/promises";',
    'import { type FileHandle, open } from "node:fs/promises";\nconst file = await open(join(a, b), "w");',
    'import { openSync } from "node:fs"; openSync(path, constants.O_WRONLY | constants.O_CREAT);',
    'const { writeFile } = await import("node:fs/promises");',
    "await image.png().toFile(path);",
  ])("are seen in %j", (text) => {
    expect(writesFiles(text)).toBe(true);
  });

  it("are not seen in what reads", () => {
    expect(writesFiles('import { openSync, readSync } from "node:fs"; openSync(path, "r"); stream.write("x");')).toBe(
      false,
    );
  });
});
