/**
 * @file What the system or the engine refused, in words and with a hint: too many open files, no memory, a damaged installation. An error that
 * is none of these is a bug.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { IstaNasError } from "../error.ts";
import { systemReason } from "./regular-file.ts";
import { systemHint } from "./system-hint.ts";

const NOT_WHOLE = "the installation is not whole: install ista-nas again; in a clone of it, run npm ci";

/** By code, beside what `systemHint` knows. */
const HINTS: Readonly<Record<string, string>> = {
  EROFS: "the disk is read-only: choose a place that can be written to",
  EACCES: "the file or folder is not yours to use: change its rights, or choose another",
  EPERM: "the file or folder is not yours to use: change its rights, or choose another",
  ERR_ACCESS_DENIED: "node was started with --permission: start it without, or allow what is missing",
  ERR_MODULE_NOT_FOUND: NOT_WHOLE,
  MODULE_NOT_FOUND: NOT_WHOLE,
  ERR_DLOPEN_FAILED: "a part of the installation is damaged or of another system: install ista-nas again",
  ERR_WORKER_INIT_FAILED: "the system has no more threads: lower --threads, or raise ulimit -u",
  ERR_WORKER_OUT_OF_MEMORY: "a thread has no more memory: end other programs, or lower --batch or --channels",
  ERR_MEMORY_ALLOCATION_FAILED: "there is no more memory: end other programs, or lower --batch or --channels",
};

const NO_FILES =
  "the process may have too few files open: start it after ulimit -n 1024, or raise the limit of the container";

const NO_MEMORY = "there is no more memory: end other programs, or lower --batch, --channels or --threads";

/** Messages of the engine that have no code; all are range errors. */
const OUT_OF_MEMORY = /^Array buffer allocation failed|^WebAssembly\.\w+\(\): .*([Oo]ut of memory|allocate)/;
const NO_CODE_FROM_STRINGS = /^Code generation from strings disallowed/;

/** `E_SYSTEM` for an error of the system or the engine, or one that it caused; null for one of ours, and for a bug. */
export function systemFailure(error: unknown): IstaNasError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof IstaNasError) return null;
    const hint = hintOf(cause);
    if (hint === null) continue;
    const { code = "", path, message } = cause as NodeJS.ErrnoException;
    const reason = /^E[A-Z0-9]+$/.test(code) ? systemReason(cause) : (message.split("\n", 1)[0] ?? "");
    const where = path === undefined || reason.includes(path) ? "" : ` (${path})`;
    return new IstaNasError(`system: ${reason}${where}`, { code: "E_SYSTEM", hint, cause: error });
  }
  return null;
}

/** Whether a module that was not found is there all the same: Node had no file left to look with. */
function isThere({ message }: Error): boolean {
  const path = /'([^']+)'/.exec(message)?.[1];
  return path !== undefined && (existsSync(path) || existsSync(join(dirname(path), "package.json")));
}

function hintOf(error: NodeJS.ErrnoException): string | null {
  if (error.syscall === "uv_cwd") return "the folder where you are was removed: change into one that is there";
  if (error.code === "ERR_MODULE_NOT_FOUND" && isThere(error)) return NO_FILES;
  const known = systemHint(error) ?? HINTS[error.code ?? ""];
  if (known !== undefined) return known;
  if (error.syscall !== undefined) return "this is what the system answered: put it right, and start again";
  if (error instanceof RangeError && OUT_OF_MEMORY.test(error.message)) return NO_MEMORY;
  if (!NO_CODE_FROM_STRINGS.test(error.message)) return null;
  return "start node without --disallow-code-generation-from-strings, on the command line and in NODE_OPTIONS";
}
