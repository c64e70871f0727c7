#!/usr/bin/env node

const main = await import("../dist/cli/main.js").then(
  (loaded) => loaded.main,
  (error) => {
    const hint =
      error.code === "EMFILE"
        ? "the process may have too few files open: start it after ulimit -n 1024, or raise the limit of the container"
        : "the installation is not whole: install ista-nas again; in a clone of it, run npm ci";
    process.stderr.write(`error: ista-nas cannot be loaded: ${error.message}\nhint: ${hint}\n`);
    process.exitCode = 1;
  },
);

await main?.(process.argv.slice(2));
