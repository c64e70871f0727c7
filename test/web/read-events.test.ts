import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isRow, readSelection, readSelections } from "../../web/data/read-events.ts";
import { recoveryLine, sampleSpace, selectionLine } from "../server/sample-run.ts";

const SPACE = sampleSpace("darts");

describe("readSelections", () => {
  it.each(["darts", "nas-bench-201", "mobile", "fusion"])("takes what a run of %s writes as it is", (kind) => {
    const space = sampleSpace(kind);
    const entries = [0, 1, 7].map((epoch) => JSON.parse(selectionLine(epoch, space)));
    expect(readSelections(entries, space)).toEqual({ selections: entries, damaged: [] });
  });

  it("takes a strategy that tells nothing but supports, and numbers that were not finite", () => {
    const entry = JSON.parse(selectionLine(3));
    const nothing = { values: null, weights: null, figures: {}, vectors: {} };
    const bare = { ...entry, figures: {}, groups: entry.groups.map((group: object) => ({ ...group, ...nothing })) };
    const values = SPACE.groups[0]!.candidates.map(() => null);
    const first = { ...entry.groups[0], values, weights: [null, 1], figures: { dualityGap: null } };
    const unbounded = { ...entry, groups: [first, ...entry.groups.slice(1)] };
    expect(readSelections([bare, unbounded], SPACE)).toEqual({ selections: [bare, unbounded], damaged: [] });
  });

  it("reads the events of older runs as the selections that they are", () => {
    const { selections, damaged } = readSelections([JSON.parse(recoveryLine(7, "one-stage-recovery"))], SPACE);
    expect(damaged).toEqual([]);
    expect(selections).toEqual([JSON.parse(selectionLine(7))]);
    const twoStage = readSelection(JSON.parse(recoveryLine(7)), SPACE);
    expect(twoStage).toMatchObject({ isAccepted: true, figures: {} });
    expect(twoStage.groups.some(({ isFrozen }) => isFrozen)).toBe(false);
    expect(twoStage.groups[0]!.figures).not.toHaveProperty("distance");
  });

  it("knows of the oldest runs the values of what was kept alone", () => {
    const path = new URL("../golden/runs/format-1/events.jsonl", import.meta.url);
    const entries = readFileSync(path, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const recoveries = entries.filter(({ kind }) => kind === "recovery");
    const { selections, damaged } = readSelections(recoveries, SPACE);
    expect(damaged).toEqual([]);
    expect(selections).toHaveLength(recoveries.length);
    const { support, values, vectors } = selections[0]!.groups[0]!;
    expect(values!.flatMap((value, candidate) => (value === null ? [] : [candidate]))).toEqual(support);
    expect(vectors).toEqual({});
  });

  it("says which field is wrong, in every way that it can be", () => {
    const entry = JSON.parse(selectionLine(3));
    const inGroup = (change: object) => ({
      ...entry,
      groups: [{ ...entry.groups[0], ...change }, ...entry.groups.slice(1)],
    });
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, k) => [`name${k}`, 1]));
    const cases: readonly (readonly [unknown, string])[] = [
      [null, "event: got null"],
      [{ ...entry, epoch: 1.5 }, "epoch: got 1.5"],
      [{ ...entry, time: 7 }, "time: got 7"],
      [{ ...entry, groups: undefined }, "groups: got nothing, expected a list"],
      [{ ...entry, groups: [] }, "groups: got 0, expected 8"],
      [{ ...entry, groups: entry.groups.map(() => null) }, "groups[0]: got null"],
      [{ ...entry, groups: entry.groups.toReversed() }, "groups[0].group: got reduce/node3, expected normal/node0"],
      [{ ...entry, isAccepted: "yes" }, "isAccepted: got yes"],
      [{ ...entry, figures: [] }, "figures: got []"],
      [{ ...entry, figures: many }, "figures: got 65, expected at most 64"],
      [inGroup({ support: "0,1" }), "groups[0].support: got 0,1"],
      [inGroup({ support: [0, 14] }), "groups[0].support: got [0,14], expected candidates below 14"],
      [inGroup({ support: [1, 1] }), "groups[0].support: got [1,1]"],
      [inGroup({ values: [1] }), "groups[0].values: got [1], expected 14 numbers"],
      [inGroup({ weights: {} }), "groups[0].weights: got {}, expected 2 numbers"],
      [inGroup({ isFrozen: 1 }), "groups[0].isFrozen: got 1"],
      [inGroup({ figures: { dualityGap: "small" } }), "groups[0].figures.dualityGap: got small"],
      [inGroup({ vectors: { measurement: 7 } }), "groups[0].vectors.measurement: got 7"],
      [{ ...entry, fit: [] }, "fit: got []"],
      [{ ...entry, fit: { recovered: [1, null], measured: [1, 2] } }, "fit.recovered: got [1,null]"],
      [{ ...entry, fit: { recovered: [1, 2], measured: [1] } }, "fit.measured: got [1], expected 2 numbers"],
      [{ ...entry, exploration: "much" }, "exploration: got much"],
      [{ ...entry, exploration: { ...entry.exploration, switches: null } }, "exploration.switches: got null"],
      [{ ...entry, exploration: { ...entry.exploration, steps: [[1]] } }, "exploration.steps: got [[1]]"],
    ];
    for (const [damaged, reason] of cases) {
      const read = readSelections([damaged], SPACE);
      expect(read.selections, reason).toEqual([]);
      expect(read.damaged[0]!.reason.slice(0, reason.length)).toBe(reason);
    }
    expect(readSelections([entry, ...cases.map(([damaged]) => damaged)], SPACE).selections).toEqual([entry]);
    for (const kind of ["recovery", "one-stage-recovery"] as const) {
      const old = JSON.parse(recoveryLine(3, kind));
      for (const damage of [
        { ...old, groups: 7 },
        { ...old, groups: [null] },
        { ...old, groups: old.groups.map((group: object) => ({ ...group, edgeWeights: undefined })) },
        { ...old, groups: old.groups.map((group: object) => ({ ...group, fullCode: undefined, code: 7 })) },
      ]) {
        expect(readSelections([damage], SPACE)).toMatchObject({ selections: [], damaged: [{ epoch: 3 }] });
      }
    }
  });

  it("reads nothing, and calls nothing damaged, where the space is not known", () => {
    expect(readSelections([JSON.parse(selectionLine(3)), null], null)).toEqual({ selections: [], damaged: [] });
  });
});

describe("isRow", () => {
  it("takes rows of numbers alone", () => {
    expect(isRow({ phase: "search", epoch: 1, loss: 2 })).toBe(true);
    for (const row of [
      null,
      {},
      { phase: "other", epoch: 1 },
      { phase: "search", epoch: -1 },
      { phase: "search", epoch: 1, loss: "2" },
    ]) {
      expect(isRow(row)).toBe(false);
    }
  });
});
