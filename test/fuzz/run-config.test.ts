import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { oneStageSettings } from "../../src/cli/jobs/settings.ts";
import { loadRunConfig, type RunConfig, RunFolder } from "../../src/store/index.ts";
import { SAMPLE_CONFIG } from "../store/sample-config.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { jsonFile, mutatedFiles, mutatedJson } from "./mutations.ts";

const shape = { channels: 3, imageSize: { height: 32, width: 32 }, classCount: 2 };
const twoStage = SAMPLE_CONFIG;
const oneStage: RunConfig = { ...twoStage, strategy: "one-stage", search: null, ...oneStageSettings({}, shape) };
const { timeBudget: _, oneStage: __, ...old } = twoStage;
const configs = [
  twoStage,
  oneStage,
  { ...old, formatVersion: 1, data: { name: "pets", path: "pets", trainImages: 80, testImages: 20 } },
];

const folder = RunFolder.create(join(temporaryFolder(), "run"));
const files = configs.map((config) => Buffer.from(JSON.stringify(config, null, 2)));

fuzzReader({
  name: "run config",
  valid: files,
  inputs: fc.oneof(
    mutatedFiles(files, ['"formatVersion": 3', '"formatVersion": 1']),
    mutatedJson(configs).map(jsonFile),
  ),
  sizeOf: (bytes) => bytes.length,
  read: (bytes) => {
    writeFileSync(folder.pathOf("config.json"), bytes);
    return loadRunConfig(RunFolder.open(folder.path));
  },
  check: (config) => expect([config.formatVersion, config.classNames.length >= 2]).toEqual([2, true]),
});
