/** @file How long the command line takes to start, next to Node alone: both as child processes of this version of Node. */
import { execFileSync } from "node:child_process";
import { ROOT } from "../harness/machine.ts";
import type { Figure } from "./figure.ts";

export function startFigures(runs: number): { readonly help: Figure; readonly node: Figure } {
  const child = (name: string, args: readonly string[]) => ({
    name,
    runs,
    run: () => void execFileSync(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] }),
  });
  return { help: child("start-help", ["bin/ista-nas.js", "--help"]), node: child("start-node", ["-e", "0"]) };
}
