import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { loadRunConfig, RunFolder } from "../../src/store/index.ts";
import { ONE_STAGE_CONFIG, SAMPLE_CONFIG, TRAINING_CONFIG } from "../store/sample-config.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { TINY_MOBILE } from "../tiny-macros.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { jsonFile, mutatedFiles, mutatedJson } from "./mutations.ts";

const { space, strategy, training, architectureName, ...rest } = SAMPLE_CONFIG;
const { network, augmentation, options } = strategy;
const format2 = {
  ...{
    ...rest,
    formatVersion: 2,
    strategy: "two-stage",
    sparsity: space.options.sparsity,
    genotypeName: architectureName,
  },
  ...{ search: { network, augmentation, ...options }, oneStage: null, retrain: training },
};
const { timeBudget: _, oneStage: __, genotypeName: ___, ...old } = format2;
const configs = [
  ...[SAMPLE_CONFIG, ONE_STAGE_CONFIG],
  {
    ...TRAINING_CONFIG,
    space: { kind: "mobile", options: { chain: "small" } },
    training: { ...training, network: TINY_MOBILE },
  },
  { ...TRAINING_CONFIG, space: { ...space, kind: "mine", module: { path: "/mine.mjs", sha256: "" } } },
  format2,
  { ...old, formatVersion: 1, data: { name: "pets", path: "pets", trainImages: 80, testImages: 20 } },
];

const folder = RunFolder.create(join(temporaryFolder(), "run"));
const files = configs.map((config) => Buffer.from(JSON.stringify(config, null, 2)));

fuzzReader({
  name: "run config",
  valid: files,
  inputs: fc.oneof(
    mutatedFiles(files, ['"formatVersion": 4', '"formatVersion": 2', '"formatVersion": 1']),
    mutatedJson(configs).map(jsonFile),
  ),
  sizeOf: (bytes) => bytes.length,
  read: (bytes) => {
    writeFileSync(folder.pathOf("config.json"), bytes);
    return loadRunConfig(RunFolder.open(folder.path));
  },
  check: (config) => expect([config.formatVersion, config.classNames.length >= 2]).toEqual([3, true]),
});
