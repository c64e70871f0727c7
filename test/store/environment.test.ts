import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { fusedArithmetic, vectorPairs } from "../../src/device/index.ts";
import { RunFolder, readSessions, recordSession, thisMachine } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const GOLDEN = fileURLToPath(new URL("../golden/runs/format-2", import.meta.url));

it("keeps the sessions of a run that did not write down process, vectors and limit, and adds one that does", () => {
  const path = join(temporaryFolder(), "run");
  cpSync(GOLDEN, path, { recursive: true });
  const folder = RunFolder.open(path);
  const old = {
    version: "0.1.0",
    node: "20.20.2",
    memoryLimitBytes: null,
    data: null,
    pid: null,
    arithmetic: null,
    fusedOff: null,
    wideVectors: null,
    wideVectorsOff: null,
  };
  expect(readSessions(folder)).toMatchObject([old]);

  const session = {
    startedAt: new Date().toISOString(),
    from: "000002",
    data: "/photos",
    changes: [],
    version: "0.1.0",
  };
  recordSession(folder, { ...session, ...thisMachine(), threads: 2, arithmetic: "separate" });
  const [first, second] = readSessions(folder);
  expect(first).toMatchObject(old);
  const { joined, reason } = vectorPairs();
  expect(second).toMatchObject({
    from: "000002",
    data: "/photos",
    pid: process.pid,
    arithmetic: "separate",
    fusedOff: fusedArithmetic().reason,
    wideVectors: joined,
    wideVectorsOff: reason,
  });
  expect(second!.memoryLimitBytes ?? 1).toBeGreaterThan(0);
});
