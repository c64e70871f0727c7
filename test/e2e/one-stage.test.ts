import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readJournal } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const SMALL = [
  ...["search", "demo", "--strategy", "one-stage", "--channels", "4", "--cells", "3", "--batch", "128"],
  ...["--max-search-epochs", "2", "--retrain-epochs", "1", "--json"],
];

interface Summary {
  readonly run: string;
  readonly strategy: string;
  readonly testAccuracy: number;
  readonly parameters: number;
  readonly searchEpochs: number;
  readonly reachedBound: boolean;
  readonly frozenAt: Readonly<Record<string, number>>;
  readonly frozenByBound: readonly string[];
  readonly absorbedWeights: readonly (readonly number[])[];
  readonly exploration: { readonly distinctGenotypes: number; readonly steps: readonly (readonly number[])[] };
}

describe("one-stage search on the embedded images", () => {
  const cwd = temporaryFolder();
  let summary: Summary;
  let log: string;

  beforeAll(async () => {
    const printed = await runCommand(cwd, [...SMALL, "--threads", "1"]);
    expect(printed.status, printed.error).toBe(0);
    summary = JSON.parse(printed.output) as Summary;
    log = printed.error;
  });

  it("ends in a trained network without retraining, and tells how the search went", () => {
    expect(summary).toMatchObject({ strategy: "one-stage", run: join(cwd, "runs/demo-one-stage-seed1") });
    expect(summary.testAccuracy).toBeGreaterThan(0.2);
    expect(summary.searchEpochs).toBeLessThanOrEqual(2);
    expect(Object.keys(summary.frozenAt)).toHaveLength(8);
    expect(Object.values(summary.frozenAt).every((epoch) => epoch >= 1 && epoch <= 2)).toBe(true);
    expect(summary.absorbedWeights.flat()).toHaveLength(16);
    expect(summary.reachedBound).toBe(summary.frozenByBound.length > 0);
    expect(summary.frozenByBound.every((group) => summary.frozenAt[group] === summary.searchEpochs)).toBe(true);
    const frozen = (group: string) => new RegExp(`frozen after epoch: .*${group} ${summary.frozenAt[group]}`);
    for (const group of Object.keys(summary.frozenAt)) {
      if (!summary.frozenByBound.includes(group)) expect(log).toMatch(frozen(group));
    }
    expect(summary.exploration.steps.map((steps) => steps.length)).toEqual([14, 21, 28, 35, 14, 21, 28, 35]);
    const parity = JSON.parse(readFileSync(join(summary.run, "parity.json"), "utf8")) as { readonly passed?: boolean };
    expect(parity.passed ?? true).toBe(true);
    expect(log).toMatch(/explored \d genotypes/);
  });

  it("shows which candidates entered with a negative weight, in drawing, text, card and later", async () => {
    const negative = summary.absorbedWeights.flat().filter((weight) => weight < 0).length;
    expect(negative).toBeGreaterThan(0);
    const read = (file: string) => readFileSync(join(summary.run, file), "utf8");
    expect(read("cells.svg").match(/<circle /g)).toHaveLength(negative + 1);
    expect(log).toContain("minus: a negative weight, absorbed");
    expect(read("README.md")).toContain("minus: a negative weight, absorbed");
    expect(read("README.md")).not.toContain("from scratch");
    const shown = await runCommand(cwd, ["show", summary.run, "--svg", "again.svg"]);
    expect(shown.output).toContain("minus: a negative weight, absorbed");
    expect(readFileSync(join(cwd, "again.svg"), "utf8").match(/<circle /g)).toHaveLength(negative + 1);
  });

  it("keeps every selection in the journal", () => {
    const kinds = readJournal(join(summary.run, "events.jsonl")).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "selection")).toHaveLength(summary.searchEpochs + 1);
    expect(kinds.slice(-3)).toEqual(["retrain-epoch", "test", "finished"]);
  });

  it("gives the same weights on two threads", async () => {
    const printed = await runCommand(cwd, [...SMALL, "--threads", "2"]);
    const other = JSON.parse(printed.output) as Summary;
    for (const file of ["genotype.json", "weights.safetensors", "model.onnx"]) {
      const [first, second] = [summary.run, other.run].map((run) => readFileSync(join(run, file)));
      expect(first!.equals(second!), file).toBe(true);
    }
  });

  it("stays within a limit, and says when none is possible", async () => {
    const limit = summary.parameters - 1;
    const printed = await runCommand(cwd, [...SMALL, "--max-parameters", String(limit)]);
    expect((JSON.parse(printed.output) as Summary).parameters).toBeLessThanOrEqual(limit);
    const impossible = await runCommand(cwd, [...SMALL, "--max-parameters", "10"]);
    expect(impossible.status).toBe(2);
    expect(impossible.error).toContain("--max-parameters 10");
    const large = await runCommand(cwd, [...SMALL, "--batch", "6000"]);
    expect(large.status).toBe(2);
    // What was refused leaves no run folder: there are the first run, the one on two threads, and the one within the limit.
    expect(readdirSync(join(cwd, "runs")).filter((name) => name.startsWith("demo"))).toHaveLength(3);
  });
});
