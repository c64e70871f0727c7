/** @file Writes the SHA-256 of the kernels beside them, so that others, or a part of them, are not taken for them. */
import { readFileSync, writeFileSync } from "node:fs";
import { sha256 } from "../src/files/index.ts";

const KERNELS = new URL("../dist/kernels.wasm", import.meta.url);

writeFileSync(new URL("kernels.sha256", KERNELS), `${sha256(readFileSync(KERNELS)).toString("hex")}\n`);
