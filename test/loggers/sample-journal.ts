/** @file A small run as its journal tells it: two epochs of search, two of training, a test. */
import type { JournalEntry } from "../../src/store/index.ts";

const START = Date.parse("2026-01-01T00:00:00.000Z");

const group = (changed: boolean, isFrozen: boolean) => ({ group: "a", support: [0], changed, isFrozen });
const searched = (epoch: number) => ({
  ...{ kind: "search-epoch", epoch, epochs: 2, learningRate: 0.1 / epoch, gradientNorm: 2 + epoch },
  ...{ weightLoss: 3 / epoch, weightAccuracy: 0.25 * epoch, architectureLoss: null, architectureAccuracy: null },
});
const trained = (epoch: number) => ({
  ...{ kind: "retrain-epoch", epoch, epochs: 2, learningRate: 0.05 / epoch, gradientNorm: 1, loss: 1 / 3 / epoch },
  accuracy: 0.5 * epoch,
});

/** `seconds` later than otherwise. */
export function sampleJournal(seconds = 0): readonly JournalEntry[] {
  const events = [
    { kind: "started", command: "search", seed: 5, version: "0.1.0" },
    { kind: "selection", epoch: 0, groups: [group(true, false)] },
    searched(1),
    { kind: "selection", epoch: 1, groups: [group(true, false), group(false, true), group(true, true)] },
    searched(2),
    { kind: "selection", epoch: 2, groups: [group(false, true)] },
    trained(1),
    trained(2),
    { kind: "test", accuracy: 0.75, images: 4 },
    { kind: "finished" },
  ];
  return events.map((event, index) => ({
    time: new Date(START + 1000 * (index + seconds)).toISOString(),
    ...event,
  }));
}

/** All its numbers: name, step, value. */
export const SAMPLE_FIGURES: readonly (readonly [string, number, number])[] = [
  ["search/loss", 1, 3],
  ["search/accuracy", 1, 0.25],
  ["search/learning_rate", 1, 0.1],
  ["search/gradient_norm", 1, 3],
  ["search/changed_nodes", 1, 2],
  ["search/frozen_nodes", 1, 2],
  ["search/loss", 2, 1.5],
  ["search/accuracy", 2, 0.5],
  ["search/learning_rate", 2, 0.05],
  ["search/gradient_norm", 2, 4],
  ["search/changed_nodes", 2, 0],
  ["search/frozen_nodes", 2, 1],
  ["retrain/loss", 1, 1 / 3],
  ["retrain/accuracy", 1, 0.5],
  ["retrain/learning_rate", 1, 0.05],
  ["retrain/gradient_norm", 1, 1],
  ["retrain/loss", 2, 1 / 6],
  ["retrain/accuracy", 2, 1],
  ["retrain/learning_rate", 2, 0.025],
  ["retrain/gradient_norm", 2, 1],
  ["test/accuracy", 0, 0.75],
];
