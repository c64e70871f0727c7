/** @file Writes the SHA-256 of the kernels of each arithmetic beside them, so that others, or a part of them, are not taken for them. */
import { readFileSync, writeFileSync } from "node:fs";
import { sha256 } from "../src/files/index.ts";

for (const arithmetic of ["fused", "separate"]) {
  const kernels = new URL(`../dist/kernels-${arithmetic}.wasm`, import.meta.url);
  const hash = sha256(readFileSync(kernels)).toString("hex");
  writeFileSync(new URL(`kernels-${arithmetic}.sha256`, kernels), `${hash}\n`);
}
