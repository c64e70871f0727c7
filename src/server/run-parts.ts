/**
 * @file What a run chooses from and what it found, as it wrote them down itself; of runs of earlier versions, which did not, by the space that
 * their `config.json` names.
 */
import type { z } from "zod";
import type { ChoiceGroup } from "../choice/index.ts";
import { absorbedWeights } from "../run/index.ts";
import { type SearchSpace, SPACES, type SpaceKind } from "../spaces/index.ts";
import { ARCHITECTURE_FILE, DRAWING_FILE, type RunConfig, type RunFolder, SPACE_FILE } from "../store/index.ts";
import type { RunSpace } from "./api.ts";
import { architectureSchema, type RunArchitecture, spaceSchema } from "./drawing-schemas.ts";

const LARGEST_DESCRIPTION = 4 * 2 ** 20;
const LARGEST_GENOTYPE = 2 ** 20;

/** A value that was read, or what is wrong with its file; neither if there is nothing to read. */
export interface Reading<T> {
  readonly value: T | null;
  readonly problem: string | null;
}

const NOTHING = { value: null, problem: null };

/** `config`: null if it cannot be read; then the space is the one of runs that say nothing. */
export function readRunSpace(folder: RunFolder, config: RunConfig | null): Reading<RunSpace> {
  if (folder.has(SPACE_FILE)) return readDescription(folder, SPACE_FILE, spaceSchema);
  return reading(SPACE_FILE, () => {
    const { groups, layout } = spaceOf(config);
    return { kind: spaceKindOf(config)!.kind, groups: groups.map(described), layout };
  });
}

/** `summary`: what the run says of its end, if it has ended. */
export function readRunArchitecture(
  folder: RunFolder,
  config: RunConfig | null,
  summary: Readonly<Record<string, unknown>> | null,
): Reading<RunArchitecture> {
  if (folder.has(DRAWING_FILE)) return readDescription(folder, DRAWING_FILE, architectureSchema);
  if (!folder.has(ARCHITECTURE_FILE) || spaceKindOf(config) === null) return NOTHING;
  return reading(ARCHITECTURE_FILE, () => {
    const space = spaceOf(config);
    const architecture = space.parse(folder.read(ARCHITECTURE_FILE, LARGEST_GENOTYPE).toString("utf8"));
    const supports = supportsOf(space, architecture);
    return { supports, diagram: space.draw(architecture, absorbedWeights(summary, supports ?? []) ?? undefined) };
  });
}

/** A group without what its space alone knows of it. */
function described({ name, sparsity, candidates }: ChoiceGroup): ChoiceGroup {
  return { name, sparsity, candidates: candidates.map(({ name, label, cost }) => ({ name, label, cost })) };
}

/** The first space is that of runs that do not say; null for one that does not come with the package. */
function spaceKindOf(config: RunConfig | null): SpaceKind | null {
  const said = config?.space;
  if (said === undefined) return SPACES[0]!;
  return (said.module === undefined ? SPACES.find(({ kind }) => kind === said.kind) : undefined) ?? null;
}

function spaceOf(config: RunConfig | null): SearchSpace {
  const kind = spaceKindOf(config);
  if (kind === null)
    throw new Error("got no file, expected one, as the space of the run does not come with the package");
  const given = config?.space.options;
  return kind.create(given === undefined ? kind.options({}) : kind.optionsSchema.parse(given));
}

function supportsOf(space: SearchSpace, architecture: unknown): RunArchitecture["supports"] {
  try {
    return space.supportsOf(architecture);
  } catch {
    return null;
  }
}

function readDescription<T>(folder: RunFolder, file: string, schema: z.ZodType<T>): Reading<T> {
  return reading(file, () => {
    const { success, data, error } = schema.safeParse(folder.readJson(file, { most: LARGEST_DESCRIPTION }));
    if (success) return data;
    const { path, message } = error.issues[0]!;
    throw new Error([path.join("."), message].filter((part) => part !== "").join(": "));
  });
}

/** Of a file that another program wrote: whatever is wrong with it is told, and nothing depends on it. */
function reading<T>(file: string, read: () => T): Reading<T> {
  try {
    return { value: read(), problem: null };
  } catch (error) {
    const { message } = error as Error;
    return { value: null, problem: message.includes(file) ? message : `${file}: ${message}` };
  }
}
