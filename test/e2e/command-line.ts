/** Runs the built command line in a folder of its own and gives back what it printed. */
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../bin/ista-nas.js", import.meta.url));

export interface Printed {
  readonly status: number;
  readonly output: string;
  readonly error: string;
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "ista-nas-test-"));
}

export function runCommand(cwd: string, args: readonly string[], input = ""): Promise<Printed> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { cwd });
    let [output, error] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      error += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? -1, output, error }));
    child.stdin.end(input);
  });
}
