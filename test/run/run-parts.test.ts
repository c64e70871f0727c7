import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { namesModule } from "../../src/run/load-module.ts";
import { chooseSpace, chooseStrategy, partsOfRun, spaceOfRun } from "../../src/run/run-parts.ts";
import type { ModuleRecord, RunConfig } from "../../src/store/index.ts";
import { SAMPLE_CONFIG, TRAINING_CONFIG } from "../store/sample-config.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const SOURCE = (path: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../src", path)).href);

/** A module in a folder of its own, so that none is loaded twice. */
function moduleOf(text: string): string {
  const path = join(temporaryFolder(), "mine.mjs");
  writeFileSync(path, text);
  return path;
}

const spaceModule = (change: string) =>
  moduleOf(`import { SPACES } from ${SOURCE("spaces/index.ts")};\nexport default { ...SPACES[0], ${change} };\n`);
const strategyModule = (change: string) =>
  moduleOf(
    `import { STRATEGIES } from ${SOURCE("strategies/index.ts")};\nexport default { ...STRATEGIES[0], ${change} };\n`,
  );

const failure = (code: string, message: RegExp, hint?: RegExp) =>
  expect.objectContaining({
    ...{ code, kind: "usage", message: expect.stringMatching(message) },
    ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) }),
  });

describe("a part of the package", () => {
  it("is found by its name; without one it is the first", async () => {
    const space = async (name?: string) => (await chooseSpace(name)).part.kind;
    const strategy = async (name?: string) => (await chooseStrategy(name)).part.kind;
    expect([await space(), await space("mobile"), await space("nas-bench-201")]).toEqual([
      ...["darts", "mobile", "nas-bench-201"],
    ]);
    expect([await strategy(), await strategy("one-stage")]).toEqual(["two-stage", "one-stage"]);
    expect(await chooseSpace("mobile")).not.toHaveProperty("module");
  });

  it("that is none is refused with those that are there", async () => {
    await expect(chooseSpace("dart")).rejects.toThrow(
      failure(
        "E_USAGE_PART",
        /^--space: got dart, expected one of darts, nas-bench-201, mobile, fusion$/,
        /\.\/mine\.mjs/,
      ),
    );
    await expect(chooseStrategy("three-stage")).rejects.toThrow(
      failure("E_USAGE_PART", /^--strategy: got three-stage, expected one of two-stage, one-stage/),
    );
  });

  it("is told from a module by a slash or the end of its name", () => {
    const names = ["./mine", "mine.mjs", "mine.js", "mine.cts", "C:\\mine", "darts", "nas-bench-201", "mine.json"];
    expect(names.filter(namesModule)).toEqual(["./mine", "mine.mjs", "mine.js", "mine.cts", "C:\\mine"]);
  });
});

describe("a module with a part of one's own", () => {
  it("is loaded, and its text is on record", async () => {
    const path = spaceModule('kind: "mine"');
    const { part, module } = await chooseSpace(path);
    expect(part.kind).toBe("mine");
    const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
    expect(module).toEqual({ path, sha256 });
    expect((await chooseStrategy(strategyModule('kind: "other"'))).part.kind).toBe("other");
  });

  it.each([
    ["is not there", () => join(temporaryFolder(), "none.mjs"), /none\.mjs: there is no such file/],
    [
      "is a folder",
      () => {
        const path = join(temporaryFolder(), "folder.mjs");
        mkdirSync(path);
        return path;
      },
      /folder\.mjs: .*folder/,
    ],
    ["has no main export", () => moduleOf("export const space = 1;"), /: got no object as its main export, expected a/],
    ["exports null", () => moduleOf("export default null;"), /: got no object as its main export/],
    ["exports a function", () => moduleOf("export default () => ({});"), /: got no object as its main export/],
    ["is no JavaScript", () => moduleOf("export default {"), /: cannot be loaded: ./],
    ["throws", () => moduleOf('throw new Error("not today");'), /: cannot be loaded: not today$/],
    ["throws no error", () => moduleOf('throw "not today";'), /: cannot be loaded: not today$/],
    ["needs what is not there", () => moduleOf('import "no-such-package";'), /: cannot be loaded: .*no-such-package/],
  ])("that %s is refused by its path", async (_, make, message) => {
    for (const [choose, flag] of [
      [chooseSpace, "space"],
      [chooseStrategy, "strategy"],
    ] as const) {
      const path = make();
      const whole = new RegExp(`^--${flag}: module ${path.replaceAll(/[.\\]/g, "\\$&")}`);
      await expect(choose(path)).rejects.toThrow(failure("E_MODULE", whole, /own-parts\.md/));
      await expect(choose(path)).rejects.toThrow(message);
    }
  });

  it.each([
    ["kind: undefined", /: kind: got undefined, expected a string$/],
    ["macro: undefined", /: macro: got undefined, expected a function$/],
    ["flags: null", /: flags: got null, expected an object$/],
    ["create: {}", /: create: got object, expected a function$/],
    ['hasDropPath: "yes"', /: hasDropPath: got string, expected a boolean$/],
  ])("that is a space but for `%s` is refused by the member's name", async (change, message) => {
    await expect(chooseSpace(spaceModule(change))).rejects.toThrow(failure("E_MODULE", message));
  });

  it.each([
    ["title: 3", /: title: got number, expected a string$/],
    ["start: undefined", /: start: got undefined, expected a function$/],
    ["changes: undefined", /: changes: got undefined, expected an object$/],
  ])("that is a strategy but for `%s` is refused by the member's name", async (change, message) => {
    await expect(chooseStrategy(strategyModule(change))).rejects.toThrow(failure("E_MODULE", message));
  });
});

describe("the parts of a run", () => {
  it("are those that its configuration names", async () => {
    const { spaceKind, space, strategy, config } = await partsOfRun("x", SAMPLE_CONFIG, {});
    expect([spaceKind.kind, strategy!.kind]).toEqual(["darts", "two-stage"]);
    expect(space.groups).toHaveLength(8);
    expect(space.groups.every(({ sparsity }) => sparsity === 2)).toBe(true);
    expect(config).toEqual(SAMPLE_CONFIG);
    expect((await partsOfRun("x", TRAINING_CONFIG, {})).strategy).toBeNull();
  });

  const withModule = (module: ModuleRecord): RunConfig => ({
    ...SAMPLE_CONFIG,
    space: { ...SAMPLE_CONFIG.space, kind: "mine", module },
  });

  it("of one's own are to be named again, and to be the same", async () => {
    const path = spaceModule('kind: "mine"');
    const { module } = await chooseSpace(path);
    const config = withModule(module!);
    expect((await partsOfRun("x", config, { space: path })).spaceKind.kind).toBe("mine");
    const expected = "expected the module that the run began with";
    const hint = new RegExp(`--space ${path.replaceAll(".", "\\.")};`);
    await expect(partsOfRun("x", config, {})).rejects.toThrow(
      failure("E_RUN_MODULE", new RegExp(`^run x: space mine: got none, ${expected}$`), hint),
    );
    await expect(partsOfRun("x", config, { space: spaceModule('kind: "yours"') })).rejects.toThrow(
      failure("E_RUN_MODULE", new RegExp(`^run x: space mine: got one that is called yours, ${expected}$`)),
    );
  });

  it("are not asked for a strategy of one's own where the network alone is used", async () => {
    const path = strategyModule('kind: "mine"');
    const { module } = await chooseStrategy(path);
    const strategy = { ...SAMPLE_CONFIG.strategy, kind: "mine", module: module! };
    const config: RunConfig = { ...SAMPLE_CONFIG, strategy };
    expect((await spaceOfRun("x", config, {})).spaceKind.kind).toBe("darts");
    await expect(partsOfRun("x", config, {})).rejects.toThrow(
      failure("E_RUN_MODULE", /^run x: strategy mine: got none/),
    );
    expect((await partsOfRun("x", config, { strategy: path })).strategy!.kind).toBe("mine");
  });

  it("of one's own are told of when their text has changed", async () => {
    const path = spaceModule('kind: "mine"');
    const { module } = await chooseSpace(path);
    const changed = async (of: ModuleRecord) => (await partsOfRun("x", withModule(of), { space: path })).changedModules;
    expect(await changed(module!)).toEqual([]);
    expect(await changed({ ...module!, sha256: "0".repeat(64) })).toEqual(["space mine"]);
  });

  it("of one's own check the options that the run wrote down", async () => {
    const path = spaceModule('kind: "mine"');
    const { module } = await chooseSpace(path);
    const config = withModule(module!);
    const wrong = { ...config, space: { ...config.space, options: { sparsity: "two" } } };
    await expect(partsOfRun("x", wrong, { space: path })).rejects.toThrow(
      expect.objectContaining({
        code: "E_RUN_CONFIG",
        message: expect.stringMatching(/^run x: config\.json: space\.options\.sparsity: /),
      }),
    );
  });
});
