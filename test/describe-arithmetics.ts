/** @file Tests in each arithmetic of the `wasm` device; on a machine that does not fuse, those in `fused` are skipped and say why. */
import { describe } from "vitest";
import { ARITHMETICS, type Arithmetic, fusedArithmetic } from "../src/device/index.ts";

export function describeArithmetics(title: string, body: (arithmetic: Arithmetic) => void): void {
  for (const arithmetic of ARITHMETICS) {
    const reason = arithmetic === "fused" ? fusedArithmetic().reason : null;
    const why = reason === null ? "" : ` (${reason})`;
    describe.skipIf(reason !== null)(`${title}: ${arithmetic}${why}`, () => body(arithmetic));
  }
}
