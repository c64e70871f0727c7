/** @file An architecture as people name one: a file, a run folder, or the name of a baseline; of the space that is asked for, or the first that knows it. */
import { existsSync, statSync } from "node:fs";
import { z } from "zod";
import { IstaNasError } from "../error.ts";
import type { Verdict } from "../export/index.ts";
import { readInputFile, UnreadableFile } from "../files/index.ts";
import type { MixtureWeights } from "../network/index.ts";
import { type SearchSpace, SPACES } from "../spaces/index.ts";
import {
  ARCHITECTURE_FILE,
  loadRunConfig,
  RunFolder,
  runsToChoose,
  SUMMARY_FILE,
  shownPath,
  whyNoRun,
} from "../store/index.ts";
import { absorbedWeights } from "./absorbed-weights.ts";
import type { ChosenSpace } from "./run-inputs.ts";
import type { RunOptions } from "./run-options.ts";
import { chooseSpace, spaceOfRun } from "./run-parts.ts";

/** Bytes: two cells of 64 nodes take 40 kB. */
const LARGEST_ARCHITECTURE = 2 ** 20;

export interface ArchitectureSource {
  /** What to call it: the name of the baseline, or the file's or run's. */
  readonly name: string;
  readonly architecture: unknown;
  readonly chosen: ChosenSpace;
  readonly space: SearchSpace;
  /** Weights that the batch norms of a finished one-stage run absorbed. */
  readonly absorbed: MixtureWeights | null;
  /** Whether the search of a finished run paid, if it was asked. */
  readonly verdict: SavedVerdict | null;
}

/** What a summary says of a verdict in words. */
type SavedVerdict = Pick<Verdict, "sentences" | "caveat">;

const summarySchema = z.record(z.string(), z.unknown());

const verdictSchema = z.object({ sentences: z.array(z.string()), caveat: z.string() });

/**
 * `given`: the space that is asked for, if one is, and its options.
 * @throws E_GENOTYPE_NOT_FOUND, E_GENOTYPE_UNREADABLE, what opening a run throws, or what the space's `parse` throws with the file's name in front
 */
export async function readArchitecture(source: string, given: RunOptions): Promise<ArchitectureSource> {
  const spaces = await spacesToTry(given);
  for (const chosen of spaces) {
    const space = chosen.part.create(chosen.options);
    const baseline = space.baselines?.find(({ name }) => name === source);
    if (baseline === undefined) continue;
    return { name: source, architecture: baseline.architecture, chosen, space, absorbed: null, verdict: null };
  }
  if (!existsSync(source)) throw notFound(source, spaces);
  const name = source.replace(/\/+$/, "").split("/").at(-1)!;
  if (!statSync(source).isDirectory()) return { name, ...readGiven(source, spaces), absorbed: null, verdict: null };
  const folder = RunFolder.ensure(source);
  if (!folder.has(ARCHITECTURE_FILE)) {
    throw new IstaNasError(
      `genotype ${shownPath(source)}: there is no ${ARCHITECTURE_FILE} in it, expected a finished run`,
      {
        code: "E_GENOTYPE_NOT_FOUND",
        kind: "usage",
        hint: runsToChoose(source) ?? "give a finished run, or a file",
      },
    );
  }
  return { name, ...(await readRun(folder, spaces, given)) };
}

async function spacesToTry(given: RunOptions): Promise<readonly ChosenSpace[]> {
  const chosen = given.space === undefined ? SPACES.map((part) => ({ part })) : [await chooseSpace(given.space)];
  const preset = given.preset ?? "demo";
  return chosen.map((one) => ({ ...one, options: one.part.options({ ...one.part.presets[preset], ...given }) }));
}

/** A folder that has an architecture and no configuration is read as a file is. */
async function readRun(
  folder: RunFolder,
  spaces: readonly ChosenSpace[],
  given: RunOptions,
): Promise<Omit<ArchitectureSource, "name">> {
  const text = folder.readText(ARCHITECTURE_FILE);
  const path = folder.pathOf(ARCHITECTURE_FILE);
  if (!RunFolder.isRun(folder.path)) return { ...parseWith(spaces, text, path), absorbed: null, verdict: null };
  const { config, spaceKind, space } = await spaceOfRun(folder.name, loadRunConfig(folder), { ...spaceOf(given) });
  const { module, options } = config.space;
  const chosen: ChosenSpace = { part: spaceKind, ...(module === undefined ? {} : { module }), options };
  const { architecture } = parseWith([chosen], text, path);
  const summary = readSummary(folder);
  const absorbed = absorbedIfHeld(summary, space, architecture);
  return { architecture, chosen, space, absorbed, verdict: verdictSchema.safeParse(summary?.["verdict"]).data ?? null };
}

function spaceOf({ space }: RunOptions): Pick<RunOptions, "space"> {
  return space === undefined ? {} : { space };
}

/** None where there is no summary, or a torn one: the architecture can be shown all the same. */
function readSummary(folder: RunFolder): Readonly<Record<string, unknown>> | null {
  try {
    return summarySchema.parse(folder.readJson(SUMMARY_FILE));
  } catch (error) {
    if (error instanceof IstaNasError || error instanceof z.ZodError) return null;
    throw error;
  }
}

function absorbedIfHeld(summary: unknown, space: SearchSpace, architecture: unknown): MixtureWeights | null {
  try {
    return absorbedWeights(summary, space.supportsOf(architecture));
  } catch (error) {
    if (error instanceof IstaNasError) return null;
    throw error;
  }
}

type Parsed = Pick<ArchitectureSource, "architecture" | "chosen" | "space">;

/** A file, or a pipe as from `<(command)`. */
function readGiven(path: string, spaces: readonly ChosenSpace[]): Parsed {
  let text: string;
  try {
    text = readInputFile(path, LARGEST_ARCHITECTURE).toString("utf8");
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw new IstaNasError(
      `genotype: ${path} ${cause.message}, expected a file, a run folder or the name of a baseline`,
      {
        code: "E_GENOTYPE_UNREADABLE",
        kind: "usage",
        hint: "check what it is and its permissions",
        cause,
      },
    );
  }
  return parseWith(spaces, text, path);
}

/** By the first space that can read it; if none can, what the first one says. */
function parseWith(spaces: readonly ChosenSpace[], text: string, path: string): Parsed {
  let first: IstaNasError | null = null;
  for (const chosen of spaces) {
    const space = chosen.part.create(chosen.options);
    try {
      return { architecture: space.parse(text), chosen, space };
    } catch (error) {
      if (!(error instanceof IstaNasError)) throw error;
      first ??= error;
    }
  }
  const { code, kind, hint, message } = first!;
  throw new IstaNasError(`${path}: ${message}`, { code, kind, ...(hint === undefined ? {} : { hint }) });
}

function notFound(source: string, spaces: readonly ChosenSpace[]): IstaNasError {
  const runs = runsToChoose(source);
  const names = spaces.flatMap(({ part, options }) => (part.create(options).baselines ?? []).map(({ name }) => name));
  const known = names.length === 0 ? "give a file or a run folder" : `baselines: ${names.join(", ")}`;
  return new IstaNasError(
    `genotype ${shownPath(source)}: ${whyNoRun(source, "file or folder")}, expected a file, a run folder or the name of a baseline`,
    {
      code: "E_GENOTYPE_NOT_FOUND",
      kind: "usage",
      hint: `${known}${runs === null ? "" : `; ${runs}`}`,
    },
  );
}
