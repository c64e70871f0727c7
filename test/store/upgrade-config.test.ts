import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CheckpointStore, loadRunConfig, RunFolder } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { ONE_STAGE_CONFIG, SAMPLE_CONFIG, TRAINING_CONFIG } from "./sample-config.ts";

const GOLDEN = fileURLToPath(new URL("../golden/runs", import.meta.url));

type Old = Readonly<Record<string, unknown>>;

function oldConfig(format: string): Old {
  return JSON.parse(readFileSync(join(GOLDEN, format, "config.json"), "utf8")) as Old;
}

/** What the reader makes of a file. */
function read(config: object) {
  const folder = RunFolder.create(join(temporaryFolder(), "run"));
  folder.writeJson("config.json", config);
  return loadRunConfig(folder);
}

/** A configuration as format 2 had it. */
function asFormat2({ space, strategy, training, architectureName, ...rest }: typeof SAMPLE_CONFIG, phase: string): Old {
  const { kind, network, augmentation, options } = strategy;
  return {
    ...{ ...rest, formatVersion: 2, strategy: kind, sparsity: space.options.sparsity, genotypeName: architectureName },
    ...{ search: null, oneStage: null, retrain: training },
    [phase]: { network, augmentation, ...options },
  };
}

describe("a configuration of an earlier format is read as one of this format", () => {
  it("format 1: a search, and what it did not write down is what it did", () => {
    const { search, oneStage, retrain, data, strategy, ...rest } = oldConfig("format-1");
    const { network, augmentation, ...options } = search as Old;
    expect([oneStage, strategy]).toEqual([null, "two-stage"]);
    // What has become an option since was as it is published.
    const published = { codes: "truncated", measurementScale: "small", measurementStart: "random" };
    const architecture = { ...(options["architecture"] as Old), ...published };
    expect(loadRunConfig(RunFolder.open(join(GOLDEN, "format-1")))).toEqual({
      ...rest,
      formatVersion: 3,
      arithmetic: "separate",
      ...{ timeBudget: null, checkpoints: { minutes: 10, kept: 3 }, maxLoss: 1000, architectureName: null },
      space: { kind: "darts", options: { sparsity: 2 } },
      strategy: { kind: "two-stage", network, augmentation, options: { ...options, architecture } },
      training: retrain,
      ...{ classWeights: null, sampling: "as-is" },
      data: {
        ...(data as Old),
        ...{ location: "demo", fingerprint: null, imageSize: null, testFraction: 0.2, maxBadImageRate: 0.01 },
        fit: "crop",
      },
    });
  });

  it("format 2: a training", () => {
    const { search, oneStage, retrain, sparsity, genotypeName, ...rest } = oldConfig("format-2");
    expect([search, oneStage, sparsity, genotypeName]).toEqual([null, null, 2, "ISTA_twostage"]);
    const config = loadRunConfig(RunFolder.open(join(GOLDEN, "format-2")));
    expect(config).toEqual({
      ...rest,
      formatVersion: 3,
      arithmetic: "separate",
      space: { kind: "darts", options: { sparsity: 2 } },
      strategy: null,
      training: retrain,
      ...{ classWeights: null, sampling: "as-is" },
      data: { ...(rest["data"] as Old), fit: "crop" },
      architectureName: "ISTA_twostage",
    });
    expect(config).not.toHaveProperty("identity");
  });

  it("format 2: a search of either strategy, and its identity stays", () => {
    const identity = "cd".repeat(32);
    const twoStage = { ...asFormat2(SAMPLE_CONFIG, "search"), identity };
    expect(read(twoStage)).toEqual({ ...SAMPLE_CONFIG, identity });
    const oneStage = { ...asFormat2(ONE_STAGE_CONFIG as unknown as typeof SAMPLE_CONFIG, "oneStage"), identity };
    expect(read(oneStage)).toEqual({ ...ONE_STAGE_CONFIG, identity });
    const { oneStage: _, ...before } = twoStage as Old;
    expect(read(before)).toEqual({ ...SAMPLE_CONFIG, identity });
    expect(read({ ...asFormat2(SAMPLE_CONFIG, "search"), sparsity: 3 }).space.options).toEqual({ sparsity: 3 });
  });

  it("format 2: steps that did not say whether they recompute do not", () => {
    const { retrain, ...rest } = asFormat2(SAMPLE_CONFIG, "search");
    const { recompute: _, ...training } = retrain as Old;
    const { recompute: __, ...search } = rest["search"] as Old;
    expect(read({ ...rest, search, retrain: training })).toEqual(SAMPLE_CONFIG);
  });

  it.each([
    ["no settings of its search", { search: null }, /strategy\.network: /],
    ["a strategy that never was", { strategy: "three-stage" }, /strategy\.kind: got three-stage, expected one of two-/],
    ["no strategy", { strategy: undefined }, /strategy\.kind: /],
    ["no cells", { sparsity: 0 }, /space\.options\.sparsity: /],
    ["no training", { retrain: undefined }, /training: /],
    ["text for its data", { data: "photos" }, /data: /],
  ])("format 2 with %s is refused, by the name of the field in this format", (_, part, message) => {
    const wrong = { ...asFormat2(SAMPLE_CONFIG, "search"), ...part };
    expect(() => read(wrong)).toThrow(
      expect.objectContaining({ code: "E_RUN_CONFIG", message: expect.stringMatching(message) }),
    );
  });

  it.each([null, [], 3, "text", {}, { formatVersion: "2" }, { formatVersion: 0 }])(
    "%j is no configuration",
    (value) => {
      expect(() => read(value as object)).toThrow(expect.objectContaining({ code: "E_RUN_CONFIG" }));
    },
  );
});

it("a checkpoint of format 2 has the architecture that it called a genotype", async () => {
  const path = join(temporaryFolder(), "run");
  cpSync(join(GOLDEN, "format-2"), path, { recursive: true });
  const folder = RunFolder.open(path);
  const store = new CheckpointStore(folder, 1);
  const state = JSON.parse(readFileSync(join(path, "checkpoints", store.names()[0]!, "state.json"), "utf8"));
  const { genotype, ...rest } = (state as { readonly state: Old }).state;
  expect(genotype).toBe(readFileSync(join(path, "genotype.json"), "utf8"));
  const { checkpoint } = (await store.newest())!;
  expect(checkpoint.state).toEqual({ ...rest, architecture: genotype });
});

it("a configuration of this format is not touched", () => {
  for (const config of [SAMPLE_CONFIG, ONE_STAGE_CONFIG, TRAINING_CONFIG]) expect(read(config)).toEqual(config);
});
