/** @file What the commands of this folder share: counts from flags, and how they end when something is wrong. */
import { IstaNasError } from "../../src/error.ts";

export function usageError(message: string): IstaNasError {
  return new IstaNasError(message, { code: "E_BENCH_USAGE", kind: "usage" });
}

/** The counts among the flags, each a positive integer. Throws a usage error that names the flag. */
export function countsOf<K extends string>(flags: Readonly<Record<K, string>>, names: readonly K[]): Record<K, number> {
  const counts = {} as Record<K, number>;
  for (const name of names) {
    counts[name] = Number(flags[name]);
    if (!Number.isSafeInteger(counts[name]) || counts[name] < 1) {
      throw usageError(`--${name}: got "${flags[name]}", expected a positive integer`);
    }
  }
  return counts;
}

/** Runs a command; an error that its user can mend prints as a message and sets the exit status, 2 for wrong usage. */
export async function runCommand(usage: string, command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (error instanceof IstaNasError) {
      console.error(error.hint === undefined ? error.message : `${error.message}\nhint: ${error.hint}`);
      process.exitCode = error.exitCode;
    } else if (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")) {
      console.error(`${error.message}\nusage: ${usage}`);
      process.exitCode = 2;
    } else throw error;
  }
}
