import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { flagNames } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands/index.ts";
import { COMMAND_FLAGS, FLAGS, PART_FLAGS } from "../../src/cli/flags.ts";
import { checkSearchSpec, checkTrainSpec } from "../../src/run/check-spec.ts";
import { search, train } from "../../src/run/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const refused = (code: string, message: RegExp, hint?: RegExp) =>
  expect.objectContaining({
    ...{ code, kind: "usage", message: expect.stringMatching(message) },
    ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) }),
  });

/** A value that a flag takes. */
function valueFor(name: string): unknown {
  const flag = FLAGS[name]!;
  if (flag.valueName === null) return true;
  for (const text of ["4", "0.5", "20m", "2T", "13", "synflow", flag.valueName!.split("|")[0]!]) {
    try {
      return flag.parse(text);
    } catch {}
  }
  throw new Error(`no value for ${name}`);
}

const BESIDE = ["space", "strategy", "seed", "out", "new"];

const optionsOf = (name: "search" | "train") =>
  flagNames(COMMANDS.find((command) => command.name === name)!, PART_FLAGS).filter(
    (flag) => !BESIDE.includes(flag) && !Object.hasOwn(COMMAND_FLAGS, flag),
  );

describe("what a new run is asked for", () => {
  it("has the options that the command has as flags, each with the same value", async () => {
    const { time, ...options } = Object.fromEntries(optionsOf("search").map((name) => [name, valueFor(name)]));
    expect(time).toBe(1200);
    const { compute } = options;
    await expect(checkSearchSpec({ data: "x", options: { ...options, time: 1200 } })).rejects.toThrow(
      refused("E_USAGE_OPTION", /^--compute: got 2T beside --time 20 min 0 s, expected one budget$/),
    );
    const { given, space, strategy } = await checkSearchSpec({ data: "x", seed: 3, options });
    expect([space.part.kind, strategy.part.kind]).toEqual(["darts", "two-stage"]);
    expect(given).toEqual({ ...options, seed: 3 });
    const { time: ofTime, ...ofTraining } = Object.fromEntries(
      optionsOf("train").map((name) => [name, valueFor(name)]),
    );
    expect(ofTraining).toHaveProperty("epochs");
    expect([ofTime, compute]).toEqual([time, ofTraining["compute"]]);
    expect(await checkTrainSpec({ architecture: "y", data: "x", options: ofTraining })).toEqual(ofTraining);
  });

  it("does not have those of other commands, nor a training those of a search", async () => {
    for (const name of ["json", "open", "threads", "opset", "split"]) {
      await expect(checkSearchSpec({ data: "x", options: { [name]: valueFor(name) } })).rejects.toThrow(
        refused("E_USAGE_OPTION", new RegExp(`^search: options: got '${name}', expected a name that it knows$`)),
      );
    }
    const ofSearch = optionsOf("search").filter((name) => !optionsOf("train").includes(name));
    expect(ofSearch).toEqual(expect.arrayContaining(["retrainEpochs", "retrainCells", "maxMacs", "l1Weight"]));
    for (const name of ofSearch) {
      const asked = checkTrainSpec({ architecture: "y", data: "x", options: { [name]: valueFor(name) } });
      await expect(asked).rejects.toThrow(refused("E_USAGE_OPTION", /^train: options: got /));
    }
  });

  it("at the wrong place says the right one", async () => {
    const misplaced = { data: "x", epochs: 3 } as { readonly data: string };
    await expect(checkSearchSpec(misplaced)).rejects.toThrow(
      refused("E_USAGE_OPTION", /^search: got 'epochs'/, /^give it in options: \{ epochs \}$/),
    );
    await expect(checkSearchSpec({ data: "x", options: { seed: 3 } })).rejects.toThrow(
      refused("E_USAGE_OPTION", /^search: options: got 'seed'/, /^give it beside options, not in them$/),
    );
  });

  it("has the options of a space of one's own, and of no other module", async () => {
    const path = join(temporaryFolder(), "mine.mjs");
    const source = (file: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../src", file)).href);
    writeFileSync(
      path,
      `import { SPACES } from ${source("spaces/index.ts")};
      import { integerFlag } from ${source("options/index.ts")};
      const flags = { ...SPACES[0].flags, depth: integerFlag("depth", "COUNT", "", { min: 2 }) };
      export default { ...SPACES[0], kind: "mine", flags };`,
    );
    const asked = (options: Readonly<Record<string, unknown>>, space = path) =>
      checkSearchSpec({ data: "x", space, options });
    expect((await asked({ depth: 2 })).given).toEqual({ depth: 2, space: path });
    await expect(asked({ depth: 1 })).rejects.toThrow(refused("E_FLAG_VALUE", /^--depth: got 1, expected an integer/));
    await expect(asked({ depth: 2 }, "darts")).rejects.toThrow(refused("E_USAGE_OPTION", /got 'depth'/));
    const training = checkTrainSpec({ architecture: "y", data: "x", space: path, options: { depth: 2 } });
    expect(await training).toEqual({ depth: 2, space: path });
  });

  it("is not begun over other things, nor beside an unfinished run unless that is said", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    const run = join(folder, "run");
    mkdirSync(run);
    writeFileSync(join(run, "config.json"), "{}");
    for (const call of [
      (out: string, isBeside?: boolean) =>
        checkSearchSpec({ data: "x", out, ...(isBeside === undefined ? {} : { new: isBeside }) }),
      (out: string, isBeside?: boolean) =>
        checkTrainSpec({ architecture: "y", data: "x", out, ...(isBeside === undefined ? {} : { new: isBeside }) }),
    ]) {
      await expect(call(join(folder, "file"))).rejects.toThrow(refused("E_RUN_FOLDER", /which is no folder/));
      await expect(call(run)).rejects.toThrow(refused("E_RUN_UNFINISHED", /not finished/, /resume .*--new$/));
      await expect(call(run, false)).rejects.toThrow(refused("E_RUN_UNFINISHED", /not finished/));
      await expect(call(run, true)).resolves.toBeDefined();
    }
  });

  it("is refused by the functions themselves before anything is read", async () => {
    const data = join(temporaryFolder(), "no-such-folder");
    await expect(search({ data, options: { epoch: 3 } })).rejects.toThrow(
      refused("E_USAGE_OPTION", /'epoch'/, /^is epochs meant\?$/),
    );
    await expect(search({ data, space: "mobile", options: { cells: 3 } })).rejects.toThrow(
      refused("E_USAGE_PART", /^--cells: got it with space mobile/),
    );
    await expect(train({ architecture: "ISTA_twostage", data, options: { epoch: 3 } })).rejects.toThrow(
      refused("E_USAGE_OPTION", /^train: options/),
    );
  });
});
