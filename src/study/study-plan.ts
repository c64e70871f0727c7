/** @file The runs of a study: every variant with every seed. */
import { IstaNasError } from "../error.ts";
import { checkNewSearch, checkNewTraining, RefusedOption } from "../run/index.ts";
import type { Settings, StudyAxis, StudyFile } from "./study-file.ts";
import { type Variant, variantOf } from "./variant.ts";

export interface StudyRun {
  /** Of its folder within that of the study. */
  readonly name: string;
  readonly variant: Variant;
  readonly seed: number;
}

export interface StudyPlan {
  readonly name: string;
  readonly summary: string | null;
  readonly variants: readonly Variant[];
  readonly seeds: readonly number[];
  /** Seeds outside: what is cut short has fewer seeds of all variants. */
  readonly runs: readonly StudyRun[];
  /** Name of the variant that others are compared with. */
  readonly baseline: string;
}

const DEFAULT_SEEDS = 3;
const WRONG = { code: "E_STUDY_FILE", kind: "usage", hint: "docs/reference/study.md shows a study" } as const;

/**
 * `given`: options that stand above those of the file. `seeds`: in the place of those of the file.
 * @throws E_STUDY_FILE for a study that contradicts itself, and whatever a run of it would be refused for before its data are read, with its variant
 */
export async function planStudy(
  file: StudyFile,
  given: Settings,
  data: string,
  seeds: readonly number[] = seedsOf(file.seeds ?? DEFAULT_SEEDS),
): Promise<StudyPlan> {
  const axes = file.axes ?? [];
  const base = { ...file.base, ...given };
  const cells = combinations(axes);
  assertApart(cells.map(({ name }) => name));
  const variants: Variant[] = [];
  for (const { name, own } of cells) {
    const twice = Object.keys(own).find((option) => Object.hasOwn(given, option));
    if (twice !== undefined) throw refused(twice, `got ${twice} beside an axis that varies it, expected it once`);
    variants.push(await ofVariant(name, async () => checked(await variantOf({ name, base, own }), data)));
  }
  const untaken = Object.keys(base).find((option) => !variants.some(({ taken }) => taken.has(option)));
  if (untaken !== undefined) {
    throw refused(untaken, `got ${untaken}, which no variant takes, expected an option of one of them`);
  }
  const baseline = file.baseline ?? variants[0]!.name;
  if (!variants.some(({ name }) => name === baseline)) {
    throw wrong(`baseline: got ${baseline}, expected one of ${variants.map(({ name }) => name).join(", ")}`);
  }
  return { name: file.name, summary: file.summary ?? null, variants, seeds, runs: runsOf(variants, seeds), baseline };
}

/** Every variant with every seed, seeds outside. */
export function runsOf(variants: readonly Variant[], seeds: readonly number[]): readonly StudyRun[] {
  return seeds.flatMap((seed) => variants.map((variant) => ({ name: `${variant.name}-seed${seed}`, variant, seed })));
}

/** Seeds from 1 on, or those that are named. */
export function seedsOf(seeds: number | readonly number[]): readonly number[] {
  return typeof seeds === "number" ? Array.from({ length: seeds }, (_, index) => index + 1) : [...new Set(seeds)];
}

/** What is refused before data are read. */
async function checked(variant: Variant, data: string): Promise<Variant> {
  const { architecture, options } = variant;
  const { space, strategy, ...rest } = options;
  const parts = { ...(space === undefined ? {} : { space }), data };
  if (architecture === null) {
    await checkNewSearch({ ...parts, ...(strategy === undefined ? {} : { strategy }), options: rest });
  } else await checkNewTraining({ ...parts, architecture, options: rest });
  return variant;
}

interface Cell {
  readonly name: string;
  readonly own: Settings;
}

function combinations(axes: readonly StudyAxis[]): readonly Cell[] {
  return axes.reduce<readonly Cell[]>(
    (cells, axis) =>
      cells.flatMap((cell) =>
        settingsOf(axis).map(({ name, own }) => ({
          name: cell.name === "" ? name : `${cell.name}-${name}`,
          own: { ...cell.own, ...own },
        })),
      ),
    [{ name: axes.length === 0 ? "all" : "", own: {} }],
  );
}

/** Values are called as they are, but for what names of folders are not made of. */
function settingsOf(axis: StudyAxis): readonly Cell[] {
  if ("settings" in axis) return Object.entries(axis.settings).map(([name, own]) => ({ name, own }));
  const { option, values } = axis;
  return values.map((value) => {
    const text = String(value).replaceAll(/[^\w.+-]+/g, "_");
    const name = typeof value === "string" ? text : `${option}${text}`;
    return { name, own: { [option]: value } };
  });
}

function assertApart(names: readonly string[]): void {
  if (names.length === 0) throw wrong("got an axis without settings, expected at least one");
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw refused(twice, `got two variants that are called ${twice}, expected names that differ`);
}

async function ofVariant<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof IstaNasError)) throw cause;
    const { code, kind, hint } = cause;
    throw new IstaNasError(`study: variant ${name}: ${cause.message.replace(/^study: /, "")}`, {
      ...{ code, kind, cause },
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function wrong(what: string): IstaNasError {
  return new IstaNasError(`study: ${what}`, WRONG);
}

function refused(option: string, what: string): RefusedOption {
  return new RefusedOption(option, `study: ${what}`, WRONG);
}
