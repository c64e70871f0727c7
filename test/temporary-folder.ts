/** @file Folders for tests to write in. All of them lie in one folder a test file, which goes when its tests have run. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

let root: string | null = null;

// Here and not in the function: a hook that is set while a test runs never comes to pass.
afterAll(() => {
  if (root !== null) rmSync(root, { recursive: true, force: true });
  root = null;
});

/** A new, empty folder. */
export function temporaryFolder(): string {
  root ??= mkdtempSync(join(tmpdir(), "ista-nas-test-"));
  return mkdtempSync(join(root, "f"));
}
