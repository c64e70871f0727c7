/** @file Writes the SHA-256 of the kernels of each build beside them, so that others, or a part of them, are not taken for them. */
import { readFileSync, writeFileSync } from "node:fs";
import { sha256 } from "../src/files/index.ts";

for (const build of ["fused", "separate", "inference"]) {
  const kernels = new URL(`../dist/kernels-${build}.wasm`, import.meta.url);
  const hash = sha256(readFileSync(kernels)).toString("hex");
  writeFileSync(new URL(`kernels-${build}.sha256`, kernels), `${hash}\n`);
}
