/**
 * A study on a real SLURM of two nodes: a run is killed with `kill -9`, a node is lost, and every task comes to its time limit. All runs end, and their
 * models are those of `--engine local` and of single commands, byte for byte. Where SLURM is missing Debian's is installed; where it cannot be, the
 * test is skipped and says why.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../e2e/command-line.ts";
import { lastingParts } from "../e2e/compare-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { lacksSlurm, SlurmCluster } from "./slurm-cluster.ts";

const lacking = lacksSlurm();
if (lacking !== null) console.log(`no SLURM: ${lacking}`);

const RUNS = ["two-stage-seed1", "random-seed1", "two-stage-seed2", "random-seed2"];
const BASE = { channels: 4, cells: 3, batch: 64, epochs: 6, retrainEpochs: 6 };
const FLAGS = ["--channels", "4", "--cells", "3", "--batch", "64", "--retrain-epochs", "6", "--threads", "1"];

describe.skipIf(lacking !== null)("a study on SLURM", () => {
  const cwd = temporaryFolder();
  const cluster = new SlurmCluster(join(cwd, "slurm"));
  const environment = { SLURM_CONF: cluster.configuration };
  const study = (...words: string[]) => ["study", "four.json", "demo", "--threads", "1", ...words];
  const onSlurm = (...words: string[]) =>
    runCommand(
      cwd,
      study("--engine", "slurm", "--out", "slurm-study", "--job-time", "3m", "--job-memory", "500M", ...words),
      {
        environment,
      },
    );
  const logOf = (run: string) => join(cwd, "slurm-study/logs", `${run}.log`);
  const hasSaid = (run: string, what: RegExp) => existsSync(logOf(run)) && what.test(readFileSync(logOf(run), "utf8"));
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await later(500);
  };

  beforeAll(async () => {
    const axes = [{ option: "strategy", values: ["two-stage", "random"] }];
    writeFileSync(join(cwd, "four.json"), JSON.stringify({ name: "four", base: BASE, axes, seeds: 2 }));
    cluster.start();
    const local = await runCommand(cwd, study("--out", "local", "--engine", "local"));
    expect(local.status, local.error).toBe(0);
  });

  afterAll(() => cluster.stop());

  it("ends however its runs are stopped, to the bytes of other engines", async () => {
    const handedIn = await onSlurm();
    expect([handedIn.status, handedIn.output]).toEqual([0, expect.stringMatching(/job \d+: 4 runs handed in/)]);
    const again = await onSlurm();
    expect(again.output).not.toContain("handed in");
    await until(() => hasSaid("two-stage-seed1", /search epoch +1\//));
    spawnSync("pkill", ["-KILL", "-f", "search demo --out .*slurm-study/two-stage-seed1"]);
    await until(() => RUNS.some((run) => run !== "two-stage-seed1" && hasSaid(run, /epoch +1\//)));
    const node = cluster.ask("squeue", "-h", "-t", "RUNNING", "-o", "%N").split("\n")[0]!;
    console.log(`node ${node} is lost`);
    cluster.killNode(node);
    await later(20_000);
    cluster.startNode(node);
    const watched = await onSlurm("--watch");
    console.log(watched.output);
    expect(watched.status, watched.error).toBe(0);
    for (const run of RUNS) {
      expect(lastingParts(join(cwd, "slurm-study", run))).toEqual(lastingParts(join(cwd, "local", run)));
    }
    const stops = RUNS.filter((run) => hasSaid(run, /stopped by SIGTERM/));
    console.log(`came to its time limit: ${stops.join(", ") || "none"}`);
    const single = [
      "search",
      "demo",
      ...FLAGS,
      "--strategy",
      "two-stage",
      "--epochs",
      "6",
      "--seed",
      "2",
      "--out",
      "single",
    ];
    await runCommand(cwd, single);
    expect(lastingParts(join(cwd, "single"))).toEqual(lastingParts(join(cwd, "slurm-study/two-stage-seed2")));
  });

  it("is taken out of the queue, and goes on", async () => {
    const more = (...words: string[]) => onSlurm("--seeds", "3", ...words);
    expect((await more()).output).toMatch(/2 runs handed in/);
    await until(() => hasSaid("two-stage-seed3", /search epoch +1\//));
    expect((await more("--cancel")).status).toBe(0);
    await until(() => cluster.ask("squeue", "-h") === "");
    expect(hasSaid("two-stage-seed3", /stopped by SIGTERM, with a checkpoint/)).toBe(true);
    expect((await more("--watch")).output).toMatch(/6 of 6 runs finished|2 of 2 runs finished/);
  });

  it("says what SLURM does not take", async () => {
    const refused = await onSlurm("--seeds", "4", "--partition", "none");
    expect([refused.status, refused.error]).toEqual([
      1,
      expect.stringMatching(/slurm: sbatch did not take the job: .*partition/),
    ]);
  });
});

it("says that SLURM is missing where it is", async () => {
  const cwd = temporaryFolder();
  const args = ["study", "dictionaries", "demo", "--engine", "slurm", "--job-time", "1m", "--job-memory", "1G"];
  const printed = await runCommand(cwd, args, { environment: { PATH: "/nowhere" } });
  expect([printed.status, printed.error]).toEqual([
    1,
    expect.stringMatching(/slurm: got no command sbatch, expected SLURM/),
  ]);
});
