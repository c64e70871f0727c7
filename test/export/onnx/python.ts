/** @file The Python of the machine, for programs of others that read our models. */
import { spawnSync } from "node:child_process";

/** The interpreter that tests use: what `PYTHON` names, or the one of the system, which Debian's packages are for. */
const PYTHON = process.env["PYTHON"] ?? "/usr/bin/python3";

/** Why these modules cannot be used; null if they can. */
export function lacksPython(...modules: readonly string[]): string | null {
  const { status, stderr, error } = spawnSync(PYTHON, ["-c", modules.map((name) => `import ${name}`).join("\n")], {
    encoding: "utf8",
  });
  if (status === 0) return null;
  return error?.message ?? `${PYTHON}: ${stderr.trim().split("\n").at(-1)}`;
}

/** Runs a program, a file or `-c` and its text, and gives what it printed. Throws an error if it fails. */
export function runPython(
  args: readonly string[],
  options: { readonly input?: string; readonly cwd?: string } = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(PYTHON, args, { encoding: "utf8", ...options });
  if (status !== 0) throw new Error(error?.message ?? `python ended with ${status}: ${stderr}`);
  return stdout;
}
