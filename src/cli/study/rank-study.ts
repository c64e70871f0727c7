/**
 * @file Rank agreement, what Table 2 of the paper is about: how well the scores that architectures get with the shared weights of a search agree with
 * what they are worth by themselves. Searches, scores and trainings that are done are not done again.
 */

import { join } from "node:path";
import { countOf } from "../../count-of.ts";
import { chooseSpace, prepareSearch, type RunHost, SuperNet } from "../../run/index.ts";
import { RunFolder, runIdentity } from "../../store/index.ts";
import { STRATEGIES } from "../../strategies/index.ts";
import type { FlagValues } from "../flags.ts";
import { newRunSpec, pickFlags } from "../given-flags.ts";
import { TerminalHost } from "../terminal-host.ts";
import {
  type NamedStrategy,
  type RankBy,
  rankedBy,
  rankedStrategies,
  refuseUntakenOptions,
  searchGiven,
} from "./rank-options.ts";
import { type RankSample, rankSample } from "./rank-sample.ts";
import { areScored, type RankScores, scoresOf } from "./rank-scores.ts";
import { failedRow, RANK_COLUMNS, type RankRow, rankRows, rankViews } from "./rank-table.ts";
import { aloneTruths, FIRST_ALONE, publishedTruths, type RankTruths } from "./rank-truth.ts";
import type { StudyInputs, StudyKind, StudyResult } from "./study-kind.ts";
import { divergenceOf, searchInStudy } from "./study-run.ts";

const SCORED_IMAGES = 5000;
const TRAINED_ARCHITECTURES = 30;
const PUBLISHED_ARCHITECTURES = 200;

export const rankStudy: StudyKind = {
  async complete(given) {
    refuseUntakenOptions(given, await rankedStrategies(given));
    return given;
  },
  runs: ({ strategy = "" }) => [...STRATEGIES.map(({ kind }) => kind), ...strategy.split(","), FIRST_ALONE],
  async study(inputs): Promise<StudyResult> {
    const { given, seed, terminal, threads } = inputs;
    const host = new TerminalHost(terminal, { threads });
    const strategies = await rankedStrategies(given);
    const { part: spaceKind } = await chooseSpace(given.space);
    const by = rankedBy(given, spaceKind);
    const sample = await drawSample(inputs, strategies[0]!, by, host);
    const searched: Searched[] = [];
    for (const [index, named] of strategies.entries()) {
      terminal.line();
      terminal.line(`strategy ${index + 1} of ${strategies.length}: ${named.strategy.kind}`);
      searched.push(await searchAndScore(inputs, named, sample, host));
    }
    const space = given.space ?? spaceKind.kind;
    // There is nothing to compare with where every search diverged.
    const truths = searched.every(({ scored }) => scored === null)
      ? NO_TRUTHS
      : await (by === "table" ? publishedTruths(space, sample) : aloneTruths(inputs, sample, by.aloneEpochs, host));
    return resultOf(searched, sample, truths, seed);
  },
};

const NO_TRUTHS: RankTruths = { title: null, truths: [], diverged: [], trainings: 0 };

/** What came of one search. */
type Searched = { readonly strategy: string; readonly run: string } & (
  | { readonly failure: string; readonly scored: null }
  | { readonly failure: null; readonly scored: RankScores }
);

/** Of the space as the searches have it, with what a preset says. */
async function drawSample(inputs: StudyInputs, first: NamedStrategy, by: RankBy, host: RunHost): Promise<RankSample> {
  const { given, seed, path } = inputs;
  const { config } = await prepare(inputs, searchGiven(given, first, join(path, first.strategy.kind)), host);
  const { part } = await chooseSpace(given.space);
  const usual = by === "table" ? PUBLISHED_ARCHITECTURES : TRAINED_ARCHITECTURES;
  return rankSample(part.create(config.space.options), given.architectures ?? usual, seed);
}

function prepare({ data }: StudyInputs, given: FlagValues, host: RunHost) {
  return prepareSearch({ ...newRunSpec(given), new: true, data: data.location }, host, data);
}

async function searchAndScore(
  inputs: StudyInputs,
  named: NamedStrategy,
  sample: RankSample,
  host: TerminalHost,
): Promise<Searched> {
  const { given, data, path, terminal } = inputs;
  const { kind } = named.strategy;
  const out = join(path, kind);
  const prepared = await prepare(inputs, searchGiven(given, named, out), host);
  const parts = { ...pickFlags(given, ["space"]), strategy: named.name };
  const mostImages = given.scoreImages ?? SCORED_IMAGES;
  const folder = RunFolder.ensure(path);
  const wanted = { folder, identity: runIdentity(prepared.config, null), kind, mostImages, sample };
  if (!areScored(wanted)) {
    const failure = await divergenceOf(() => searchInStudy({ prepared, out, parts }, host));
    if (failure !== null) {
      terminal.line(`failed: ${failure}`);
      return { strategy: kind, run: out, failure, scored: null };
    }
  }
  const scored = await scoresOf(wanted, () => SuperNet.open({ run: out, data, mostImages, ...parts }, host), host);
  const { images, part } = scored.settings;
  terminal.line(`${countOf(sample.texts.length, "architecture")} scored on ${countOf(images, `${part} image`)}`);
  return { strategy: kind, run: out, failure: null, scored };
}

function resultOf(searched: readonly Searched[], sample: RankSample, found: RankTruths, seed: number): StudyResult {
  const { title, truths, diverged, trainings } = found;
  const rows: readonly RankRow[] = searched.flatMap(({ strategy, run, failure, scored }) =>
    scored === null ? [failedRow(strategy, run, failure)] : rankRows({ strategy, run }, scored, truths, seed),
  );
  const architectures = sample.texts.map((architecture, index) => ({
    architecture,
    truth: Object.fromEntries(truths.map(({ name, accuracies }) => [name, accuracies[index]])),
    scores: Object.fromEntries(searched.map(({ strategy, scored }) => [strategy, scored?.scores[index] ?? null])),
  }));
  const settings = Object.fromEntries(searched.map(({ strategy, scored }) => [strategy, scored?.settings ?? null]));
  const failed = searched.flatMap(({ strategy, failure }) => (failure === null ? [] : [strategy]));
  return {
    ...{ columns: RANK_COLUMNS, rows, views: rankViews(rows, truths[0]?.name) },
    details: { truth: title, scoring: settings, architectures },
    ...{ diverged: [...failed, ...diverged], runs: searched.length + trainings, noun: "run" },
  };
}
