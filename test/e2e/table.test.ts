import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Printed, runCommand } from "./command-line.ts";

const PUBLISHED = new URL("../../data/nas-bench-201/cells.csv.gz", import.meta.url);
const DARTS_RUN = new URL("../golden/runs/format-2", import.meta.url);
const BUILT_SPACE = new URL("../../dist/spaces/nas-bench-201/index.js", import.meta.url);

const PLAIN = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|";
const RESNET = "|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|skip_connect~2|";

let cwd: string;
let lines: readonly string[];

const table = (...args: readonly string[]): Promise<Printed> => runCommand(cwd, ["table", ...args]);
const row = ({ output }: Printed, name: string) => {
  const line = output.split("\n").find((text) => text.endsWith(`  ${name}`));
  return line?.slice(0, -name.length).trimEnd().split(/ {2,}/);
};

beforeAll(async () => {
  cwd = temporaryFolder();
  lines = gunzipSync(readFileSync(PUBLISHED)).toString("utf8").trimEnd().split("\n");
  const size = ["--channels", "4", "--cells", "1", "--batch", "128", "--retrain-epochs", "1", "--threads", "1"];
  const space = ["--space", "nas-bench-201", "--strategy", "random", "--out", "runs/found"];
  const found = await runCommand(cwd, ["search", "demo", ...space, ...size]);
  expect(found.status, found.error).toBe(0);
});

describe("the published table", () => {
  it("has the controls that search nothing", async () => {
    const printed = await table("nas-bench-201");
    expect(printed).toMatchObject({ status: 0, error: "" });
    expect(printed.output).toMatch(/^NAS-Bench-201, mean test accuracy .*; ranks among all 15625\n/);
    expect(row(printed, "random cell")).toEqual(["87.06 ± 12.93", "61.41 ± 12.17", "33.59 ± 9.51"]);
    expect(row(printed, "3x3 on every edge; most multiply-accumulates")).toEqual([
      ...["93.76", "167", "71.11", "164", "41.44", "2833", "1531546", "220.12M"],
    ]);
    expect(row(printed, "3x3 and one skip, input to output; best on CIFAR-100")).toEqual([
      ...["94.36", "3", "73.51", "1", "46.34", "26", "1288506", "184.73M"],
    ]);
  });

  it("has cells by text, name, file and run folder, in that order, each once", async () => {
    writeFileSync(join(cwd, "cell.json"), JSON.stringify({ cell: RESNET }));
    writeFileSync(join(cwd, "cell|none.txt"), RESNET);
    mkdirSync(join(cwd, "again"));
    writeFileSync(join(cwd, "again", "cell.json"), PLAIN);
    const cells = [PLAIN, "NB201_all_3x3", "cell|none.txt", "runs/found/", "cell.json", "again/cell.json", PLAIN];
    const printed = await table("nas-bench-201", ...cells);
    const names = [PLAIN, "NB201_all_3x3", "cell|none.txt", "found", "cell.json", "again/cell.json"];
    const asked = printed.output.split("\n").slice(2, 2 + names.length + 1);
    expect(asked.map((line) => line.split(/ {2,}/).at(-1))).toEqual([...names, "random cell"]);
    const { architectures } = JSON.parse((await table("nas-bench-201", ...cells, "--json")).output);
    const { architecture } = JSON.parse(readFileSync(join(cwd, "runs", "found", "summary.json"), "utf8"));
    expect(architectures.map(({ cell }: { cell: string }) => cell)).toEqual([
      ...[PLAIN, PLAIN, RESNET, architecture, RESNET, PLAIN],
    ]);
  });

  it("is plain data as JSON", async () => {
    const { status, output } = await table("nas-bench-201", RESNET, "--json");
    expect(status).toBe(0);
    const result: unknown = JSON.parse(output);
    expect(result).toMatchObject({
      ...{ space: "nas-bench-201", rowCount: 15_625, table: "published" },
      architectures: [
        {
          ...{ name: RESNET, cell: RESNET, index: 11_472, parameters: 559_386, macs: 78_561_930 },
          accuracy: { cifar10: 93.91, cifar100: 70.89, imagenet16: 44.2333 },
          rank: { cifar10: 68, cifar100: 240, imagenet16: 660 },
        },
      ],
    });
    expect(result).not.toHaveProperty("benchmark");
  });
});

describe("another table", () => {
  it("is read from a file, or from standard input, and says how many cells it has", async () => {
    writeFileSync(join(cwd, "few.csv"), lines.slice(0, 11).join("\r\n"));
    const printed = await table("nas-bench-201", "--file", "few.csv");
    expect(printed.output).toMatch(/; ranks among the 10 of 15625 in the table\n/);
    const input = readFileSync(join(cwd, "few.csv"), "utf8");
    const piped = await runCommand(cwd, ["table", "nas-bench-201", "--file", "-"], { input });
    expect(piped).toEqual(printed);
    const lacking = await table("nas-bench-201", PLAIN, "--file", "few.csv");
    expect(lacking).toMatchObject({ status: 2, output: "" });
    expect(lacking.error).toContain(
      `few.csv: table of nas-bench-201: got no row for ${PLAIN}, expected one\nhint: it h`,
    );
  });

  it.each([
    [
      "torn",
      () => lines.slice(0, 5).join("\n").slice(0, -30),
      /error: file: table of nas-bench-201: line 5 got \d fields?, e/,
    ],
    [
      "changed",
      () => [...lines.slice(0, 4), lines[4]!.replace(/,[\d.]+$/, ",many")].join("\n"),
      /line 5, column macs_m: got "many", expected a n/,
    ],
    [
      "torn in gzip",
      () => readFileSync(PUBLISHED).subarray(0, 5000),
      /table file: is not a complete gzip file: got 5000 bytes/,
    ],
    [
      "none",
      () => "<svg/>",
      /error: file: table of nas-bench-201: line 1 got "<svg\/>", expected a column cell or arch\nhint: a table is/,
    ],
    ["empty", () => "", /line 1 got "", expected a column/],
  ])("that is %s exits 2 and says where", async (_, content, message) => {
    writeFileSync(join(cwd, "file"), content());
    const printed = await table("nas-bench-201", "--file", "file");
    expect(printed).toMatchObject({ status: 2, output: "" });
    expect(printed.error).toMatch(message);
  });

  it("comes with a space of one's own", async () => {
    const source = `import { nb201Kind } from ${JSON.stringify(BUILT_SPACE.href)};
      export default { ...nb201Kind, kind: "mine", benchmark: { ...nb201Kind.benchmark, summary: "Mine" } };`;
    writeFileSync(join(cwd, "mine.mjs"), source);
    writeFileSync(join(cwd, "bare.mjs"), source.replace(/benchmark: .* } }/, "benchmark: undefined }"));
    const printed = await table("./mine.mjs", RESNET);
    expect(printed.output).toMatch(/^Mine; /);
    expect(row(printed, RESNET)?.[0]).toBe("93.91");
    expect((await table("./bare.mjs")).error).toContain("got ./bare.mjs, a space without published results");
  });

  it.each([
    ["rowCount: '15625'", "benchmark.rowCount: "],
    ["compare: (text) => text.rows.length", "benchmark.compare: Cannot read properties of undefined"],
    ["compare: () => ({ rowCount: 1, architectures: [], controls: [] })", "benchmark.compare().architectures: "],
  ])("of a space of one's own with %s is its author's mistake", async (member, message) => {
    const source = `import { nb201Kind } from ${JSON.stringify(BUILT_SPACE.href)};
      export default { ...nb201Kind, kind: "mine", benchmark: { ...nb201Kind.benchmark, ${member} } };`;
    writeFileSync(join(cwd, "wrong.mjs"), source);
    const printed = await table("./wrong.mjs", RESNET);
    expect(printed).toMatchObject({ status: 2, output: "" });
    expect(printed.error).toContain(`wrong.mjs: ${message}`);
  });
});

describe("what cannot be looked up exits 2", () => {
  it.each([
    [["darts"], "table: got darts, a space without published results, expected nas-bench-201\nhint: "],
    [["nas-bench"], "table: got nas-bench, which is no space, expected nas-bench-201\nhint: "],
    [["./other.mjs"], "module ./other.mjs: there is no such file"],
    [
      ["nas-bench-201", RESNET.replace("nor_conv_3x3~1", "nor_conv_5x5~1")],
      'edge 1-2 got "nor_conv_5x5", expected one of none, skip_connect, nor_conv_1x1, nor_conv_3x3, avg_pool_3x3\nhint: ',
    ],
    [
      ["nas-bench-201", "|none~0|+|none~0|"],
      "architecture: got 2 nodes, expected 3\nhint: a cell of NAS-Bench-201 reads",
    ],
    [["nas-bench-201", "runs/nowhere"], "genotype runs/nowhere: there is no such file or folder"],
    [["nas-bench-201", "ISTA_twostage"], "hint: baselines: NB201_all_3x3, NB201_all_3x3_skip"],
    [["nas-bench-201", "--file", "nowhere.csv"], "table nowhere.csv: cannot be read: ENOENT"],
  ])("%j", async (args, message) => {
    const printed = await table(...args);
    expect(printed).toMatchObject({ status: 2, output: "" });
    expect(printed.error).toContain(message);
  });

  it("a run in another space, also in one of its owner's own", async () => {
    cpSync(DARTS_RUN, join(cwd, "darts"), { recursive: true });
    cpSync(join(cwd, "runs", "found"), join(cwd, "own"), { recursive: true });
    const config = JSON.parse(readFileSync(join(cwd, "own", "config.json"), "utf8")) as object;
    const module = { path: join(cwd, "gone.mjs"), sha256: "0".repeat(64) };
    writeFileSync(
      join(cwd, "own", "config.json"),
      JSON.stringify({ ...config, space: { kind: "gone", options: {}, module } }),
    );
    for (const [run, space] of [
      ["darts", "darts"],
      ["own", "gone"],
    ] as const) {
      const printed = await table("nas-bench-201", `./${run}`);
      expect(printed).toMatchObject({ status: 2, output: "" });
      const message = `table: ./${run}: got a run in the space ${space}, expected one in nas-bench-201\nhint: `;
      expect(printed.error).toContain(message);
    }
  });
});
