/** @file A run folder with a journal and a table of any length, made without training. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { dartsCells } from "../../src/spaces/darts/index.ts";
import { JOURNAL_FILE, RESULTS_FILE, ResultsTable, RunFolder } from "../../src/store/index.ts";
import { SAMPLE_CONFIG } from "../store/sample-config.ts";

const SPACE = dartsCells();

/** A recovery's line; its codes depend on `epoch` alone. */
export function recoveryLine(epoch: number): string {
  const groups = SPACE.groups.map(({ name, candidates }, index) => {
    const support = [epoch + index, epoch + index + 5].map((value) => value % candidates.length).sort((a, b) => a - b);
    const fullCode = candidates.map((_, k) => (support.includes(k) || k % 4 === 0 ? Math.sin(epoch + k) : 0));
    return {
      ...{ group: name, support, code: support.map((k) => fullCode[k]), fullCode, measurement: [0.1, epoch, -0.2] },
      ...{ edgeWeights: [0.5, -0.25], relativeResidual: 0.3, fullRelativeResidual: 0.01, nonZeros: 7, dualityGap: 0 },
      changed: epoch > 0,
    };
  });
  const steps = SPACE.groups.map(({ candidates }) => candidates.map((_, k) => k * epoch));
  const exploration = {
    ...{ distinctGenotypes: epoch + 1, share: 1e-18, switches: SPACE.groups.map(() => epoch), steps },
    ...{ neverActive: 8, candidates: steps.flat().length },
  };
  return `${JSON.stringify({ time: timeOf(epoch), kind: "recovery", epoch, groups, exploration })}\n`;
}

export function epochLine(epoch: number, epochs: number): string {
  return `${JSON.stringify({ time: timeOf(epoch), kind: "search-epoch", epoch, epochs, weightLoss: 1 / epoch })}\n`;
}

function timeOf(epoch: number): string {
  return new Date(Date.UTC(2026, 0, 1) + 1000 * epoch).toISOString();
}

/** Appends one epoch as a search does: its event, its recovery, its row. */
export function appendEpoch(folder: RunFolder, epoch: number, epochs: number): void {
  appendFileSync(folder.pathOf(JOURNAL_FILE), epochLine(epoch, epochs) + recoveryLine(epoch));
  const row = { phase: "search", epoch, loss: 1 / epoch, accuracy: 1 - 1 / (epoch + 1), seconds: 1 } as const;
  new ResultsTable(folder).append(row);
}

export interface SampleRunOptions {
  readonly epochs: number;
  readonly config?: Readonly<Record<string, unknown>>;
}

export function makeSampleRun(parent: string, name: string, { epochs, config = {} }: SampleRunOptions): RunFolder {
  const folder = RunFolder.create(join(parent, name));
  folder.writeJson("config.json", { ...SAMPLE_CONFIG, ...config });
  folder.write(RESULTS_FILE, "");
  folder.append(JOURNAL_FILE, `${JSON.stringify({ time: timeOf(0), kind: "started", command: "search", seed: 5 })}\n`);
  folder.append(JOURNAL_FILE, recoveryLine(0));
  for (let epoch = 1; epoch <= epochs; epoch++) appendEpoch(folder, epoch, epochs);
  return folder;
}
