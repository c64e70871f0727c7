import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SPACES } from "../../src/spaces/index.ts";
import { loadRunConfig, type RunConfig, RunFolder, readPartsOfConfig } from "../../src/store/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { TINY_MOBILE, TINY_NB201 } from "../tiny-macros.ts";
import {
  ONE_STAGE_CONFIG,
  ONE_STAGE_OPTIONS,
  SAMPLE_CONFIG,
  TRAINING_CONFIG,
  TWO_STAGE_OPTIONS,
} from "./sample-config.ts";

const MODULE = { path: "/home/me/mine.mjs", sha256: "ef".repeat(32) };
const { space, strategy, training } = SAMPLE_CONFIG;

/** The same run in another space. */
const inSpace = (part: RunConfig["space"], network: RunConfig["training"]["network"]): RunConfig => ({
  ...SAMPLE_CONFIG,
  space: part,
  strategy: { ...strategy, network },
  training: { ...training, network },
});

const NB201 = inSpace({ kind: "nas-bench-201", options: {} }, { ...TINY_NB201, ...{ everyNorm: false } });
const MOBILE = inSpace({ kind: "mobile", options: { chain: "small" } }, TINY_MOBILE);

/** The first thing that is wrong, as a path and what it is. */
function issueOf(config: RunConfig, kinds?: Parameters<typeof readPartsOfConfig>[1]): string | null {
  const { error } = readPartsOfConfig(config, kinds);
  if (error === undefined) return null;
  const { path, message } = error.issues[0]!;
  return `${path.join(".")}: ${message}`;
}

describe("what space and strategy say of a configuration", () => {
  it("is that it is theirs, and it stays as it is", () => {
    for (const config of [SAMPLE_CONFIG, ONE_STAGE_CONFIG, TRAINING_CONFIG, NB201, MOBILE]) {
      const { data, error } = readPartsOfConfig(config);
      expect([data, error]).toEqual([config, undefined]);
    }
  });

  const withSpace = (part: object): RunConfig => ({ ...SAMPLE_CONFIG, space: { ...space, ...part } });
  const withStrategy = (part: object): RunConfig => ({ ...SAMPLE_CONFIG, strategy: { ...strategy, ...part } });
  const wrong: readonly [string, RunConfig, RegExp][] = [
    [
      "a space that is none",
      withSpace({ kind: "dart" }),
      /^space\.kind: got dart, expected one of darts, nas-bench-201, mobile, fusion$/,
    ],
    [
      "a strategy that is none",
      withStrategy({ kind: "three-stage" }),
      /^strategy\.kind: got three-stage, expected one of two-stage, one-stage/,
    ],
    ["a space without options", withSpace({ options: undefined }), /^space\.options: /],
    ["text for a number", withSpace({ options: { sparsity: "two" } }), /^space\.options\.sparsity: .*expected number/],
    ["options of another space", withSpace({ options: { chain: "small" } }), /^space\.options\.sparsity: /],
    [
      "a chain that is none",
      { ...MOBILE, space: { ...MOBILE.space, options: { chain: "x" } } },
      /^space\.options\.chain: /,
    ],
    [
      "a network of another space",
      { ...SAMPLE_CONFIG, training: NB201.training },
      /^training\.network\.initChannels: /,
    ],
    [
      "a searched network of another space",
      withStrategy({ network: TINY_MOBILE }),
      /^strategy\.network\.initChannels: /,
    ],
    [
      "a width that cannot be",
      inSpace(MOBILE.space, { ...TINY_MOBILE, ...{ shape: 3 } }),
      /^strategy\.network\.shape: /,
    ],
    ["a strategy without options", withStrategy({ options: undefined }), /^strategy\.options: /],
    ["options of the other strategy", withStrategy({ options: ONE_STAGE_OPTIONS }), /^strategy\.options\.epochs: /],
    [
      "the same, the other way round",
      { ...ONE_STAGE_CONFIG, strategy: { ...ONE_STAGE_CONFIG.strategy, options: TWO_STAGE_OPTIONS } },
      /^strategy\.options\.labelSmoothing: /,
    ],
    [
      "a solver that is none",
      withStrategy({
        options: { ...TWO_STAGE_OPTIONS, architecture: { ...TWO_STAGE_OPTIONS.architecture, solver: "guess" } },
      }),
      /^strategy\.options\.architecture\.solver: /,
    ],
  ];

  it.each(wrong)("names the field of %s", (_, config, message) => {
    expect(issueOf(config)).toMatch(message);
    const folder = RunFolder.create(join(temporaryFolder(), "run"));
    folder.writeJson("config.json", config);
    const text = message.source.replace(/^\^/, "^run run: config\\.json: ");
    expect(() => loadRunConfig(folder)).toThrow(
      expect.objectContaining({ code: "E_RUN_CONFIG", message: expect.stringMatching(new RegExp(text)) }),
    );
  });
});

describe("a part that came from a module", () => {
  const [ofModule, planned] = [
    { ...space, module: MODULE },
    { ...strategy, module: MODULE },
  ];

  it("is not checked before the module is loaded, whatever it is called", () => {
    for (const kind of ["mine", "darts"]) {
      const config = { ...SAMPLE_CONFIG, space: { ...ofModule, kind, options: { any: "thing" } } };
      expect(issueOf(config)).toBeNull();
      expect(issueOf({ ...config, training: { ...training, network: TINY_MOBILE } })).toBeNull();
    }
    for (const kind of ["mine", "two-stage"]) {
      expect(issueOf({ ...SAMPLE_CONFIG, strategy: { ...planned, kind, options: 7 } })).toBeNull();
    }
  });

  it("leaves the other one checked", () => {
    const config = { ...SAMPLE_CONFIG, space: { ...ofModule, kind: "mine" } };
    expect(issueOf({ ...config, strategy: { ...strategy, options: {} } })).toMatch(/^strategy\.options\./);
    const searched = { ...SAMPLE_CONFIG, strategy: { ...planned, kind: "mine" } };
    expect(issueOf({ ...searched, space: { ...space, options: {} } })).toMatch(/^space\.options\.sparsity: /);
  });

  it("is checked by what was loaded", () => {
    const mine = { ...SPACES[0]!, kind: "mine" };
    const config = { ...SAMPLE_CONFIG, space: { ...ofModule, kind: "mine", options: { sparsity: 0 } } };
    expect(issueOf(config, { spaces: [mine], strategies: STRATEGIES })).toMatch(/^space\.options\.sparsity: /);
  });
});
