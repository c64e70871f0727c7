/** @file What a time depends on besides the code: Node, processor, commit. */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { defaultArithmetic } from "../../src/device/index.ts";
import { canJoinVectorPairs } from "../../src/device/wasm/vector-pairs.ts";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

export function cpuModel(): string {
  return cpus()[0]?.model.trim() ?? "unknown";
}

/** Head of a table: Node, threads, processor, arithmetic of new runs, and whether pairs of vectors are joined. */
export function machineLine(threads: number): string {
  const wide = canJoinVectorPairs() ? "on" : "off";
  return `node ${process.version}, ${threads} threads, ${cpuModel()}, ${defaultArithmetic()}, wide vectors ${wide}`;
}

/** The commit that is checked out, with `-dirty` where files differ from it; null outside a repository. */
export function gitCommit(): string | null {
  try {
    const args = ["describe", "--always", "--dirty", "--exclude", "*"];
    return execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
}
