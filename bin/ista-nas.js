#!/usr/bin/env node
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

const TOO_FEW_FILES =
  "the process may have too few files open: start it after ulimit -n 1024, or raise the limit of the container";
const NOT_WHOLE = "the installation is not whole: install ista-nas again; in a clone of it, run npm ci";

/** Whether what could not be found is there all the same: Node had no file left to look with. */
function isThere({ code, message }) {
  const path = code === "ERR_MODULE_NOT_FOUND" ? /'([^']+)'/.exec(message)?.[1] : undefined;
  return path !== undefined && (existsSync(path) || existsSync(join(dirname(path), "package.json")));
}

const main = await import("../dist/cli/main.js").then(
  (loaded) => loaded.main,
  (error) => {
    const lacksFiles = isThere(error);
    const reason = lacksFiles ? `${error.message}, which is there: EMFILE, too many open files` : error.message;
    const hint = lacksFiles || error.code === "EMFILE" ? TOO_FEW_FILES : NOT_WHOLE;
    process.stderr.write(`error: ista-nas cannot be loaded: ${reason}\nhint: ${hint}\n`);
    process.exitCode = 1;
  },
);

await main?.(process.argv.slice(2));
