/** @file How a run computes: it trains in one arithmetic from its beginning to its end, and inference follows it where the machine can. */
import { type Arithmetic, availableArithmetics, defaultArithmetic, fusedArithmetic } from "../device/index.ts";
import { IstaNasError } from "../error.ts";
import type { RunConfig, RunFolder } from "../store/index.ts";
import type { RunOptions } from "./run-options.ts";

/** That of a new run: as asked for, or what this machine is faster in. */
export function newArithmetic({ arithmetic = defaultArithmetic() }: Pick<RunOptions, "arithmetic">): Arithmetic {
  return arithmetic;
}

/** Throws `E_RUN_ARITHMETIC` for a run that this machine cannot go on with: the rest would have other bits than its beginning. */
export function assertRunArithmetic(folder: RunFolder, { arithmetic }: RunConfig): void {
  if (availableArithmetics().includes(arithmetic)) return;
  const reason = fusedArithmetic().reason!;
  throw new IstaNasError(
    `run ${folder.name}: got arithmetic ${arithmetic}, expected separate, the only one of this machine: ${reason}`,
    {
      code: "E_RUN_ARITHMETIC",
      hint: "go on with it where products are fused (x64 with FMA3, ARM64); a new run with --arithmetic separate goes on everywhere",
    },
  );
}

/**
 * For predictions and checks of a trained network: that of its run where this machine has it, else `separate`. Weights stay as they are, and
 * probabilities differ in their last digits.
 */
export function inferenceArithmetic({ arithmetic }: RunConfig): Arithmetic {
  return availableArithmetics().includes(arithmetic) ? arithmetic : "separate";
}
