import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runConfigReference } from "../../scripts/run-config-reference.ts";
import { SPACES } from "../../src/spaces/index.ts";
import { loadRunConfig, type RunConfig, RunFolder } from "../../src/store/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";
import { mutatedJson } from "../fuzz/mutations.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { TINY_FUSION, TINY_MOBILE, TINY_NB201 } from "../tiny-macros.ts";
import { ONE_STAGE_CONFIG, SAMPLE_CONFIG, TRAINING_CONFIG } from "./sample-config.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

const { strategy, training } = SAMPLE_CONFIG;

const inSpace = (kind: string, options: object, network: RunConfig["training"]["network"]): RunConfig => ({
  ...SAMPLE_CONFIG,
  space: { kind, options },
  strategy: { ...strategy, network },
  training: { ...training, network },
});

const MODULE = { path: "/home/me/mine.mjs", sha256: "ef".repeat(32) };
const NB201 = inSpace("nas-bench-201", {}, { ...TINY_NB201, ...{ everyNorm: false } });
const MOBILE = inSpace("mobile", { chain: "small" }, TINY_MOBILE);
const FUSION = inSpace("fusion", { backbone: "small" }, TINY_FUSION);
const OWN_SPACE = { ...MOBILE, space: { kind: "mine", module: MODULE, options: { any: "thing" } } };
const OWN_STRATEGY = { ...NB201, strategy: { ...NB201.strategy!, kind: "mine", module: MODULE, options: 7 } };
const CONFIGS = [SAMPLE_CONFIG, ONE_STAGE_CONFIG, TRAINING_CONFIG, NB201, MOBILE, FUSION, OWN_SPACE, OWN_STRATEGY];

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
    expect(page).toMatch(/^\| `strategy\.options\.freeze\.rule` \| "distance" or "support" \| What is watched\./m);
    expect(page).toMatch(/^\| `network\.initChannels` \| integer of 1 or more \| Width of the first cells/m);
    expect(page).toMatch(/^\| `network\.shape\.stages\[\]\.channels` \| integer of 4 or more \| A multiple of 4/m);
  });

  it("has a section for every space and strategy", () => {
    const page = read("docs/reference/run-config.md");
    expect(page.match(/^## .*/gm)).toEqual([
      ...SPACES.map(({ kind }) => `## Space \`${kind}\``),
      ...STRATEGIES.map(({ kind }) => `## Strategy \`${kind}\``),
    ]);
  });

  it.each(CONFIGS)("takes what runs write (%#)", (config) => {
    expect([isValid(config), isValid.errors]).toEqual([true, null]);
  });

  it.each<[string, object]>([
    ["no seed", { seed: undefined }],
    ["another format", { formatVersion: 2 }],
    ["a strategy that is none", { strategy: { ...strategy, kind: "three-stage" } }],
    ["a space that is none", { space: { ...SAMPLE_CONFIG.space, kind: "dart" } }],
    ["one class", { classNames: ["cat"] }],
    ["no cells", { training: { ...training, network: { ...training.network, cellCount: 0 } } }],
    ["a network of another space", { training: NB201.training }],
    ["options of another space", { space: { kind: "mobile", options: { sparsity: 2 } } }],
    ["options of another strategy", { strategy: { ...strategy, kind: "one-stage" } }],
    ["a module that is not said", { space: { ...SAMPLE_CONFIG.space, kind: "mine" } }],
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
      fc.pre(text !== undefined && !/"formatVersion":[12],/.test(text));
      expect(isValid(JSON.parse(text))).toBe(isRead(text));
    };
    fc.assert(fc.property(mutatedJson(CONFIGS), agree), { numRuns: 1000, seed: 1 });
  });
});
