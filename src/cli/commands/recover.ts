/** @file `ista-nas recover`: solves one LASSO problem from files and prints the sparse code. */

import { z } from "zod";
import { BOUNDS } from "../../bounds.ts";
import { countOf } from "../../count-of.ts";
import { IstaNasError } from "../../error.ts";
import { parseJson, readInputFile, UnreadableFile } from "../../files/index.ts";
import type { CompressionGiven } from "../../search/index.ts";
import {
  debias,
  dictionaryFromRows,
  edgeWeights,
  mutualCoherence,
  recover as recoverCode,
} from "../../sparse/index.ts";
import type { CommandInputs } from "../command.ts";

const vectorSchema = z.array(z.number()).max(BOUNDS.dictionary);
const rowsSchema = z.array(vectorSchema).max(BOUNDS.dictionary);

/** Bytes: a dictionary of ten million numbers. */
const LARGEST_INPUT = 256 * 2 ** 20;

/** Options that searches take too. */
type RecoverGiven = CompressionGiven & { readonly sparsity?: number };

export async function recover({ flags, terminal }: CommandInputs): Promise<void> {
  const dictionary = dictionaryFromRows(readJson(flags.dictionaryFile!, rowsSchema, "a list of rows of numbers"));
  const measurement = readJson(flags.measurement!, vectorSchema, "a list of numbers");
  const { l1Weight, solver, codes, sparsity = Math.min(2, dictionary.columns) } = flags as RecoverGiven;
  const recovered = recoverCode(dictionary, measurement, {
    sparsity,
    l1Weight: l1Weight ?? 1e-5,
    solver: solver ?? "exact",
  });
  const code = codes === "debiased" ? debias(dictionary, measurement, recovered) : recovered;
  const weights = edgeWeights(dictionary, measurement, code);
  const coherence = mutualCoherence(dictionary);
  const coherenceBound = 1 / (2 * sparsity - 1);
  terminal.result({
    values: [...code.values],
    support: code.support,
    edgeWeights: [...weights],
    objective: code.objective,
    dualityGap: code.dualityGap,
    kktResidual: code.kktResidual,
    iterations: code.iterations,
    converged: code.converged,
    solver: code.solver,
    ...{ coherence, coherenceBound },
  });
  terminal.line(
    `solver          ${code.solver}, ${countOf(code.iterations, "iteration")}${code.converged ? "" : ", not converged"}`,
  );
  terminal.line(`objective       ${code.objective}`);
  terminal.line(`duality gap     ${code.dualityGap.toExponential(2)}`);
  terminal.line(`KKT residual    ${code.kktResidual.toExponential(2)}`);
  terminal.line(
    `residual        ${code.residualNorm.toExponential(3)}, on the support ${code.truncatedResidualNorm.toExponential(3)}`,
  );
  terminal.line(
    `coherence       ${coherence.toFixed(4)}; every code with ${countOf(sparsity, "entry")} is sure to be found below ${coherenceBound.toFixed(4)}`,
  );
  terminal.line("sparse code     index  value            edge weight");
  for (const [index, value] of code.values.entries()) {
    if (value === 0) continue;
    const position = code.support.indexOf(index);
    const kept = position < 0 ? "" : `  ${weights[position]!.toPrecision(10)}`;
    terminal.line(`                ${String(index).padStart(5)}  ${value.toPrecision(10).padEnd(15)}${kept}`);
  }
}

function readJson<T>(path: string, schema: z.ZodType<T>, expected: string): T {
  const parsed = parseJson(readHandedOver(path, expected), {
    most: LARGEST_INPUT,
    wrong: (fault) => wrong(path, fault.message, expected),
  });
  const result = schema.safeParse(parsed);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw wrong(path, `at [${issue.path.join("][")}]: ${issue.message}`, expected);
}

function readHandedOver(path: string, expected: string): Buffer {
  try {
    return readInputFile(path, LARGEST_INPUT);
  } catch (cause) {
    throw cause instanceof UnreadableFile ? wrong(path, cause.message, expected) : cause;
  }
}

function wrong(path: string, what: string, expected: string): IstaNasError {
  return new IstaNasError(`recover: ${path}: ${what}, expected ${expected}`, { code: "E_RECOVER_FILE", kind: "usage" });
}
