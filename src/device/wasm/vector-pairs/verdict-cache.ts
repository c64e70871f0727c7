/**
 * @file What trials of joined vectors came to, kept for the user beside other caches, one file for each engine, processor and build
 * of the kernels. Nothing depends on it: where it cannot be read or written there is another trial.
 */
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { parseJson, RegularFile, sha256, writeWholeFile } from "../../../files/index.ts";
import type { TrialVerdict } from "./trial.ts";

/** All that a verdict depends on. */
export interface TrialSubject {
  readonly node: string;
  readonly v8: string;
  readonly processor: string;
  /** SHA-256 of the kernels of all arithmetics that are available. */
  readonly kernels: string;
}

/** A trial that failed is made again after a week: it may have been the machine's fault. */
const FAILURE_LASTS = 7 * 24 * 3600 * 1000;

const LARGEST_FILE = 4096;

export class VerdictCache {
  readonly #folder: string | null;
  readonly #subject: TrialSubject;

  /** @param folder null for none */
  constructor(folder: string | null, subject: TrialSubject) {
    this.#folder = folder;
    this.#subject = subject;
  }

  /** The file of this subject, null without a folder. */
  get file(): string | null {
    if (this.#folder === null) return null;
    const { node, v8, processor, kernels } = this.#subject;
    const name = sha256(JSON.stringify([node, v8, processor, kernels])).toString("hex", 0, 8);
    return join(this.#folder, `vector-pairs-${name}.json`);
  }

  /** Null if there is none, if it cannot be read, or if it is a failure of long ago. */
  recall(): Pick<TrialVerdict, "survives" | "reason"> | null {
    const { file } = this;
    if (file === null) return null;
    try {
      const { survives, reason, triedAt } = parseJson(textOf(file)) as Readonly<Record<string, unknown>>;
      if (survives === true) return { survives, reason: "" };
      const age = Math.abs(Date.now() - Date.parse(String(triedAt)));
      return survives === false && typeof reason === "string" && age < FAILURE_LASTS ? { survives, reason } : null;
    } catch {
      return null;
    }
  }

  /** Writes a verdict down if it lasts and the folder takes it, and gives it back. */
  keep(verdict: TrialVerdict): TrialVerdict {
    const { file } = this;
    if (file === null || !verdict.lasting) return verdict;
    const { survives, reason } = verdict;
    const record = { ...this.#subject, survives, reason, triedAt: new Date().toISOString() };
    try {
      mkdirSync(this.#folder!, { recursive: true });
      writeWholeFile(file, `${JSON.stringify(record, null, 2)}\n`);
    } catch {
      // A folder that cannot be written: the next process tries again.
    }
    return verdict;
  }
}

/** Where the caches of this user are: `XDG_CACHE_HOME` or what the system has instead; null for a user without a home. */
export function cacheFolder(): string | null {
  const { XDG_CACHE_HOME: named, LOCALAPPDATA: local } = process.env;
  if (named !== undefined && isAbsolute(named)) return join(named, "ista-nas");
  if (process.platform === "win32") return local === undefined ? null : join(local, "ista-nas", "cache");
  try {
    return join(homedir(), process.platform === "darwin" ? "Library/Caches" : ".cache", "ista-nas");
  } catch {
    return null;
  }
}

function textOf(path: string): string {
  const file = RegularFile.open(path, "refused");
  try {
    return file.size > LARGEST_FILE ? "" : Buffer.from(file.read()).toString("utf8");
  } finally {
    file.close();
  }
}
