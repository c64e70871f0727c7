/** A copy of the installation that may be damaged: its own files, and links to what it depends on. */
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../temporary-folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Where it is; its program is `bin/ista-nas.js`. Packages in `left out` are not there. */
export function copyInstallation(leftOut: readonly string[] = []): string {
  const folder = temporaryFolder();
  for (const part of ["bin", "dist", "data", "package.json"]) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  const packages = join(folder, "node_modules");
  mkdirSync(packages);
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (!leftOut.includes(name)) symlinkSync(join(ROOT, "node_modules", name), join(packages, name));
  }
  return folder;
}

export function programOf(installation: string): string {
  return join(installation, "bin", "ista-nas.js");
}
