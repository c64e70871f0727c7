/** A study of whole runs, in processes of their own: to its end, extended, stopped, killed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { writeOblongPhotos } from "../data/oblong-photos.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";
import { lastingParts } from "./compare-runs.ts";
import { fewImages } from "./few-images.ts";

const cwd = temporaryFolder();
const DATA = join(cwd, fewImages(cwd, "few", 1500, 200));
const SMALL = { channels: 4, cells: 3, batch: 250, retrainEpochs: 1 };
const FLAGS = ["--channels", "4", "--cells", "3", "--batch", "250", "--retrain-epochs", "1"];

const writeStudy = (name: string, study: object) => writeFileSync(join(cwd, name), JSON.stringify(study));
const read = (...path: string[]) => readFileSync(join(cwd, ...path), "utf8");

interface StudyJson {
  readonly sentence: string;
  readonly variants: readonly {
    readonly variant: string;
    readonly seeds: number;
    readonly testAccuracy: number | null;
  }[];
  readonly runs: readonly { readonly run: string; readonly condition: string; readonly testAccuracy?: number }[];
}

const studyOf = (folder: string) => JSON.parse(read(folder, "study.json")) as StudyJson;

/** How many processes each run had, by what they printed. */
const beginnings = (folder: string) =>
  Object.fromEntries(
    readdirSync(join(cwd, folder, "logs"))
      .filter((name) => name.endsWith(".log"))
      .map((name) => [name, read(folder, "logs", name).split(/^data \S*few/m).length - 1]),
  );

describe("a study from a file", () => {
  const study = {
    ...{ name: "three", base: SMALL, seeds: 1, baseline: "random" },
    axes: [
      {
        settings: {
          "two-stage": { strategy: "two-stage", epochs: 1 },
          random: { strategy: "random" },
          separable: { architecture: "DARTS_all_sep_3x3" },
        },
      },
    ],
  };
  const args = ["study", "three.json", DATA, "--out", "three"];

  beforeAll(async () => {
    writeStudy("three.json", study);
    const printed = await runCommand(cwd, [...args, "--jobs", "2"]);
    expect(printed.status, printed.error).toBe(0);
    expect(printed.output).toMatch(/separable-seed1: \d+\.\d\d % in \d+ s \(\d of 3\)/);
    expect(printed.output).toContain("One seed tells nothing apart");
  });

  it("has runs that are the same as those of single commands", async () => {
    await runCommand(cwd, ["search", DATA, ...FLAGS, "--epochs", "1", "--seed", "1", "--out", "single"]);
    expect(lastingParts(join(cwd, "three/two-stage-seed1"))).toEqual(lastingParts(join(cwd, "single")));
    await runCommand(cwd, [
      "train",
      "DARTS_all_sep_3x3",
      DATA,
      ...FLAGS.slice(0, 6),
      "--epochs",
      "1",
      "--out",
      "given",
    ]);
    expect(read("three/separable-seed1/weights.safetensors")).toEqual(read("given/weights.safetensors"));
  });

  it("goes on with more seeds, keeps what is done, and says what it found in three files", async () => {
    const before = read("three/random-seed1/weights.safetensors");
    const printed = await runCommand(cwd, [...args, "--seeds", "1-2", "--json"]);
    expect(printed.status, printed.error).toBe(0);
    const { variants, runs, sentence } = studyOf("three");
    expect(JSON.parse(printed.output)).toMatchObject({ sentence, runs });
    expect(variants.map(({ variant, seeds }) => [variant, seeds])).toEqual([
      ["two-stage", 2],
      ["random", 2],
      ["separable", 2],
    ]);
    expect(runs.map(({ condition }) => condition)).toEqual(new Array(6).fill("finished"));
    const mean = runs
      .filter(({ run }) => run.startsWith("random"))
      .reduce((sum, run) => sum + 50 * run.testAccuracy!, 0);
    expect(variants[1]!.testAccuracy).toBeCloseTo(mean, 9);
    expect(read("three/random-seed1/weights.safetensors")).toBe(before);
    expect(Object.values(beginnings("three"))).toEqual(new Array(6).fill(1));
    expect(read("three/study.md")).toContain(sentence);
    expect(read("three/study.csv").split("\n")).toHaveLength(5);
  });

  it("names a variant that has other settings now, and begins nothing", async () => {
    const printed = await runCommand(cwd, [...args, "--batch", "125"]);
    expect([printed.status, printed.error]).toEqual([
      2,
      expect.stringMatching(/the runs of two-stage have other settings/),
    ]);
    const other = await runCommand(cwd, ["study", "rivals", DATA, "--out", "three"]);
    expect([other.status, other.error]).toEqual([2, expect.stringMatching(/is the study three/)]);
    mkdirSync(join(cwd, "photos"));
    writeFileSync(join(cwd, "photos/cat.jpg"), "");
    const run = await runCommand(cwd, ["study", "three.json", DATA, "--out", "photos"]);
    expect([run.status, run.error]).toEqual([2, expect.stringMatching(/holds other things/)]);
  });

  it("says what it would take, and begins nothing", async () => {
    const printed = await runCommand(cwd, ["study", "three.json", DATA, "--dry-run", "--seeds", "80", "--out", "dry"]);
    expect(printed.status, printed.error).toBe(0);
    expect(printed.output).toMatch(/random +80 +\d+ s +\d+ MiB/);
    expect(printed.output).toContain("240 runs, about");
    expect(existsSync(join(cwd, "dry"))).toBe(false);
    const many = await runCommand(cwd, ["study", "three.json", DATA, "--seeds", "80", "--out", "dry"]);
    expect([many.status, many.error]).toEqual([
      2,
      expect.stringMatching(/got 240 runs, expected at most 200[\s\S]*--yes/),
    ]);
  });
});

it("a run that diverges is a row that says so, beside those that do not, and the study fails", async () => {
  const axes = [{ settings: { fine: {}, wild: { learningRate: 1e6 } } }];
  writeStudy("wild.json", { name: "wild", base: { ...SMALL, strategy: "random" }, seeds: 1, axes });
  const printed = await runCommand(cwd, ["study", "wild.json", DATA, "--out", "wild"]);
  expect([printed.status, printed.error]).toEqual([1, expect.stringMatching(/got 1 of 2 runs that failed/)]);
  expect(studyOf("wild").runs).toMatchObject([
    { condition: "finished" },
    { condition: "failed", code: "E_TRAIN_DIVERGED" },
  ]);
  expect(Object.values(beginnings("wild"))).toEqual([1, 1]);
  expect(read("wild/study.md")).toMatch(/## Failed\n\n- wild-seed1: /);
});

it("compares images that are read in several ways, with other test images for each seed, and plans each by its own", async () => {
  await writeOblongPhotos(join(cwd, "oblong"), 10);
  const base = { ...SMALL, batch: 8, imageSize: 12, strategy: "random" };
  writeStudy("fits.json", { name: "fits", base, seeds: 2, axes: [{ option: "fit", values: ["crop", "pad"] }] });
  const printed = await runCommand(cwd, ["study", "fits.json", "oblong", "--threads", "1", "--out", "fits"]);
  expect(printed.status, printed.error).toBe(0);
  const prints = ["crop-seed1", "crop-seed2", "pad-seed1"].map(
    (run) => JSON.parse(read("fits", run, "config.json")).data.fingerprint as string,
  );
  expect(new Set(prints).size).toBe(3);
  expect(read("fits/study.md")).toMatch(/2 seeds/);
  const { imageSize: _, ...rest } = base;
  writeStudy("sizes.json", { name: "sizes", base: rest, axes: [{ option: "imageSize", values: [8, 24] }] });
  const planned = await runCommand(cwd, ["study", "sizes.json", "oblong", "--dry-run"]);
  expect(planned.output.match(/^data oblong: .*$/gm)).toEqual([
    "data oblong: class folders, 2 classes, 8x8 rgb",
    "data oblong: class folders, 2 classes, 24x24 rgb",
  ]);
});

describe("a study that is stopped", () => {
  const study = { name: "stopped", base: { ...SMALL, strategy: "two-stage", epochs: 2 }, seeds: 2 };
  const args = ["study", "stopped.json", DATA, "--threads", "1", "--out"];
  const pidOf = (folder: string, run: string) =>
    (JSON.parse(read(folder, "logs", `${run}.json`)) as { readonly pid: number }).pid;
  const hasTrained = (folder: string, run: string) => () => {
    const log = join(cwd, folder, "logs", `${run}.log`);
    return existsSync(log) && /search epoch +1/.test(readFileSync(log, "utf8"));
  };

  beforeAll(async () => {
    writeStudy("stopped.json", study);
    const printed = await runCommand(cwd, [...args, "whole"]);
    expect(printed.status, printed.error).toBe(0);
  });

  const expectWhole = (folder: string) => {
    for (const run of ["all-seed1", "all-seed2"]) {
      expect(lastingParts(join(cwd, folder, run))).toEqual(lastingParts(join(cwd, "whole", run)));
    }
    expect(readdirSync(join(cwd, folder)).filter((name) => name.startsWith("all-"))).toEqual([
      "all-seed1",
      "all-seed2",
    ]);
  };

  it("by Ctrl-C leaves checkpoints, and goes on with the same command", async () => {
    const interrupt = { signal: "SIGINT", when: hasTrained("interrupted", "all-seed1") } as const;
    const stopped = await runCommand(cwd, [...args, "interrupted"], { interrupt });
    expect([stopped.status, stopped.error]).toEqual([130, expect.stringMatching(/study: stopped by SIGINT/)]);
    expect(readdirSync(join(cwd, "interrupted/all-seed1/checkpoints")).length).toBeGreaterThan(0);
    const printed = await runCommand(cwd, [...args, "interrupted"]);
    expect(printed.output).toContain("all-seed1: goes on");
    expectWhole("interrupted");
  });

  it("goes on with a run whose process is killed", async () => {
    let isKilled = false;
    const when = () => {
      if (!isKilled && hasTrained("child", "all-seed2")()) {
        process.kill(pidOf("child", "all-seed2"), "SIGKILL");
        isKilled = true;
      }
      return false;
    };
    const printed = await runCommand(cwd, [...args, "child"], { interrupt: { signal: "SIGKILL", when } });
    expect(printed.status, printed.error).toBe(0);
    expect([isKilled, printed.output]).toEqual([true, expect.stringMatching(/all-seed2: begins\nall-seed2: goes on/)]);
    expectWhole("child");
  });

  it("gives a run up whose process is killed again and again, and says so", async () => {
    const killed = new Set<number>();
    const when = () => {
      const log = join(cwd, "hopeless/logs/all-seed1.json");
      if (!existsSync(log)) return false;
      const pid = pidOf("hopeless", "all-seed1");
      if (!killed.has(pid) && hasTrained("hopeless", "all-seed1")()) {
        process.kill(pid, "SIGKILL");
        killed.add(pid);
      }
      return false;
    };
    const once = [...args, "hopeless", "--seeds", "1", "--retries", "1"];
    const printed = await runCommand(cwd, once, { interrupt: { signal: "SIGKILL", when } });
    expect([printed.status, killed.size]).toEqual([1, 2]);
    expect(printed.output).toMatch(/all-seed1: failed: its process was killed again and again/);
  });

  it("killed itself, leaves its run at work, and the next one waits for it: nothing is trained twice", async () => {
    const interrupt = { signal: "SIGKILL", when: hasTrained("engine", "all-seed1") } as const;
    expect((await runCommand(cwd, [...args, "engine"], { interrupt })).status).toBe(-9);
    const printed = await runCommand(cwd, [...args, "engine"]);
    expect([printed.status, printed.output]).toEqual([
      0,
      expect.stringContaining("all-seed1: another process is at work"),
    ]);
    expect(beginnings("engine")).toEqual({ "all-seed1.log": 1, "all-seed2.log": 1 });
    expectWhole("engine");
  });
});

it.each([
  ["nothing", 2, /study: got nothing, expected one of: epsilon, rank, rivals, dictionaries, or the path of a file/],
  ["none.json", 2, /study none\.json: cannot be read: ENOENT/],
])("study %s is refused", async (name, status, message) => {
  const printed = await runCommand(cwd, ["study", name, DATA]);
  expect([printed.status, printed.error]).toEqual([status, expect.stringMatching(message)]);
});

it("hands its runs to SLURM in one job array, and says where they stand", async () => {
  const bin = join(cwd, "slurm-bin");
  mkdirSync(bin);
  const command = (name: string, lines: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  // A cluster that has done everything as soon as it is asked.
  command(
    "sbatch",
    `echo "$@" > ${bin}/asked\nfor last; do :; done\nfor i in 0 1; do SLURM_ARRAY_TASK_ID=$i sh "$last"; done\necho "17;try"`,
  );
  command("squeue", `[ -e ${bin}/busy ] && echo "17|1|RUNNING|None"\nexit 0`);
  writeStudy("cluster.json", { name: "cluster", base: { ...SMALL, strategy: "random" }, seeds: 2 });
  const environment = { PATH: `${bin}:${process.env["PATH"]}` };
  const args = ["study", "cluster.json", DATA, "--engine", "slurm", "--threads", "1", "--out", "cluster"];
  const more = ["--partition", "long", "--sbatch", "--qos=high --nice", "--jobs", "2"];
  const printed = await runCommand(cwd, [...args, ...more], { environment });
  expect([printed.status, printed.output]).toEqual([
    0,
    expect.stringMatching(/job 17: 2 runs handed in\n2 of 2 runs finished/),
  ]);
  expect(read("slurm-bin/asked")).toMatch(
    /^--parsable --array=0-1%2 --requeue --open-mode=append --signal=B:INT@90 --ntasks=1 --cpus-per-task=1 --mem=\d+M --time=\d+ --job-name=cluster .* --partition=long --qos=high --nice .*array-1\.sh$/m,
  );
  expect(studyOf("cluster").runs.map(({ condition }) => condition)).toEqual(["finished", "finished"]);
  writeFileSync(join(bin, "busy"), "");
  const again = await runCommand(cwd, args, { environment });
  expect(again.output).not.toContain("handed in");
  expect(again.output).toContain("all-seed2: running");
  command("sbatch", "echo 'invalid partition specified: long' >&2; exit 1");
  const refused = await runCommand(cwd, [...args, "--seeds", "3", "--job-time", "1h", "--job-memory", "1G"], {
    environment,
  });
  expect([refused.status, refused.error]).toEqual([
    1,
    expect.stringMatching(/slurm: sbatch did not take the job: invalid partition/),
  ]);
  const none = await runCommand(cwd, args, { environment: { PATH: "/nowhere" } });
  expect([none.status, none.error]).toEqual([1, expect.stringMatching(/slurm: got no command squeue, expected SLURM/)]);
});

it("refuses data that cannot be read before it begins anything", async () => {
  const printed = await runCommand(cwd, ["study", "rivals", "nowhere", "--out", "unread"]);
  expect([printed.status, printed.error]).toEqual([2, expect.stringMatching(/^error: .*nowhere/)]);
  expect(existsSync(join(cwd, "unread"))).toBe(false);
});

it("refuses what means something to SLURM alone", async () => {
  const printed = await runCommand(cwd, ["study", "rivals", DATA, "--partition", "long"]);
  expect([printed.status, printed.error]).toEqual([
    2,
    expect.stringMatching(/--partition: got it with the local engine/),
  ]);
});
