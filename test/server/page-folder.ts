import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../temporary-folder.ts";

/** A page of one file, for servers whose page nobody looks at. */
export function pageFolder(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "index.html"), "<p>page</p>");
  return folder;
}
