/** @file A run folder with a journal and a table of any length, made without training. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { RunSpace } from "../../src/server/index.ts";
import { SPACES } from "../../src/spaces/index.ts";
import { JOURNAL_FILE, RESULTS_FILE, ResultsTable, RunFolder } from "../../src/store/index.ts";
import { SAMPLE_CONFIG } from "../store/sample-config.ts";

/** A space that comes with the package, as a run writes it down. */
export function sampleSpace(kind: string): RunSpace {
  const found = SPACES.find((space) => space.kind === kind)!;
  const { groups, layout } = found.create(found.options({}));
  const plain = groups.map(({ name, sparsity, candidates }) => ({
    ...{ name, sparsity },
    candidates: candidates.map(({ name, label, cost }) => ({ name, label, cost })),
  }));
  return { kind, groups: plain, layout };
}

const DEFAULT_SPACE = sampleSpace(SPACES[0]!.kind);

/** A selection's line; what it keeps depends on `epoch` alone. */
export function selectionLine(epoch: number, space: RunSpace = DEFAULT_SPACE): string {
  const groups = space.groups.map(({ name, candidates, sparsity }, index) => {
    const support = supportAt(epoch, index, candidates.length, sparsity);
    return {
      ...{ group: name, support, values: valuesAt(epoch, support, candidates.length) },
      ...{ weights: [0.5, -0.25].slice(0, sparsity), changed: epoch > 0, isFrozen: epoch > 5 && index === 0 },
      figures: { relativeResidual: 0.3, fullRelativeResidual: 0.01, nonZeros: 7, dualityGap: 0, distance: epoch },
      vectors: { measurement: [0.1, epoch, -0.2] },
    };
  });
  const event = {
    kind: "selection",
    epoch,
    groups,
    isAccepted: true,
    figures: { parameters: 6000 + epoch, macs: 7e5 },
  };
  return `${JSON.stringify({ time: timeOf(epoch), ...event, exploration: explorationAt(epoch, space) })}\n`;
}

/** The same as runs of format 2 and before wrote it. */
export function recoveryLine(epoch: number, kind: "recovery" | "one-stage-recovery" = "recovery"): string {
  const groups = DEFAULT_SPACE.groups.map(({ name, candidates, sparsity }, index) => {
    const support = supportAt(epoch, index, candidates.length, sparsity);
    const fullCode = valuesAt(epoch, support, candidates.length);
    return {
      ...{ group: name, support, code: support.map((k) => fullCode[k]), fullCode, measurement: [0.1, epoch, -0.2] },
      ...{ edgeWeights: [0.5, -0.25], relativeResidual: 0.3, fullRelativeResidual: 0.01, nonZeros: 7, dualityGap: 0 },
      changed: epoch > 0,
    };
  });
  const frozen = groups.map((_, index) => epoch > 5 && index === 0);
  const distances = groups.map(() => epoch);
  const ofOneStage = { isAccepted: true, parameters: 6000 + epoch, macs: 7e5, distances, frozen };
  const event = { kind, epoch, groups, ...(kind === "recovery" ? {} : ofOneStage) };
  return `${JSON.stringify({ time: timeOf(epoch), ...event, exploration: explorationAt(epoch, DEFAULT_SPACE) })}\n`;
}

function supportAt(epoch: number, group: number, candidates: number, sparsity: number): readonly number[] {
  const kept = Array.from({ length: sparsity }, (_, entry) => (epoch + group + 5 * entry) % candidates);
  return kept.sort((a, b) => a - b);
}

function valuesAt(epoch: number, support: readonly number[], candidates: number): readonly number[] {
  return Array.from({ length: candidates }, (_, k) => (support.includes(k) || k % 4 === 0 ? Math.sin(epoch + k) : 0));
}

function explorationAt(epoch: number, { groups }: RunSpace) {
  const steps = groups.map(({ candidates }) => candidates.map((_, k) => k * epoch));
  return {
    ...{ distinctGenotypes: epoch + 1, share: 1e-18, switches: groups.map(() => epoch), steps },
    ...{ neverActive: 8, candidates: steps.flat().length },
  };
}

export function epochLine(epoch: number, epochs: number): string {
  return `${JSON.stringify({ time: timeOf(epoch), kind: "search-epoch", epoch, epochs, weightLoss: 1 / epoch })}\n`;
}

function timeOf(epoch: number): string {
  return new Date(Date.UTC(2026, 0, 1) + 1000 * epoch).toISOString();
}

/** Appends one epoch as a search does: its event, its selection, its row. */
export function appendEpoch(folder: RunFolder, epoch: number, epochs: number, space: RunSpace = DEFAULT_SPACE): void {
  appendFileSync(folder.pathOf(JOURNAL_FILE), epochLine(epoch, epochs) + selectionLine(epoch, space));
  const row = { phase: "search", epoch, loss: 1 / epoch, accuracy: 1 - 1 / (epoch + 1), seconds: 1 } as const;
  new ResultsTable(folder).append(row);
}

export interface SampleRunOptions {
  readonly epochs: number;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Written down; without it the run says nothing of its space, as those of format 2 and before. */
  readonly space?: RunSpace;
}

export function makeSampleRun(
  parent: string,
  name: string,
  { epochs, config = {}, space }: SampleRunOptions,
): RunFolder {
  const folder = RunFolder.create(join(parent, name));
  folder.writeJson("config.json", { ...SAMPLE_CONFIG, ...config });
  folder.write(RESULTS_FILE, "");
  folder.append(JOURNAL_FILE, `${JSON.stringify({ time: timeOf(0), kind: "started", command: "search", seed: 5 })}\n`);
  if (space !== undefined) folder.writeJson("space.json", space);
  folder.append(JOURNAL_FILE, selectionLine(0, space));
  for (let epoch = 1; epoch <= epochs; epoch++) appendEpoch(folder, epoch, epochs, space);
  return folder;
}
