/** @file The scores of architectures by the super-net of one search, kept in the folder of the study: each is computed once. */
import { z } from "zod";
import { IstaNasError } from "../../error.ts";
import { type PathScores, type RunHost, SCORE_STATISTICS, type ScoreSettings, type SuperNet } from "../../run/index.ts";
import type { RunFolder } from "../../store/index.ts";
import type { RankSample } from "./rank-sample.ts";
import { otherSettings } from "./study-run.ts";

/** What the scores of one super-net are, and how they were made. */
export interface RankScores {
  readonly settings: ScoreSettings;
  /** In the order of the sample. */
  readonly scores: readonly PathScores[];
}

interface SavedScores {
  /** Of the run of the search. */
  readonly identity: string;
  /** As it was asked for. */
  readonly mostImages: number;
  readonly settings: ScoreSettings;
  readonly scores: Readonly<Record<string, PathScores>>;
}

export interface RankScoresInputs {
  readonly folder: RunFolder;
  /** Of the run of the search: what it would be if it began now. */
  readonly identity: string;
  readonly kind: string;
  readonly mostImages: number;
  readonly sample: RankSample;
}

const count = z.int().min(0);
const scoreSchema = z.object({ logLoss: z.number().nullable(), accuracy: z.number() });
const [running, recalibrated, batch] = SCORE_STATISTICS;
const schema: z.ZodType<SavedScores> = z.object({
  identity: z.string(),
  mostImages: count,
  settings: z.object({
    ...{ part: z.enum(["validation", "test"]), images: count, batch: count, recalibrationBatches: count },
  }),
  scores: z.record(z.string(), z.object({ [running]: scoreSchema, [recalibrated]: scoreSchema, [batch]: scoreSchema })),
});

/** Whether every architecture of the sample has its scores. Throws `E_STUDY_OTHER` for those of other settings, `E_RUN_FILE`. */
export function areScored(inputs: RankScoresInputs): boolean {
  const saved = readScores(inputs);
  return saved !== null && inputs.sample.texts.every((text) => Object.hasOwn(saved.scores, text));
}

/** The scores of the sample; those that are missing are computed with `openSuperNet`. Throws as `areScored` and `SuperNet.open` do. */
export async function scoresOf(
  inputs: RankScoresInputs,
  openSuperNet: () => Promise<SuperNet>,
  host: RunHost,
): Promise<RankScores> {
  const { sample } = inputs;
  if (!areScored(inputs)) {
    const superNet = await openSuperNet();
    try {
      await scoreMissing(inputs, superNet, host);
    } finally {
      await superNet.close();
    }
  }
  const { settings, scores } = readScores(inputs)!;
  return { settings, scores: sample.texts.map((text) => scores[text]!) };
}

/** Writes after each architecture: what was scored before a process is killed is not scored again. */
async function scoreMissing(inputs: RankScoresInputs, superNet: SuperNet, host: RunHost): Promise<void> {
  const { folder, identity, mostImages, sample } = inputs;
  const scores: Record<string, PathScores> = { ...readScores(inputs)?.scores };
  for (const [index, text] of sample.texts.entries()) {
    host.onEvent({ kind: "measuring", done: index, total: sample.texts.length });
    if (Object.hasOwn(scores, text)) continue;
    scores[text] = await superNet.score(sample.supports[index]!);
    const saved: SavedScores = { identity, mostImages, settings: superNet.settings, scores };
    folder.writeJson(fileOf(inputs), saved);
  }
}

function readScores(inputs: RankScoresInputs): SavedScores | null {
  const { folder, identity, mostImages } = inputs;
  const file = fileOf(inputs);
  if (!folder.has(file)) return null;
  const { data, error } = schema.safeParse(folder.readJson(file, { most: LARGEST_SCORES }));
  if (data === undefined) {
    throw new IstaNasError(`study: ${folder.pathOf(file)}: got something else than a study writes there`, {
      code: "E_RUN_FILE",
      hint: "bring the file back, or remove it: the architectures are scored again",
      cause: error,
    });
  }
  if (data.identity === identity && data.mostImages === mostImages) return data;
  throw otherSettings(`${folder.pathOf(file)} has scores under other settings`);
}

/** Bytes of the scores of 100,000 architectures. */
const LARGEST_SCORES = 64 * 2 ** 20;

function fileOf({ kind }: RankScoresInputs): string {
  return `scores-${kind}.json`;
}
