/** @file Replays golden LASSO problems and recoveries in float64. */
import { z } from "zod";
import { dictionaryFromRows, edgeWeights, measurementGradient, recover, solveLasso } from "../../sparse/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import { goldenJson } from "./golden-json.ts";

const numbers = z.array(z.number());
const matrix = z.array(numbers);
const lassoSchema = z.array(
  z.object({ kind: z.string(), gamma: z.number(), A: matrix, b: numbers, z: numbers, objective: z.number() }),
);
const recoverySchema = z.array(
  z.object({
    A: matrix,
    b: numbers,
    z: numbers,
    sparsity: z.int(),
    support: numbers,
    b_after: numbers,
    weights_after: numbers,
    cotangent: numbers,
    grad_b: numbers,
  }),
);

const LASSO_LIMIT = 1e-8;
const RECOVERY_LIMIT = 1e-9;
/** The l1 weight of the golden recoveries. */
const L1_WEIGHT = 1e-5;

export function verifySparse(folder: string, ledger: ErrorLedger): void {
  for (const [index, problem] of goldenJson(lassoSchema, folder, "lasso.json").entries()) {
    const name = `${problem.kind} ${problem.A.length}x${problem.z.length}, l1 weight ${problem.gamma} (problem ${index})`;
    const result = solveLasso(dictionaryFromRows(problem.A), problem.b, { l1Weight: problem.gamma });
    ledger.absolute("LASSO, minimiser", LASSO_LIMIT, name, result.values, problem.z);
    ledger.absolute("LASSO, objective", LASSO_LIMIT, name, [result.objective], [problem.objective]);
  }
  for (const [index, golden] of goldenJson(recoverySchema, folder, "recovery.json").entries()) {
    const name = `7x${golden.z.length} (recovery ${index})`;
    const dictionary = dictionaryFromRows(golden.A);
    const code = recover(dictionary, golden.b, { sparsity: golden.sparsity, l1Weight: L1_WEIGHT });
    const weights = edgeWeights(dictionary, golden.b_after, code);
    const gradient = measurementGradient(dictionary, code.support, golden.cotangent);
    ledger.absolute("recovery, support", 0, name, code.support, golden.support);
    ledger.absolute("recovery, sparse code", RECOVERY_LIMIT, name, code.values, golden.z);
    ledger.absolute("recovery, edge weights", RECOVERY_LIMIT, name, weights, golden.weights_after);
    ledger.absolute("recovery, gradient of the measurement", RECOVERY_LIMIT, name, gradient, golden.grad_b);
  }
}
