import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readRunArchitecture, readRunSpace } from "../../src/server/run-parts.ts";
import { NAMED_GENOTYPES, parseGenotype } from "../../src/spaces/darts/index.ts";
import { SPACES } from "../../src/spaces/index.ts";
import { loadRunConfig, type RunConfig, RunFolder } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { makeSampleRun, sampleSpace } from "./sample-run.ts";

type Json = Record<string, never>;

const DARTS = SPACES[0]!.create(SPACES[0]!.options({}));

/** Each is refused. */
const WRONG_SPACES: readonly (readonly [string, (space: Json) => void])[] = [
  ["no groups", (space) => Object.assign(space, { groups: [] })],
  ["257 groups", (space) => Object.assign(space, { groups: Array(257).fill(space["groups"]![0]) })],
  ["257 candidates", (space) => Object.assign(space["groups"]![0]!, { candidates: Array(257).fill({}) })],
  ["65 panels", (space) => Object.assign(space["layout"]!, { panels: Array(65).fill(space["layout"]!["panels"]![0]) })],
  ["groups of one name", (space) => Object.assign(space["groups"]![1]!, { name: space["groups"]![0]!["name"] })],
  ["a term too few", (space) => void (firstNode(space)["groups"]![0]!["terms"]! as unknown[]).pop()],
  ["a group that is not there", (space) => Object.assign(firstNode(space)["groups"]![0]!, { group: 99 })],
  ["a node that reads itself", (space) => Object.assign(termOf(space), { source: 2 })],
  ["an unknown family", (space) => Object.assign(termOf(space), { family: "magic" })],
  ["nothing joined", (space) => Object.assign(space["layout"]!["panels"]![0]!["output"]!, { joined: [] })],
  [
    "a joined node that is not there",
    (space) => Object.assign(space["layout"]!["panels"]![0]!["output"]!, { joined: [6] }),
  ],
  ["a name without end", (space) => Object.assign(space, { kind: "x".repeat(1000) })],
];

function firstNode(space: Json): Json {
  return space["layout"]!["panels"]![0]!["nodes"]![0]!;
}

function termOf(space: Json): Json {
  return firstNode(space)["groups"]![0]!["terms"]![0]!;
}

describe("readRunSpace", () => {
  it.each(SPACES.map(({ kind }) => kind))("reads what a run of %s writes", (kind) => {
    const space = sampleSpace(kind);
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 0, space });
    expect(readRunSpace(folder, null)).toEqual({ value: space, problem: null });
  });

  it("knows the space of runs that did not write it down", () => {
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 0 });
    const known = { value: sampleSpace("darts"), problem: null };
    expect(readRunSpace(folder, loadRunConfig(folder))).toEqual(known);
    expect(readRunSpace(folder, null)).toEqual(known);
  });

  it("makes the space that config.json names, and none that does not come with the package", () => {
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 0 });
    folder.write("genotype.json", "what its own space alone can read");
    const named = (space: object) => ({ ...loadRunConfig(folder), space }) as unknown as RunConfig;
    const value = sampleSpace("mobile");
    expect(readRunSpace(folder, named({ kind: "mobile", options: { chain: "small" } }))).toEqual({
      value,
      problem: null,
    });
    for (const own of [{ kind: "mine" }, { kind: "darts", module: { path: "/darts.ts", sha256: "00" } }]) {
      const config = named({ ...own, options: { sparsity: 2 } });
      expect(readRunSpace(folder, config)).toEqual({
        value: null,
        problem: expect.stringContaining("space.json: got no"),
      });
      expect(readRunArchitecture(folder, config, null)).toEqual({ value: null, problem: null });
    }
  });

  it.each(WRONG_SPACES)("refuses %s", (_, change) => {
    const space = JSON.parse(JSON.stringify(sampleSpace("darts")));
    change(space);
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 0, space });
    expect(readRunSpace(folder, null)).toEqual({ value: null, problem: expect.stringMatching(/^space\.json: /) });
  });

  it("refuses what is no JSON, and links", () => {
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 0 });
    folder.write("space.json", "{");
    expect(readRunSpace(folder, null)).toEqual({
      value: null,
      problem: expect.stringContaining("space.json: not JSON"),
    });
    folder.remove("space.json");
    folder.writeJson("elsewhere.json", sampleSpace("darts"));
    symlinkSync(folder.pathOf("elsewhere.json"), folder.pathOf("space.json"));
    expect(readRunSpace(folder, null)).toMatchObject({ value: null, problem: expect.stringContaining("space.json") });
  });
});

describe("readRunArchitecture", () => {
  const genotype = NAMED_GENOTYPES.ISTA_twostage;
  const supports = DARTS.supportsOf(genotype);
  const weights = supports.map((kept, group) => kept.map((_, entry) => ((group + entry) % 2) - 0.5));

  it("is what the run drew, and nothing before", () => {
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 0 });
    expect(readRunArchitecture(folder, null, null)).toEqual({ value: null, problem: null });
    for (const { kind, create, options } of SPACES) {
      const space = create(options({}));
      const kept = space.groups.map(({ sparsity }) => Array.from({ length: sparsity }, (_, k) => k));
      const drawn = { supports: kept, diagram: space.draw(space.derive(kept)) };
      folder.writeJson("architecture.json", drawn);
      expect(readRunArchitecture(folder, null, null), kind).toEqual({
        value: JSON.parse(JSON.stringify(drawn)),
        problem: null,
      });
    }
    folder.writeJson("architecture.json", { supports: null, diagram: { panels: [{}], families: [] } });
    const { value, problem } = readRunArchitecture(folder, null, null);
    expect([value, problem]).toEqual([null, expect.stringMatching(/^architecture\.json: diagram\.panels\.0/)]);
    const diagram = structuredClone(DARTS.draw(genotype)) as unknown as Json;
    Object.assign(diagram["panels"]![0]!["nodes"]![1]!["terms"]![0]!, { source: 3 });
    folder.writeJson("architecture.json", { supports: null, diagram });
    expect(readRunArchitecture(folder, null, null).problem).toContain("a node reads one that is not before it");
  });

  it("is the genotype of a run that drew nothing, with the weights that it absorbed", () => {
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 0 });
    folder.write("genotype.json", DARTS.formatJson(genotype));
    const config = loadRunConfig(folder);
    const value = { supports, diagram: DARTS.draw(genotype) };
    expect(readRunArchitecture(folder, config, null)).toEqual({ value, problem: null });
    const absorbed = { supports, diagram: DARTS.draw(genotype, weights) };
    const nodes = weights.length / 2;
    const old = { normal: weights.slice(0, nodes).flat(), reduce: weights.slice(nodes).flat() };
    expect(absorbed).not.toEqual(value);
    expect(readRunArchitecture(folder, config, { absorbedEdgeWeights: old }).value).toEqual(absorbed);
    expect(readRunArchitecture(folder, config, { absorbedWeights: weights }).value).toEqual(absorbed);
    expect(readRunArchitecture(folder, config, { absorbedWeights: "none" }).value).toEqual(value);
    folder.write("genotype.json", "[]");
    const { problem } = readRunArchitecture(folder, config, null);
    expect(problem).toMatch(/^genotype\.json: /);
  });

  it("is a genotype that the space does not hold, without supports", () => {
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 0 });
    const three = parseGenotype(DARTS.formatJson(genotype));
    const cut = {
      ...{ normal: three.normal.slice(0, 3), reduce: three.reduce.slice(0, 3) },
      ...{ normalConcat: [2, 3, 4], reduceConcat: [2, 3, 4] },
    };
    folder.write("genotype.json", DARTS.formatJson(cut));
    const { value } = readRunArchitecture(folder, loadRunConfig(folder), null);
    expect(value).toEqual({ supports: null, diagram: DARTS.draw(cut) });
  });

  it.each(["format-1", "format-2"])("is there in runs of %s", (format) => {
    const parent = temporaryFolder();
    cpSync(fileURLToPath(new URL(`../golden/runs/${format}`, import.meta.url)), join(parent, format), {
      recursive: true,
    });
    const folder = RunFolder.open(join(parent, format));
    const { value, problem } = readRunArchitecture(folder, loadRunConfig(folder), null);
    expect(problem).toBeNull();
    expect(value!.diagram.panels.map(({ name }) => name)).toEqual(["Normal cell", "Reduction cell"]);
    expect(value!.supports).toHaveLength(8);
  });
});
