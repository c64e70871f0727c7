/** What a file or a flag asks for is bounded before anything is built. */
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BOUNDS } from "../src/bounds.ts";
import { FLAGS, type FlagName } from "../src/cli/flags.ts";
import { formatGenotypeJson, type Genotype, NAMED_GENOTYPES, parseGenotype } from "../src/spaces/darts/index.ts";
import { loadRunConfig, type RunConfig, RunFolder, readJournal } from "../src/store/index.ts";
import { SAMPLE_CONFIG } from "./store/sample-config.ts";
import { temporaryFolder } from "./temporary-folder.ts";

describe("sizes that a file may ask for", () => {
  const folder = RunFolder.create(join(temporaryFolder(), "run"));
  const { search, retrain } = SAMPLE_CONFIG;
  const withNetwork = (network: Partial<RunConfig["retrain"]["network"]>): RunConfig => ({
    ...SAMPLE_CONFIG,
    retrain: { ...retrain, network: { ...retrain.network, ...network } },
  });

  it.each([
    ["cells", withNetwork({ cellCount: 4_000_000 }), /retrain\.network\.cellCount: .*<=128/],
    ["channels", withNetwork({ initChannels: 4_000_000 }), /retrain\.network\.initChannels: .*<=2048/],
    ["classes", withNetwork({ classCount: 1e9 }), /retrain\.network\.classCount: .*<=65536/],
    ["pixels", withNetwork({ imageSize: { height: 5000, width: 8 } }), /imageSize\.height: .*<=1024/],
    ["a batch", { ...SAMPLE_CONFIG, retrain: { ...retrain, batch: 1e8 } }, /retrain\.batch: .*<=65536/],
    ["epochs", { ...SAMPLE_CONFIG, retrain: { ...retrain, epochs: 1e9 } }, /retrain\.epochs: .*<=100000/],
    [
      "measurements",
      { ...SAMPLE_CONFIG, search: { ...search!, architecture: { ...search!.architecture, measurements: 1e8 } } },
      /search\.architecture\.measurements: .*<=1024/,
    ],
  ])("config.json: %s", (_, config, message) => {
    folder.writeJson("config.json", config);
    expect(() => loadRunConfig(folder)).toThrow(message);
    expect(() => loadRunConfig(folder)).toThrow(expect.objectContaining({ code: "E_RUN_CONFIG" }));
  });

  const { DARTS_V2 } = NAMED_GENOTYPES;
  const chain = (nodes: number): Genotype => ({
    ...DARTS_V2,
    normal: Array.from({ length: nodes }, (_, node) => [{ primitive: "skip_connect", source: node }]),
    normalConcat: [2],
  });

  it("a genotype: nodes, entries, text", () => {
    expect(parseGenotype(formatGenotypeJson(chain(BOUNDS.nodes)))).toEqual(chain(BOUNDS.nodes));
    expect(() => parseGenotype(formatGenotypeJson(chain(3000)))).toThrow(/normal: got 3000 nodes, expected at most 32/);
    const wide = Array.from({ length: 33 }, () => '["skip_connect", 0]').join();
    const saved = formatGenotypeJson(DARTS_V2).replace(/"normal": .*/, `"normal": [[${wide}]],`);
    expect(() => parseGenotype(saved)).toThrow(/normal node 0: got 33 entries, expected at most 32/);
    expect(() => parseGenotype(" ".repeat(2 ** 21))).toThrow(/at most 1048576 characters/);
  });

  it("a journal: bytes and lines", () => {
    const path = folder.pathOf("events.jsonl");
    writeFileSync(path, "\n".repeat(1_000_001));
    expect(() => readJournal(path)).toThrow(/got 1000001 lines, expected at most 1000000/);
    truncateSync(path, 2 ** 34);
    expect(() => readJournal(path)).toThrow(/got 17179869184 bytes, expected at most 268435456/);
  });

  it("any file of a run: bytes", () => {
    for (const file of ["config.json", "weights.safetensors", "genotype.json"]) {
      folder.write(file, "{");
      truncateSync(folder.pathOf(file), 2 ** 34);
      const read = () => (file === "weights.safetensors" ? folder.read(file) : folder.readText(file));
      expect(read).toThrow(expect.objectContaining({ code: "E_RUN_FILE", message: expect.stringMatching(file) }));
    }
    expect(() => loadRunConfig(folder)).toThrow(/config\.json is too large: got 17179869184 bytes/);
  });
});

describe("sizes that a flag may ask for", () => {
  it.each<[FlagName, number]>([
    ["cells", BOUNDS.cells],
    ["retrainCells", BOUNDS.cells],
    ["channels", BOUNDS.channels],
    ["retrainChannels", BOUNDS.channels],
    ["epochs", BOUNDS.epochs],
    ["retrainEpochs", BOUNDS.epochs],
    ["maxSearchEpochs", BOUNDS.epochs],
    ["batch", BOUNDS.batch],
    ["retrainBatch", BOUNDS.batch],
    ["measurements", BOUNDS.measurements],
    ["checkpointsKept", BOUNDS.checkpoints],
  ])("--%s", (name, most) => {
    const { parse } = FLAGS[name];
    expect(parse(String(most))).toBe(most);
    expect(() => parse(String(most + 1))).toThrow(new RegExp(`got ${most + 1}, expected an integer from 1 to ${most}`));
  });
});
