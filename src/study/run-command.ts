/** @file What is typed to begin a run of a study, or to go on with it: an engine starts processes with these words. */
import { fileURLToPath } from "node:url";
import type { Arithmetic } from "../device/index.ts";
import type { Flag } from "../options/index.ts";
import { spelling } from "../options/index.ts";
import { namesModule, RUN_FLAGS } from "../run/index.ts";
import { RunFolder } from "../store/index.ts";
import type { StudyRun } from "./study-plan.ts";

/** Of the package that this file is part of. */
const PROGRAM = fileURLToPath(new URL("../../bin/ista-nas.js", import.meta.url));

/** What a study was asked for is in its words: no file of defaults stands beside them. */
const ALONE = ["--config", "none"];

interface CommandOf {
  /** `demo`, or an absolute path. */
  readonly data: string;
  /** Of the run folder. */
  readonly out: string;
  readonly threads: number | "auto";
  /** Of runs whose variant does not say its own. */
  readonly arithmetic: Arithmetic;
}

/** The words after `node`, by whether the run has begun. */
export function runCommand(run: StudyRun, asked: CommandOf): readonly string[] {
  return RunFolder.isRun(asked.out) ? resumeWords(run, asked) : beginWords(run, asked);
}

export function resumeWords({ variant: { options } }: StudyRun, { data, out, threads }: CommandOf): readonly string[] {
  const own = (["space", "strategy"] as const).filter((part) => namesModule(options[part] ?? ""));
  const parts = own.flatMap((part) => wordsOf(part, options[part]));
  return [PROGRAM, "resume", out, "--data", data, ...parts, "--threads", String(threads), ...ALONE];
}

export function beginWords(
  { variant, seed }: StudyRun,
  { data, out, threads, arithmetic }: CommandOf,
): readonly string[] {
  const { architecture, options } = variant;
  const common = ["--threads", String(threads), ...ALONE];
  const begin = architecture === null ? ["search"] : ["train", architecture];
  const flags = Object.entries({ arithmetic, ...options }).flatMap(([name, value]) => wordsOf(name, value));
  return [PROGRAM, ...begin, data, "--out", out, "--seed", String(seed), ...flags, ...common];
}

/** A value that begins with a dash is not taken for a flag. */
function wordsOf(name: string, value: unknown): readonly string[] {
  if (value === undefined || value === false) return [];
  if (value === true) return [`--${spelling(name)}`];
  const { format = String } = ((RUN_FLAGS as Readonly<Record<string, Flag<unknown>>>)[name] ?? {}) as Partial<
    Flag<unknown>
  >;
  return [`--${spelling(name)}=${format(value)}`];
}
