/** @file Mistakes in a module of one's own are told with module and member, before anything is trained where that can be. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { PlanningDevice } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { assertOwnConfig } from "../../src/run/assert-own-config.ts";
import { chooseSpace, chooseStrategy } from "../../src/run/run-parts.ts";
import type { SearchContext, Strategy } from "../../src/search/index.ts";
import type { SearchSpace } from "../../src/spaces/index.ts";
import { noiseBatches } from "../contract/noise-batches.ts";
import { advance } from "../contract/stopped-anywhere.ts";
import { OWN_SPACE } from "../own-examples.ts";
import { SAMPLE_CONFIG } from "../store/sample-config.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { TINY_PLAIN_CHAIN } from "../tiny-macros.ts";

const example = (file: string) =>
  JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../docs/examples", file)).href);

function moduleOf(text: string): string {
  const path = join(temporaryFolder(), "mine.mjs");
  writeFileSync(path, text);
  return path;
}

/** The example with members of it changed; `base` is the example, `space` what it creates. */
async function ownSpace(change: string) {
  const text = `import base from ${example("own-space.mjs")};\nexport default { ...base, ${change} };\n`;
  return (await chooseSpace(moduleOf(text))).part;
}
const ownCreated = (change: string) =>
  ownSpace(`create(options) { const space = base.create(options); return { ...space, ${change} }; }`);
async function ownStrategy(change: string): Promise<Strategy> {
  const text = `import base from ${example("own-strategy.mjs")};\nexport default { ...base, ${change} };\n`;
  return (await chooseStrategy(moduleOf(text))).part;
}

const baselines = (...names: readonly string[]) =>
  `baselines: ${JSON.stringify(names)}.map((name) => ({ ...space.baselines[0], name }))`;

const mistake = (what: string, problem: RegExp) =>
  expect.objectContaining({
    ...{ code: "E_MODULE", kind: "usage" },
    message: expect.stringMatching(new RegExp(`^--${what}: module \\S+mine\\.mjs: ${problem.source}`)),
  });

describe("a space of one's own", () => {
  it("without mistakes does what it does", async () => {
    const kind = await ownSpace('kind: "mine"');
    const space = kind.create(kind.options({ layers: 4 }));
    const text = "conv_3x3 sep_conv_3x3 sep_conv_5x5 identity";
    expect(space.formatText(space.parse(text))).toBe(text);
    expect(() => space.parse("conv_3x3")).toThrow(expect.objectContaining({ code: "E_ARCHITECTURE" }));
    expect(kind.macroSchema).toBe(OWN_SPACE.macroSchema);
  });

  it.each([
    ["sizes: { width: 8 }", /sizes: got object, expected an array$/],
    ["sizes: [{ width: 8 }, { depth: 3 }]", /sizes\.1\.depth: got it, expected options of macroFlags alone$/],
    ["sizes: [{ width: 2 }]", /sizes\.0\.width: got 2, expected what its flag takes$/],
    ["sizes: [{ retrainWidth: '8' }]", /sizes\.0\.retrainWidth: got 8, expected what its flag takes$/],
  ])("sizes that it cannot have: %s", async (change, problem) => {
    await expect(ownSpace(change)).rejects.toThrow(mistake("space", problem));
  });

  it.each([
    ["groups: undefined", /create\(\): groups: got undefined, expected an object$/],
    ["draw: undefined", /create\(\): draw: got undefined, expected a function$/],
    ["groups: [{}]", /create\(\): groups: .*/],
    ['parse() { throw new TypeError("not today"); }', /parse: not today$/],
    ["parse() { return null.layers; }", /parse: Cannot read properties of null/],
    ["parse: (text) => space.parse(text).slice(1)", /parse of what formatJson gave: got \[.*\], expected \[/],
    ["formatText: () => 'words'", /parse of what formatText gave: architecture: got 1 layers, expected 6$/],
    ["derive: () => undefined.x", /derive: Cannot read properties of undefined/],
    ["supportsOf: () => []", /supportsOf of what derive gave: got \[\], expected \[\[/],
    ["draw: () => ({})", /draw: got no panels/],
    ["derive() { throw 'text'; }", /derive: text$/],
    ["baselines: 7", /baselines: Invalid input: expected array, received number$/],
    ['baselines: [{ name: "a", architecture: [] }]', /baselines\.0\.summary: /],
    [baselines("random"), /baselines\.0\.name: expected a letter, then letters/],
    [baselines("../a"), /baselines\.0\.name: expected a letter, then letters/],
    [baselines("a", "a"), /baselines: a: got the name or the architecture of a, expected another$/],
    [baselines("a", "b"), /baselines: b: got the name or the architecture of a, expected another$/],
    ['baselines: [{ name: "a", summary: "a", architecture: 7 }]', /baselines: a: .*not a function$/],
    [
      'baselines: [{ name: "a", summary: "a", architecture: ["conv_3x3"] }]',
      /baselines: a: layer1 support: got \[\], expected one index below/,
    ],
  ])("whose space has `%s` is refused where it is made", async (change, problem) => {
    const kind = await ownCreated(change);
    expect(() => kind.create({ layers: 6 })).toThrow(mistake("space", problem));
  });

  it.each([
    ["create: () => null", /create\(\): got no object$/],
    ["create: () => { throw new Error('none'); }", /create: none$/],
  ])("that has `%s` is named", async (change, problem) => {
    const kind = await ownSpace(change);
    expect(() => kind.create({ layers: 6 })).toThrow(mistake("space", problem));
  });

  const benchmark = (change: string) =>
    `benchmark: { summary: "", dataSets: { a: "A" }, rowCount: 1, table: new URL("file:///a.csv"), compare() {}, ${change} }`;

  it.each([
    ["benchmark: null", /benchmark: Invalid input: expected object, received null$/],
    [benchmark("dataSets: [7]"), /benchmark\.dataSets: /],
    [benchmark("rowCount: 0"), /benchmark\.rowCount: /],
    [benchmark('table: "a.csv"'), /benchmark\.table: expected the URL of a local file$/],
    [benchmark('table: new URL("https://example.org/a.csv")'), /benchmark\.table: expected the URL of a local file$/],
    [benchmark("compare: undefined"), /benchmark\.compare: expected a function$/],
  ])("that has `%s` is refused where it is loaded", async (change, problem) => {
    await expect(ownSpace(change)).rejects.toThrow(mistake("space", problem));
  });

  it.each([
    ["return null.rows;", /benchmark\.compare: Cannot read properties of null/],
    ["", /benchmark\.compare\(\): Invalid input: expected object, received undefined$/],
    ["return { rowCount: 1, architectures: [], controls: [] };", /benchmark\.compare\(\)\.architectures: /],
    [
      "return { rowCount: 1, architectures: [{ accuracy: { b: 9 } }], controls: [] };",
      /benchmark\.compare\(\)\.architectures\.0\.accuracy\.a: /,
    ],
    [
      "return { rowCount: 1, architectures: [{ accuracy: { a: 9 } }], controls: [{ accuracy: { a: 9 } }] };",
      /benchmark\.compare\(\)\.controls\.0\.names: /,
    ],
  ])("whose published results are compared by `%s` is named", async (body, problem) => {
    const kind = await ownSpace(benchmark(`compare() { ${body} }`));
    expect(() => kind.benchmark!.compare("", [null])).toThrow(mistake("space", problem));
  });

  it("compares as it does, with whatever rows say beside; what it tells people goes through", async () => {
    const row = { accuracy: { a: 90 }, cell: "x" };
    const kind = await ownSpace(
      benchmark(
        `compare(text) { return { rowCount: Number(text), architectures: [${JSON.stringify(row)}], controls: [] }; }`,
      ),
    );
    expect(kind.benchmark!.compare("7", [null])).toEqual({ rowCount: 7, architectures: [row], controls: [] });
    const refused = await ownSpace(benchmark('compare: () => base.create({ layers: 6 }).parse("conv_3x3")'));
    expect(() => refused.benchmark!.compare("", [])).toThrow(expect.objectContaining({ code: "E_ARCHITECTURE" }));
  });

  it("may have no baselines", async () => {
    const kind = await ownCreated("baselines: undefined");
    expect(kind.create({ layers: 6 }).baselines).toBeUndefined();
  });

  it("that throws in what it is asked for is named by the member; what it tells people goes through", async () => {
    const kind = await ownSpace("options: () => missing, macro: () => missing, describe: () => missing");
    expect(() => kind.options({})).toThrow(mistake("space", /options: missing is not defined$/));
    expect(() => kind.describe(TINY_PLAIN_CHAIN)).toThrow(mistake("space", /describe: missing is not defined$/));
    const request = { shape: TINY_PLAIN_CHAIN, given: {}, purpose: "search", auxiliaryHead: false } as const;
    expect(() => kind.macro(request, {})).toThrow(mistake("space", /macro: missing is not defined$/));
  });

  const PASS = {
    mode: { kind: "inference" },
    batch: 2,
    mixture: true,
    dropPath: false,
    auxiliaryHead: false,
    prefix: "a/",
  } as const;
  const networkOf = (space: SearchSpace) =>
    space.superNetwork(
      TINY_PLAIN_CHAIN,
      space.groups.map(() => [0]),
    )(PASS);
  const changed = (change: string) =>
    `superNetwork: (macro, supports) => (pass) => { const network = space.superNetwork(macro, supports)(pass); return { ...network, ${change} }; }`;

  it.each([
    [changed("logits: network.images"), /superNetwork: logits: got \[2, 8, 10, 3\], expected \[2, 3\]$/],
    [changed("images: network.logits"), /superNetwork: images: got \[2, 3\], expected \[2, 8, 10, 3\]$/],
    [changed("mixtures: null"), /superNetwork: mixtures: got 0 for 6 groups, expected 6$/],
    [
      "superNetwork: (macro, supports) => ({ prefix, ...pass }) => space.superNetwork(macro, supports)(pass)",
      /superNetwork: got a value [\w.]+ in a pass with prefix a\/, expected a\/[\w.]+$/,
    ],
    [changed("parameters: undefined"), /superNetwork: parameters: got undefined, expected an object$/],
    [
      "superNetwork: (macro, supports) => space.superNetwork({ ...macro, classCount: 7 }, supports)",
      /superNetwork: logits: /,
    ],
    ["superNetwork: () => (pass) => pass.there.none", /superNetwork: Cannot read properties of undefined/],
    [
      "superNetwork: (macro, supports) => (pass) => { const { graph, logits } = space.superNetwork(macro, supports)(pass); graph.apply('relu', [], {}); graph.apply('globalMean', [logits], {}); }",
      /superNetwork: globalMean input: got shape \[2, 3\], expected rank 4$/,
    ],
  ])("whose networks do not fit is named: %s", async (change, problem) => {
    const kind = await ownCreated(change);
    const space = kind.create({ layers: 6 });
    expect(() => networkOf(space)).toThrow(mistake("space", problem));
  });

  it("lets through what a width is refused for", async () => {
    const space = (await ownSpace('kind: "mine"')).create({ layers: 6 });
    const build = space.derivedNetwork(
      { ...TINY_PLAIN_CHAIN, ...{ width: 6 } },
      space.derive(space.groups.map(() => [0])),
    );
    expect(() => build(PASS)).toThrow(expect.objectContaining({ code: "E_NETWORK_SHAPE" }));
  });
});

describe("a strategy of one's own", () => {
  const space = OWN_SPACE.create({ layers: 4 });
  const searched = {
    groups: space.groups,
    network: (supports: readonly (readonly number[])[]) => space.superNetwork(TINY_PLAIN_CHAIN, supports),
  };
  const context: SearchContext = {
    device: new PlanningDevice({ threads: 1 }),
    space: searched,
    batches: [noiseBatches(TINY_PLAIN_CHAIN, { name: "all", batch: 4, batchCount: 2 })],
    ...{ streams: new RandomStreams(1), clock: () => 0, maxLoss: 1000 },
  };
  const training = SAMPLE_CONFIG.training;

  it.each([
    ['images: "some"', /images: got some, expected one of halves, held-out, all, none$/],
    ['afterwards: "rest"', /afterwards: got rest, expected one of retrain, continue, none$/],
    ['epochsOption: "epochs"', /epochsOption: got epochs, expected null or one of changes$/],
    ["settles: true, epochsOption: null", /settles: got it without epochsOption, expected it with the option that/],
    ["changes: { candidates: {} }", /changes: candidates: get: got undefined, expected a function$/],
    ["trial: undefined", /trial: got undefined, expected a function of a strategy that takes images$/],
  ])("that has `%s` is refused where it is loaded", async (change, problem) => {
    await expect(ownStrategy(change)).rejects.toThrow(mistake("strategy", problem));
  });

  it.each([
    ["firstSupports: () => [[0]]", /firstSupports: layer1: got \[\], expected 1 to 1 ascending indices below 3$/],
    ["firstSupports: () => [[9], [0], [0], [0]]", /firstSupports: layer0: got \[9\]/],
    ["firstSupports: () => [[0.5], [0], [0], [0]]", /firstSupports: layer0: got \[0\.5\]/],
    ["firstSupports: () => [[1, 0], [0], [0], [0]]", /firstSupports: layer0: got \[1, 0\]/],
    ["firstSupports: ({ nothing }) => nothing.here", /firstSupports: Cannot read properties of undefined/],
  ])("that has `%s` is named before anything is computed", async (change, problem) => {
    const strategy = await ownStrategy(change);
    expect(() => strategy.firstSupports(context, strategy.options({}, training))).toThrow(mistake("strategy", problem));
  });

  it("whose rates cannot be changed is named", async () => {
    const strategy = await ownStrategy('ratesOf: () => [{ option: "speed", rate: 1, usual: 1 }]');
    expect(() => strategy.ratesOf({})).toThrow(mistake("strategy", /ratesOf: got speed, expected one of changes$/));
  });

  /** A search that tells `events` and ends with what is `found`. */
  const search = (state: string, events: string, found = "[[0], [0], [0], [0]]") =>
    `start: () => ({ state: () => (${state}), async *run() { ${events} return { supports: ${found} }; } })`;
  const STATE = `{ epoch: 0, step: 0, sums: { loss: 0, correct: 0, gradientNorm: 0 }, losses: [], ledger: { genotypes: [], switches: [], steps: [], last: null } }`;
  const started = async (change: string) => {
    const strategy = await ownStrategy(change);
    return strategy.start(context, strategy.options({}, training), null);
  };

  it.each([
    [search(STATE, "none.here;"), /run: none is not defined$/],
    [
      search(STATE, 'yield { kind: "selection", groups: [] };'),
      /run: selection of groups , expected those of the space/,
    ],
    [
      search(
        STATE,
        'yield { kind: "selection", groups: ["layer0", "layer1", "layer2", "layer3"].map((group) => ({ group, support: [] })) };',
      ),
      /run: selection: layer0: got \[\], expected 1 to 1/,
    ],
    [search(STATE, "", "[[0], [0], [0], [7]]"), /run: what was found: layer3: got \[7\]/],
    ["start: () => ({})", /start\(\): run: got undefined, expected a function$/],
    ["start: () => null.x", /start: Cannot read properties of null/],
  ])("whose search does what it must not is named: %s", async (change, problem) => {
    await expect(started(change).then(advance)).rejects.toThrow(mistake("strategy", problem));
  });

  it.each([
    ["{}", /state: stateSchema refuses it: epoch: /],
    [`{ ...${STATE}, losses: new Float64Array(2) }`, /state: stateSchema refuses it: losses: /],
    [`{ ...${STATE}, forgotten: 3 }`, /state: stateSchema reads less or something else of it/],
    ["none.here", /state: none is not defined$/],
  ])("whose state could not be read again is named before it is written down: %s", async (state, problem) => {
    const made = await started(search(state, ""));
    expect(() => made.state()).toThrow(mistake("strategy", problem));
  });

  it("has states that are read again", async () => {
    expect((await started(search(STATE, ""))).state()).toMatchObject({ epoch: 0, losses: [] });
  });
});

describe("what is written down of parts of one's own", () => {
  const module = { path: "/home/me/mine.mjs", sha256: "ef".repeat(32) };
  const network = { ...TINY_PLAIN_CHAIN };
  const config = {
    ...SAMPLE_CONFIG,
    space: { kind: "mine", module, options: { layers: 4 } },
    strategy: { ...SAMPLE_CONFIG.strategy!, network },
    training: { ...SAMPLE_CONFIG.training, network },
  };
  const parts = { spaceKind: OWN_SPACE, strategy: null };

  it("is what their schemas read as it is", () => {
    expect(() => assertOwnConfig(config, parts)).not.toThrow();
    expect(() => assertOwnConfig(SAMPLE_CONFIG, parts)).not.toThrow();
  });

  it.each([
    [
      { ...config, space: { ...config.space, options: { layers: "four" } } },
      /options: optionsSchema refuses what it made: layers: /,
    ],
    [{ ...config, space: { ...config.space, options: { layers: 4, more: 1 } } }, /options: optionsSchema reads less/],
    [
      { ...config, training: { ...config.training, network: { ...network, width: 5 } } },
      /macro: macroSchema refuses what it made: width: /,
    ],
  ])("is refused with the member that made it", (wrong, problem) => {
    expect(() => assertOwnConfig(wrong, parts)).toThrow(mistake("space", problem));
  });
});
