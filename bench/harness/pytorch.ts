/** @file PyTorch's side of a weight step: a script that times both memory formats and prints one line of JSON. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { z } from "zod";
import { IstaNasError } from "../../src/error.ts";
import type { RigOptions } from "../figures/training-rig.ts";
import { usageError } from "./command.ts";
import { acrossRounds, type Timing } from "./samples.ts";

const SECONDS = z.object({ min_s: z.number().positive(), median_s: z.number().positive() });
const PRINTED = z.object({ nchw: SECONDS, nhwc: SECONDS, parameters: z.number().int() });

const FORMATS = ["nchw", "nhwc"] as const;
type Format = (typeof FORMATS)[number];

export type PyTorchRound = Readonly<Record<Format, Timing>>;

export interface PyTorch {
  readonly python: string;
  readonly script: string;
}

/** Throws a usage error if the script is not there. */
export function pyTorch(python: string, script: string): PyTorch {
  if (!existsSync(script)) throw usageError(`--reference ${script}: no such file`);
  return { python, script };
}

/** Times `steps` steps in each format, in a process of its own. Throws if its network has not `parameters` parameters. */
export function pyTorchRound(
  { python, script }: PyTorch,
  options: RigOptions & { readonly steps: number },
  parameters: number,
): PyTorchRound {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const printed = parse(outputOf(python, [script, ...args]));
  if (printed.parameters !== parameters) {
    throw failure(`${options.cells} got ${printed.parameters} parameters, expected ${parameters} as ours`);
  }
  const timing = ({ min_s, median_s }: z.infer<typeof SECONDS>) => ({ min: 1000 * min_s, median: 1000 * median_s });
  return { nchw: timing(printed.nchw), nhwc: timing(printed.nhwc) };
}

/** All rounds in the format with the least minimum: the side to beat. */
export function fasterFormat(rounds: readonly PyTorchRound[]): Timing & { readonly format: Format } {
  const [best] = FORMATS.map((format) => ({ ...acrossRounds(rounds.map((round) => round[format])), format })).sort(
    (a, b) => a.min - b.min,
  );
  return best!;
}

function outputOf(python: string, args: readonly string[]): string {
  try {
    return execFileSync(python, args, { encoding: "utf8" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw usageError(`--python ${python}: no such program`);
    throw failure(message);
  }
}

function parse(output: string): z.infer<typeof PRINTED> {
  try {
    return PRINTED.parse(JSON.parse(output));
  } catch {
    throw failure(`got "${output.slice(0, 80).trim()}", expected a line of JSON with nchw, nhwc and parameters`);
  }
}

function failure(message: string): IstaNasError {
  return new IstaNasError(`PyTorch's side: ${message}`, { code: "E_BENCH_PYTORCH" });
}
