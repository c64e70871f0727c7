/** What a file or a flag asks for is bounded before anything is built. */
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BOUNDS } from "../src/bounds.ts";
import { FLAGS } from "../src/cli/flags.ts";
import {
  type DartsMacro,
  formatGenotypeJson,
  type Genotype,
  NAMED_GENOTYPES,
  parseGenotype,
} from "../src/spaces/darts/index.ts";
import { loadRunConfig, type RunConfig, RunFolder, readJournal } from "../src/store/index.ts";
import { ONE_STAGE_CONFIG, ONE_STAGE_OPTIONS, SAMPLE_CONFIG, TRAINING_CONFIG } from "./store/sample-config.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { TINY_CHAIN, TINY_MOBILE, TINY_NB201 } from "./tiny-macros.ts";

const NB201_NETWORK = { ...TINY_NB201, everyNorm: false };
const NB201: RunConfig = {
  ...TRAINING_CONFIG,
  space: { kind: "nas-bench-201", options: {} },
  training: { ...TRAINING_CONFIG.training, network: NB201_NETWORK },
};
const MOBILE: RunConfig = {
  ...TRAINING_CONFIG,
  space: { kind: "mobile", options: { chain: "small" } },
  training: { ...TRAINING_CONFIG.training, network: TINY_MOBILE },
};
const HUGE: DartsMacro = { ...SAMPLE_CONFIG.strategy.network, cellCount: 4_000_000 };
const DEEP = [{ channels: 4, layers: 1e6, stride: 1 }];
const MANY = Array.from({ length: 33 }, () => ({ channels: 4, layers: 1, stride: 1 }));

describe("sizes that a file may ask for", () => {
  const folder = RunFolder.create(join(temporaryFolder(), "run"));
  const { strategy, training, space } = SAMPLE_CONFIG;
  const withNetwork = (network: Partial<DartsMacro>): RunConfig => ({
    ...SAMPLE_CONFIG,
    training: { ...training, network: { ...training.network, ...network } },
  });
  const withOptions = (options: object): RunConfig => ({
    ...SAMPLE_CONFIG,
    strategy: { ...strategy, options: { ...strategy.options, ...options } },
  });
  const { architecture } = strategy.options;

  it.each([
    ["cells", withNetwork({ cellCount: 4_000_000 }), /training\.network\.cellCount: .*<=128/],
    ["channels", withNetwork({ initChannels: 4_000_000 }), /training\.network\.initChannels: .*<=2048/],
    ["classes", withNetwork({ classCount: 1e9 }), /training\.network\.classCount: .*<=65536/],
    ["pixels", withNetwork({ imageSize: { height: 5000, width: 8 } }), /imageSize\.height: .*<=1024/],
    ["a batch", { ...SAMPLE_CONFIG, training: { ...training, batch: 1e8 } }, /training\.batch: .*<=65536/],
    ["epochs", { ...SAMPLE_CONFIG, training: { ...training, epochs: 1e9 } }, /training\.epochs: .*<=100000/],
    ["a batch of the search", withOptions({ batch: 1e8 }), /strategy\.options\.batch: .*<=65536/],
    ["epochs of the search", withOptions({ epochs: 1e9 }), /strategy\.options\.epochs: .*<=100000/],
    [
      "epochs of a one-stage search",
      {
        ...ONE_STAGE_CONFIG,
        strategy: { ...ONE_STAGE_CONFIG.strategy, options: { ...ONE_STAGE_OPTIONS, maxEpochs: 1e9 } },
      },
      /strategy\.options\.maxEpochs: .*<=100000/,
    ],
    [
      "cells of the search",
      { ...SAMPLE_CONFIG, strategy: { ...strategy, network: HUGE } },
      /strategy\.network\.cellCount: .*<=128/,
    ],
    [
      "choices kept",
      { ...SAMPLE_CONFIG, space: { ...space, options: { sparsity: 1e9 } } },
      /space\.options\.sparsity: .*<=8192/,
    ],
    [
      "measurements",
      withOptions({ architecture: { ...architecture, measurements: 1e8 } }),
      /strategy\.options\.architecture\.measurements: .*<=1024/,
    ],
    [
      "cells a stage of NAS-Bench-201",
      { ...NB201, training: { ...training, network: { ...NB201_NETWORK, cellsPerStage: 4_000_000 } } },
      /training\.network\.cellsPerStage: .*<=128/,
    ],
    [
      "layers of a chain",
      { ...MOBILE, training: { ...training, network: { ...TINY_MOBILE, shape: { ...TINY_CHAIN, stages: DEEP } } } },
      /training\.network\.shape\.stages\.0\.layers: .*<=128/,
    ],
    [
      "stages of a chain",
      { ...MOBILE, training: { ...training, network: { ...TINY_MOBILE, shape: { ...TINY_CHAIN, stages: MANY } } } },
      /training\.network\.shape\.stages: .*<=32/,
    ],
  ] as unknown as [string, RunConfig, RegExp][])("config.json: %s", (_, config, message) => {
    folder.writeJson("config.json", config);
    expect(() => loadRunConfig(folder)).toThrow(message);
    expect(() => loadRunConfig(folder)).toThrow(expect.objectContaining({ code: "E_RUN_CONFIG" }));
  });

  const { DARTS_V2 } = NAMED_GENOTYPES;
  const chain = (nodes: number): Genotype => ({
    ...DARTS_V2,
    normal: Array.from({ length: nodes }, (_, node) => [{ primitive: "skip_connect", source: node }]),
    normalConcat: [2],
  });

  it("a genotype: nodes, entries, text", () => {
    expect(parseGenotype(formatGenotypeJson(chain(BOUNDS.nodes)))).toEqual(chain(BOUNDS.nodes));
    expect(() => parseGenotype(formatGenotypeJson(chain(3000)))).toThrow(/normal: got 3000 nodes, expected at most 32/);
    const wide = Array.from({ length: 33 }, () => '["skip_connect", 0]').join();
    const saved = formatGenotypeJson(DARTS_V2).replace(/"normal": .*/, `"normal": [[${wide}]],`);
    expect(() => parseGenotype(saved)).toThrow(/normal node 0: got 33 entries, expected at most 32/);
    expect(() => parseGenotype(" ".repeat(2 ** 21))).toThrow(/at most 1048576 characters/);
  });

  it("a journal: bytes and lines", () => {
    const path = folder.pathOf("events.jsonl");
    writeFileSync(path, "\n".repeat(1_000_001));
    expect(() => readJournal(path)).toThrow(/got 1000001 lines, expected at most 1000000/);
    truncateSync(path, 2 ** 34);
    expect(() => readJournal(path)).toThrow(/got 17179869184 bytes, expected at most 268435456/);
  });

  it("any file of a run: bytes", () => {
    for (const file of ["config.json", "weights.safetensors", "genotype.json"]) {
      folder.write(file, "{");
      truncateSync(folder.pathOf(file), 2 ** 34);
      const read = () => (file === "weights.safetensors" ? folder.read(file) : folder.readText(file));
      expect(read).toThrow(expect.objectContaining({ code: "E_RUN_FILE", message: expect.stringMatching(file) }));
    }
    expect(() => loadRunConfig(folder)).toThrow(/config\.json is too large: got 17179869184 bytes/);
  });
});

describe("sizes that a flag may ask for", () => {
  it.each<[string, number]>([
    ["cells", BOUNDS.cells],
    ["retrainCells", BOUNDS.cells],
    ["channels", BOUNDS.channels],
    ["retrainChannels", BOUNDS.channels],
    ["epochs", BOUNDS.epochs],
    ["retrainEpochs", BOUNDS.epochs],
    ["maxSearchEpochs", BOUNDS.epochs],
    ["batch", BOUNDS.batch],
    ["retrainBatch", BOUNDS.batch],
    ["measurements", BOUNDS.measurements],
    ["checkpointsKept", BOUNDS.checkpoints],
  ])("--%s", (name, most) => {
    const { parse } = FLAGS[name]!;
    expect(parse(String(most))).toBe(most);
    expect(() => parse(String(most + 1))).toThrow(new RegExp(`got ${most + 1}, expected an integer from 1 to ${most}`));
  });
});
