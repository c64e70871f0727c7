import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runConfigReference } from "../../scripts/run-config-reference.ts";
import { oneStageSettings } from "../../src/cli/jobs/settings.ts";
import { loadRunConfig, type RunConfig, RunFolder } from "../../src/store/index.ts";
import { mutatedJson } from "../fuzz/mutations.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { SAMPLE_CONFIG } from "./sample-config.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

const SHAPE = { channels: 3, imageSize: { height: 32, width: 32 }, classCount: 2 };
const ONE_STAGE: RunConfig = { ...SAMPLE_CONFIG, strategy: "one-stage", search: null, ...oneStageSettings({}, SHAPE) };

describe("the JSON Schema of config.json", () => {
  const isValid = new Ajv2020().compile(JSON.parse(read("schemas/run-config.schema.json")) as object);

  it("and its page are what `npm run docs` writes", () => {
    const { schema, page } = runConfigReference();
    expect(schema).toBe(read("schemas/run-config.schema.json"));
    expect(page).toBe(read("docs/reference/run-config.md"));
  });

  it("has the doc comments, those of joined interfaces too", () => {
    const page = read("docs/reference/run-config.md");
    expect(page).toContain("| `checkpoints.kept` | integer of 1 or more | How many of the newest stay. |");
    expect(page).toMatch(/^\| `oneStage\.freeze\.rule` \| "distance" or "support" \| What is watched\./m);
    expect(page).toMatch(/^\| `search\.network\.initChannels` \| integer of 1 or more \| Width of the first cells/m);
  });

  it("takes what runs write", () => {
    const golden: unknown = JSON.parse(read("test/golden/runs/format-2/config.json"));
    for (const config of [golden, SAMPLE_CONFIG, ONE_STAGE])
      expect([isValid(config), isValid.errors]).toEqual([true, null]);
  });

  it.each([
    ["no seed", { seed: undefined }],
    ["another format", { formatVersion: 1 }],
    ["a strategy that is none", { strategy: "three-stage" }],
    ["one class", { classNames: ["cat"] }],
    [
      "no cells",
      { retrain: { ...SAMPLE_CONFIG.retrain, network: { ...SAMPLE_CONFIG.retrain.network, cellCount: 0 } } },
    ],
    ["text for a number", { data: { ...SAMPLE_CONFIG.data, testFraction: "0.2" } }],
  ])("refuses %s", (_, part) => {
    expect(isValid(JSON.parse(JSON.stringify({ ...SAMPLE_CONFIG, ...part })))).toBe(false);
  });

  it("takes and refuses what the reader takes and refuses", () => {
    const folder = RunFolder.create(join(temporaryFolder(), "run"));
    const isRead = (text: string): boolean => {
      folder.write("config.json", text);
      try {
        loadRunConfig(folder);
        return true;
      } catch {
        return false;
      }
    };
    const agree = (config: unknown): void => {
      const text = JSON.stringify(config);
      fc.pre(text !== undefined && !text.includes('"formatVersion":1,'));
      expect(isValid(JSON.parse(text))).toBe(isRead(text));
    };
    fc.assert(fc.property(mutatedJson([SAMPLE_CONFIG, ONE_STAGE]), agree), { numRuns: 500, seed: 1 });
  });
});
