/** @file The folder of a study: what it was asked for, a folder for each of its runs, and what each run printed. */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { ARITHMETICS, type Arithmetic, defaultArithmetic } from "../device/index.ts";
import { IstaNasError } from "../error.ts";
import { judgeProcess, type ProcessIdentity, processOf } from "../files/index.ts";
import { assertRunPlace, isEmptyFolder, RunFolder } from "../store/index.ts";
import type { StudyPlan, StudyRun } from "./study-plan.ts";
import type { Variant } from "./variant.ts";

/** A folder that has it is a study's. */
export const STUDY_PLAN_FILE = "study-plan.json";
const LOGS = "logs";

/** What a study was asked for: variants and seeds of all times that it was begun or extended. */
export interface SavedStudy {
  readonly study: string;
  /** Null where it has none, and of studies that were begun before it was written down. */
  readonly summary: string | null;
  readonly data: string;
  /** Of all runs of variants that do not say their own, on whatever machine: the default of the one that it was begun on; before it was written down, `separate`. */
  readonly arithmetic: Arithmetic;
  readonly baseline: string;
  readonly seeds: readonly number[];
  readonly variants: readonly Pick<Variant, "name" | "architecture" | "options">[];
}

const settings = z.record(z.string(), z.unknown());
/** Runs lie in folders that are called after it: no name leads elsewhere. */
const variantName = z.string().regex(/^[\w.+-]+$/);
const savedSchema: z.ZodType<SavedStudy> = z.object({
  ...{ study: z.string(), data: z.string(), baseline: z.string(), seeds: z.array(z.int()) },
  summary: z.string().nullable().default(null),
  arithmetic: z.enum(ARITHMETICS).default("separate"),
  variants: z.array(z.object({ name: variantName, architecture: z.string().nullable(), options: settings })),
});

export class StudyFolder {
  /** Of runs whose variant does not say its own. */
  readonly arithmetic: Arithmetic;
  readonly #folder: RunFolder;

  private constructor(folder: RunFolder, { arithmetic }: SavedStudy) {
    this.#folder = folder;
    this.arithmetic = arithmetic;
  }

  /**
   * A new or empty folder, or that of the same study, which may have been begun with fewer variants and seeds.
   * @throws E_RUN_FOLDER for a folder with other things in it; E_STUDY_OTHER if it is the study of other data or one of its variants has other
   * settings: both are named
   */
  static open(path: string, plan: StudyPlan, data: string): StudyFolder {
    const saved = StudyFolder.read(path);
    if (saved === null) assertNew(path);
    else assertSame(path, saved, plan, data);
    const asked = merged(saved, plan, data);
    const study = new StudyFolder(RunFolder.ensure(path), asked);
    study.#folder.writeJson(STUDY_PLAN_FILE, asked);
    study.makeFolder(LOGS);
    return study;
  }

  /** Whether there is a study at `path`. */
  static isStudy(path: string): boolean {
    return existsSync(join(path, STUDY_PLAN_FILE));
  }

  /** What the study at `path` was asked for; null where none is. Throws `E_STUDY_OTHER` for a file that no study wrote. */
  static read(path: string): SavedStudy | null {
    if (!StudyFolder.isStudy(path)) return null;
    const { success, data } = savedSchema.safeParse(RunFolder.ensure(path).readJson(STUDY_PLAN_FILE));
    if (success) return data;
    throw otherStudy(`${join(path, STUDY_PLAN_FILE)} is not what a study writes`);
  }

  get path(): string {
    return this.#folder.path;
  }

  pathOf({ name }: Pick<StudyRun, "name">): string {
    return join(this.path, name);
  }

  logOf({ name }: Pick<StudyRun, "name">): string {
    return join(this.path, LOGS, `${name}.log`);
  }

  /** Remembers which process was started for a run: it may outlive who started it, and takes a while until it has the lock of its run. */
  noteWorker({ name }: StudyRun, pid: number): void {
    this.#folder.writeJson(join(LOGS, `${name}.json`), processOf(pid));
  }

  /** Whether the process that was started last for a run is there still. */
  hasWorker({ name }: StudyRun): boolean {
    const file = join(LOGS, `${name}.json`);
    if (!this.#folder.has(file)) return false;
    return judgeProcess(this.#folder.readJson(file) as ProcessIdentity).kind === "alive";
  }

  /** What a run left that was killed before it was one. */
  clearUnbegun(run: StudyRun): void {
    const path = this.pathOf(run);
    if (!existsSync(path) || RunFolder.isRun(path)) return;
    for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true, force: true });
  }

  /** Its own name. */
  get name(): string {
    return basename(this.path);
  }

  makeFolder(name: string): void {
    mkdirSync(join(this.path, name), { recursive: true });
  }

  has(name: string): boolean {
    return this.#folder.has(name);
  }

  readJson(name: string): unknown {
    return this.#folder.readJson(name);
  }

  write(name: string, content: string): void {
    this.#folder.write(name, content);
  }

  writeJson(name: string, value: unknown): void {
    this.#folder.writeJson(name, value);
  }
}

function assertNew(path: string): void {
  assertRunPlace(path);
  if (!existsSync(path) || isEmptyFolder(path)) return;
  throw new IstaNasError(
    `study: got ${path}, which holds other things, expected a new or empty folder, or that of a study`,
    {
      code: "E_RUN_FOLDER",
      kind: "usage",
      hint: `choose another place with --out, such as ${join(path, "study")}`,
    },
  );
}

function assertSame(path: string, saved: SavedStudy, plan: StudyPlan, data: string): void {
  if (saved.study !== plan.name) throw otherStudy(`${path} is the study ${saved.study}`);
  if (saved.data !== data) throw otherStudy(`${path} is a study of ${saved.data}, not of ${data}`);
  for (const { name, architecture, options } of plan.variants) {
    const before = saved.variants.find((variant) => variant.name === name);
    if (before === undefined) continue;
    const now = given({ architecture, options });
    const then = given(before);
    if (isDeepStrictEqual(now, then)) continue;
    throw otherStudy(
      `${path}: the runs of ${name} have other settings: ${JSON.stringify(then)}, not ${JSON.stringify(now)}`,
    );
  }
}

/** Variants and seeds that come later are added, and none goes away. */
function merged(saved: SavedStudy | null, plan: StudyPlan, data: string): SavedStudy {
  const variants = plan.variants.map(({ name, architecture, options }) => ({
    name,
    architecture,
    options: { ...options },
  }));
  const others = (saved?.variants ?? []).filter(({ name }) => !variants.some((variant) => variant.name === name));
  const seeds = [...new Set([...(saved?.seeds ?? []), ...plan.seeds])];
  const { name: study, summary, baseline } = plan;
  const arithmetic = saved?.arithmetic ?? defaultArithmetic();
  return { study, summary, data, arithmetic, baseline, seeds, variants: [...others, ...variants] };
}

/** As it is written down, where what is undefined is left out. */
function given({ architecture, options }: Pick<Variant, "architecture" | "options">): object {
  return { architecture, ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) };
}

function otherStudy(what: string): IstaNasError {
  return new IstaNasError(`study: ${what}, expected the study that is asked for`, {
    code: "E_STUDY_OTHER",
    kind: "usage",
    hint: "ask for what it was begun with, or for another place with --out",
  });
}
