#!/usr/bin/env node
import { main } from "../dist/cli/main.js";

// Whoever reads the output may stop (`| head`): that ends no run, as its folder has everything.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
  });
}

await main(process.argv.slice(2));
