import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { readJournal } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { mutatedFiles } from "./mutations.ts";

const lines = ["started", "search-epoch", "selection", "recovery", "finished"].map((kind, step) =>
  JSON.stringify({ time: "2026-01-01T00:00:00.000Z", kind, step, loss: 0.1 * step }),
);
const whole = Buffer.from(`${lines.join("\n")}\n`);
const torn = Buffer.from(lines.join("\n"));
const path = join(temporaryFolder(), "events.jsonl");

fuzzReader({
  name: "journal",
  valid: [whole, torn, new Uint8Array()],
  inputs: mutatedFiles([whole, torn], ["\n\n", "\r\n", '{"time":"","kind":""}\n', "null\n"]),
  sizeOf: (bytes) => bytes.length,
  read: (bytes) => {
    writeFileSync(path, bytes);
    return readJournal(path);
  },
  check: (entries, bytes) => {
    expect(entries.length).toBe(Buffer.from(bytes).toString("utf8").split("\n").length - 1);
    for (const entry of entries) expect([typeof entry.time, typeof entry.kind]).toEqual(["string", "string"]);
  },
});
