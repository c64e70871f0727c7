import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planStudy, readStudy, type StudyFile, seedsOf } from "../../src/study/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const refused = (code: string, message: RegExp) =>
  expect.objectContaining({ code, kind: "usage", message: expect.stringMatching(message) });

const plan = (file: Partial<StudyFile>, given = {}) => planStudy({ name: "mine", ...file }, given, "demo");

describe("the plan of a study", () => {
  it("has a variant for every combination, and a run for each of them and every seed, seeds outside", async () => {
    const { variants, runs, baseline } = await plan({
      base: { retrainEpochs: 2, time: "3m" },
      axes: [
        { option: "strategy", values: ["two-stage", "random"] },
        { settings: { small: { channels: 4 }, large: { channels: 8, cells: 5 } } },
      ],
      seeds: [7, 3],
    });
    expect(variants.map(({ name, options }) => [name, options])).toEqual([
      ["two-stage-small", { strategy: "two-stage", retrainEpochs: 2, time: 180, channels: 4 }],
      ["two-stage-large", { strategy: "two-stage", retrainEpochs: 2, time: 180, channels: 8, cells: 5 }],
      ["random-small", { strategy: "random", retrainEpochs: 2, time: 180, channels: 4 }],
      ["random-large", { strategy: "random", retrainEpochs: 2, time: 180, channels: 8, cells: 5 }],
    ]);
    expect(runs.map(({ name }) => name).slice(0, 5)).toEqual([
      ...["two-stage-small-seed7", "two-stage-large-seed7", "random-small-seed7", "random-large-seed7"],
      "two-stage-small-seed3",
    ]);
    expect(baseline).toBe("two-stage-small");
  });

  it("without axes has one variant, and three seeds", async () => {
    const { variants, runs } = await plan({});
    expect(variants.map(({ name }) => name)).toEqual(["all"]);
    expect(runs.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    expect(seedsOf([4, 4, 2])).toEqual([4, 2]);
  });

  it("leaves out of a variant what its strategy does not take, as long as another one does", async () => {
    const axes = [{ option: "strategy", values: ["spos", "one-stage", "random"] }];
    const { variants } = await plan({ axes, base: { epochs: 4, maxSearchEpochs: 3, retrainCells: 8 } });
    expect(variants.map(({ options }) => options)).toEqual([
      { strategy: "spos", epochs: 4, retrainCells: 8 },
      { strategy: "one-stage", maxSearchEpochs: 3 },
      { strategy: "random", retrainCells: 8 },
    ]);
    await expect(plan({ base: { population: 4 } })).rejects.toThrow(
      refused("E_STUDY_FILE", /population, which no variant/),
    );
  });

  it("trains an architecture in the words of a training", async () => {
    const axes = [{ settings: { searched: {}, given: { architecture: "DARTS_all_sep_3x3" } } }];
    const { variants } = await plan({ axes, base: { epochs: 4, retrainEpochs: 6, retrainRate: 0.1, channels: 8 } });
    expect(variants[1]).toMatchObject({
      architecture: "DARTS_all_sep_3x3",
      options: { epochs: 6, learningRate: 0.1, channels: 8 },
    });
  });

  it("takes what is given above what the file says, but not beside an axis", async () => {
    const axes = [{ option: "strategy", values: ["two-stage", "random"] }];
    const { variants } = await plan({ axes, base: { channels: 4 } }, { channels: 8 });
    expect(variants[0]!.options["channels"]).toBe(8);
    await expect(plan({ axes }, { strategy: "spos" })).rejects.toThrow(
      refused("E_STUDY_FILE", /strategy beside an axis/),
    );
  });

  it.each<[string, Partial<StudyFile>, string, RegExp]>([
    ["an unknown option", { base: { chanels: 4 } }, "E_STUDY_FILE", /variant all: got the option "chanels"/],
    ["an option as it is typed", { base: { "retrain-epochs": 4 } }, "E_STUDY_FILE", /"retrain-epochs"/],
    ["a value of the wrong type", { base: { channels: true } }, "E_FLAG_VALUE", /variant all: --channels: got true/],
    ["a text for a number", { base: { channels: "many" } }, "E_FLAG_VALUE", /--channels: got many, expected/],
    [
      "an axis of an unknown strategy",
      { axes: [{ option: "strategy", values: ["sgd"] }] },
      "E_USAGE_PART",
      /variant sgd: --strategy: got sgd/,
    ],
    ["an axis without settings", { axes: [{ settings: {} }] }, "E_STUDY_FILE", /an axis without settings/],
    [
      "two variants of one name",
      { axes: [{ option: "strategy", values: ["a b", "a/b"] }] },
      "E_STUDY_FILE",
      /two variants that are called a_b/,
    ],
    ["a baseline that is none", { baseline: "best" }, "E_STUDY_FILE", /baseline: got best, expected one of all/],
    [
      "what belongs to another strategy",
      { axes: [{ settings: { a: { strategy: "random", epochs: 3 } } }] },
      "E_USAGE_PART",
      /variant a: --epochs: got it with strategy random/,
    ],
  ])("refuses %s", async (_, file, code, message) => {
    // Names are compared before parts are looked for.
    await expect(plan(file)).rejects.toThrow(refused(code, message));
  });
});

describe("the file of a study", () => {
  const cwd = temporaryFolder();
  const written = (name: string, text: string) => {
    writeFileSync(join(cwd, name), text);
    return join(cwd, name);
  };

  it("is JSON or a module", async () => {
    const file = { name: "mine", axes: [{ option: "channels", values: [4, 8] }], seeds: 2 };
    expect(await readStudy(written("study.json", JSON.stringify(file)))).toEqual(file);
    expect(await readStudy(written("study.mjs", `export default ${JSON.stringify(file)};`))).toEqual(file);
  });

  it.each([
    ["no-json.json", "{", /not JSON/],
    ["no-name.json", "{}", /name: /],
    ["slash.json", '{"name":"a/b"}', /name: expected letters, digits/],
    ["more.json", '{"name":"a","extra":1}', /extra/],
    ["axis.json", '{"name":"a","axes":[{"option":"channels","values":[]}]}', /axes\.0\.values/],
    ["seeds.json", '{"name":"a","seeds":0}', /seeds/],
    ["throws.mjs", "throw new Error('no')", /cannot be loaded: no/],
    ["empty.mjs", "export const study = 1;", /expected object/],
  ])("%s is refused, and it is said where it is wrong", async (name, text, message) => {
    await expect(readStudy(written(name, text))).rejects.toThrow(refused("E_STUDY_FILE", message));
  });

  it("is refused where there is none", async () => {
    await expect(readStudy(join(cwd, "none.json"))).rejects.toThrow(refused("E_STUDY_FILE", /cannot be read: ENOENT/));
  });
});
