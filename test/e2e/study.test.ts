import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bmpOfPixels } from "../data/hand-made-bmp.ts";
import { sampleClasses, writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";
import { fewImages } from "./few-images.ts";

const SMALL = [
  "--channels",
  "4",
  "--cells",
  "3",
  "--batch",
  "160",
  "--max-search-epochs",
  "2",
  "--retrain-epochs",
  "1",
];
const STUDY = ["study", "epsilon", "images", ...SMALL, "--out", "study", "--json"];

interface Study {
  readonly rows: readonly {
    readonly variant: string;
    readonly searchEpochs: number;
    readonly reachedBound: boolean;
    readonly frozenGroups: number;
    readonly testAccuracy: number | null;
    readonly otherSupports: number;
    readonly supports: string | null;
    readonly genotype: string | null;
    readonly failure: string | null;
    readonly run: string;
  }[];
}

describe("study epsilon", () => {
  const cwd = temporaryFolder();
  fewImages(cwd, "images", 1600, 200);

  it("fault: of a folder with BMP files, begun when they were left out, goes on without them", async () => {
    const photos = writeFiles(join(cwd, "photos"), await sampleClasses({ cat: 20, dog: 20 }));
    const args = ["study", "epsilon", "photos", ...SMALL, "--batch", "8", "--out", "old"];
    const begun = { signal: "SIGKILL", when: (text: string) => /search epoch 1/.test(text) } as const;
    expect((await runCommand(cwd, args, { interrupt: begun })).status).toBe(-9);
    writeFileSync(join(photos, "cat/late.bmp"), bmpOfPixels(new Uint8Array(8 * 8 * 3).fill(90), 8, 8));
    const on = /distance-0\.1: (goes on from checkpoint|no checkpoint yet)/;
    const again = { signal: "SIGKILL", when: (text: string) => on.test(text) } as const;
    const printed = await runCommand(cwd, args, { interrupt: again });
    expect(printed.output + printed.error).toMatch(on);
  });

  it("stopped and started again, ends in a table of all variants", { timeout: 600_000 }, async () => {
    const when = (text: string) => /variant 2 of 7[\s\S]*search epoch 1/.test(text);
    const stopped = await runCommand(cwd, STUDY, { interrupt: { signal: "SIGKILL", when } });
    expect(stopped.status, stopped.error).toBe(-9);
    const weights = readFileSync(join(cwd, "study/distance-0.1/weights.safetensors"));
    const summary = readFileSync(join(cwd, "study/distance-0.1/summary.json"));

    const printed = await runCommand(cwd, STUDY);
    expect(printed.status, printed.error).toBe(0);
    expect(printed.error).toMatch(/distance-0\.1 is finished: nothing is left to do/);
    expect(printed.error).toMatch(/distance-0\.01: (goes on from checkpoint|no checkpoint yet)/);
    expect(readFileSync(join(cwd, "study/distance-0.1/weights.safetensors")).equals(weights)).toBe(true);
    expect(readFileSync(join(cwd, "study/distance-0.1/summary.json")).equals(summary)).toBe(true);

    const { rows } = JSON.parse(printed.output) as Study;
    const names = [
      "distance-0.1",
      "distance-0.01",
      "distance-0.001",
      "distance-0.0001",
      "support-1",
      "support-2",
      "support-3",
    ];
    expect(rows.map(({ variant }) => variant)).toEqual(names);
    const [wide, , , narrow] = rows;
    expect(wide).toMatchObject({ searchEpochs: 1, reachedBound: false, frozenGroups: 8, otherSupports: 0 });
    expect(narrow).toMatchObject({ searchEpochs: 2, reachedBound: true });
    const csv = readFileSync(join(cwd, "study/study.csv"), "utf8").trimEnd().split("\n");
    expect(csv).toHaveLength(8);
    expect(csv[1]).toContain('"Genotype(normal=[');
    expect(rows.every(({ run }) => existsSync(join(run, "model.onnx")))).toBe(true);
    const cell = "( \\w{4}@\\d\\+\\w{4}@\\d){4}";
    for (const { supports, failure } of rows) {
      expect([supports, failure]).toEqual([expect.stringMatching(`^normal${cell} \\| reduce${cell}$`), null]);
    }
    expect(csv[1]).toContain(wide!.supports);
    expect(printed.error).toContain(`\ndistance-0.1     ${wide!.supports}\n`);
    expect(printed.error).toMatch(/\nsupport-1 +(as distance-[\d.]+|normal .*)\n/);
    expect(printed.error).toMatch(/variant +search epochs +frozen by the rule[\s\S]*distance-0\.0001 +2 \(bound\)/);
  });

  it("goes on when a variant diverges, and says which one and why", { timeout: 600_000 }, async () => {
    const run = join(cwd, "study/distance-0.1");
    rmSync(join(run, "summary.json"));
    rmSync(join(run, "checkpoints"), { recursive: true });
    const config = JSON.parse(readFileSync(join(run, "config.json"), "utf8")) as object;
    writeFileSync(join(run, "config.json"), JSON.stringify({ ...config, maxLoss: 0.001 }));

    const printed = await runCommand(cwd, STUDY);
    expect(printed.status).toBe(1);
    expect(printed.error).toMatch(
      /error: study: got 1 of 7 variants that diverged, expected none: distance-0\.1\nhint: /,
    );
    expect(printed.error).toMatch(/\ndistance-0\.1 +failed: search, epoch 1, step 1: /);
    const { rows } = JSON.parse(printed.output) as Study;
    expect(rows[0]).toMatchObject({ testAccuracy: null, supports: null, failure: expect.stringContaining("loss") });
    expect(rows.slice(1).every(({ testAccuracy, failure }) => testAccuracy! > 0 && failure === null)).toBe(true);
    expect(rows[1]!.otherSupports).toBe(0);
    const saved = JSON.parse(readFileSync(join(cwd, "study/study.json"), "utf8")) as Study;
    expect(saved.rows).toEqual(rows);
    expect(readFileSync(join(cwd, "study/study.csv"), "utf8")).toMatch(
      /^distance-0\.1,distance,0\.1,1,,.*search, epoch 1/m,
    );
  });

  it("refuses to mix runs of different settings, and a study that it does not know", async () => {
    const other = await runCommand(cwd, [...STUDY, "--weight-decay", "0.01"]);
    expect(other.status).toBe(2);
    expect(other.error).toMatch(/distance-0\.1 is a run with other settings[\s\S]*--out/);
    writeFileSync(join(cwd, "taken"), "a file");
    const taken = await runCommand(cwd, ["study", "epsilon", "demo", "--out", "taken"]);
    expect(taken.status).toBe(2);
    expect(taken.error).toMatch(/run folder: got taken, which is no folder[\s\S]*--out/);
    const unknown = await runCommand(cwd, ["study", "delta", "demo"]);
    expect(unknown.status).toBe(2);
    expect(unknown.error).toMatch(/study: got delta, expected one of: epsilon/);
  });
});
