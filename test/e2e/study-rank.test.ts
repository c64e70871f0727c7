import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sampleClasses, writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

interface Scored {
  readonly architecture: string;
  readonly truth: Readonly<Record<string, number>>;
  readonly scores: Readonly<Record<string, object>>;
}

interface Study {
  readonly scoring: Readonly<Record<string, object>>;
  readonly architectures: readonly Scored[];
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
}

const RANK = ["study", "rank", "photos", "--json"];
const SMALL = ["--channels", "4", "--cells", "1", "--batch", "8", "--epochs", "1"];
const NB201 = [...RANK, "--space", "nas-bench-201", ...SMALL, "--architectures", "12"];
const BOTH = ["--strategy", "measured,one-stage", "--max-search-epochs", "1"];

describe("study rank", () => {
  let cwd: string;
  beforeAll(async () => {
    cwd = temporaryFolder();
    writeFiles(join(cwd, "photos"), await sampleClasses({ cat: 40, dog: 40, owl: 40 }));
  });

  const at = (...path: readonly string[]) => join(cwd, ...path);
  const bytes = (...path: readonly string[]) => readFileSync(at(...path), "utf8");
  const changedAt = (...path: readonly string[]) => statSync(at(...path)).mtimeMs;
  const studied = async (args: readonly string[]) => {
    const printed = await runCommand(cwd, args);
    expect(printed.status, printed.error).toBe(0);
    return { ...(JSON.parse(printed.output) as Study), lines: printed.error };
  };
  const refused = async (args: readonly string[]) => {
    const { status, error } = await runCommand(cwd, args);
    expect(status, error).toBe(2);
    return error;
  };

  it("ranks by published results; killed and started again, on other threads, comes to the same bits", {
    timeout: 120_000,
  }, async () => {
    const args = [...NB201, ...BOTH];
    const whole = await studied([...args, "--out", "whole", "--threads", "2"]);
    expect(whole.scoring).toMatchObject({
      measured: { part: "validation", images: 48, batch: 8, recalibrationBatches: 10 },
      "one-stage": { part: "test", images: 8, batch: 8 },
    });
    expect(whole.architectures).toHaveLength(12);
    expect(whole.rows).toHaveLength(2 * 3 * 6);
    expect(whole.rows.map(({ truth }) => truth)).toContain("imagenet16");
    expect(whole.lines).toMatch(/strategy +score +batch norm +tau-b +rho +tau-b of the best 3/);
    expect(whole.lines).toMatch(/\nmeasured +log-loss +re-calibrated +-?\d\.\d\d \(/);
    expect(bytes("whole/study.csv").trimEnd().split("\n")).toHaveLength(37);

    const { architecture, truth } = whole.architectures[0]!;
    const table = await runCommand(cwd, ["table", "nas-bench-201", architecture, "--json"]);
    expect(JSON.parse(table.output).architectures[0].accuracy).toEqual(truth);

    for (const when of [/measured[\s\S]*search epoch 1/, /\nstrategy 2/]) {
      const stopped = await runCommand(cwd, [...args, "--out", "cut", "--threads", "1"], {
        interrupt: { signal: "SIGKILL", when: (text) => when.test(text) },
      });
      expect(stopped.status, stopped.error).toBe(-9);
    }
    const search = changedAt("cut/measured/environment.json");
    await studied([...args, "--out", "cut", "--threads", "1"]);
    expect(changedAt("cut/measured/environment.json")).toBe(search);
    expect(bytes("cut/study.json").replaceAll(at("cut"), at("whole"))).toBe(bytes("whole/study.json"));
    expect(bytes("cut/scores-measured.json")).toBe(bytes("whole/scores-measured.json"));
  });

  it("goes on with more architectures and other strategies, and does nothing twice", { timeout: 60_000 }, async () => {
    const before = JSON.parse(bytes("whole/study.json")) as Study;
    cpSync(at("whole"), at("more"), { recursive: true });
    const args = [...NB201.slice(0, -1), "15", "--strategy", "measured", "--out", "more"];
    const more = await studied(args);
    expect(more.lines).toMatch(/goes on from checkpoint/);
    expect(more.lines).not.toMatch(/search epoch/);
    expect(more.architectures).toHaveLength(15);
    for (const [index, { architecture, scores }] of before.architectures.entries()) {
      expect(more.architectures[index]).toMatchObject({ architecture, scores: { measured: scores["measured"] } });
    }
    const again = await studied(args);
    expect(again.lines).not.toMatch(/run folder/);
    expect(again.rows).toEqual(more.rows);
  });

  it("ranks by training alone, and goes on where it was cut off", { timeout: 120_000 }, async () => {
    const own = ["--strategy", "two-stage", "--architectures", "4", "--alone-epochs", "1", "--out", "alone"];
    const args = [...RANK, ...SMALL.with(3, "3"), ...own];
    const when = (text: string) => /architecture 2 of 4[\s\S]*retrain epoch 1/.test(text);
    const stopped = await runCommand(cwd, args, { interrupt: { signal: "SIGKILL", when } });
    expect(stopped.status, stopped.error).toBe(-9);
    const first = changedAt("alone/alone/001/summary.json");
    const search = changedAt("alone/two-stage/environment.json");

    const { rows, architectures, lines } = await studied(args);
    expect(lines).toMatch(/001 is finished: nothing is left to do/);
    expect(changedAt("alone/alone/001/summary.json")).toBe(first);
    expect(changedAt("alone/two-stage/environment.json")).toBe(search);
    expect(rows).toHaveLength(6);
    expect(rows.every(({ truth, architectures }) => truth === "alone" && architectures === 4)).toBe(true);
    for (const [index, { architecture, truth }] of architectures.entries()) {
      const summary = JSON.parse(bytes(`alone/alone/00${index + 1}/summary.json`));
      expect(summary).toMatchObject({ architecture });
      expect(truth["alone"]).toBeCloseTo(summary.testAccuracy, 12);
    }
  });

  it("says which searches diverged, and has the others all the same", { timeout: 60_000 }, async () => {
    cpSync(at("whole"), at("torn"), { recursive: true });
    rmSync(at("torn/scores-one-stage.json"));
    rmSync(at("torn/one-stage/checkpoints"), { recursive: true });
    const config = JSON.parse(bytes("torn/one-stage/config.json")) as object;
    writeFileSync(at("torn/one-stage/config.json"), JSON.stringify({ ...config, maxLoss: 0.001 }));
    const printed = await runCommand(cwd, [...NB201, ...BOTH, "--out", "torn"]);
    expect(printed.status).toBe(1);
    expect(printed.error).toMatch(/error: study: got 1 of 2 runs that diverged, expected none: one-stage\nhint: /);
    expect(printed.error).toMatch(/\none-stage +failed: search, epoch 1, step 1: /);
    const { rows } = JSON.parse(printed.output) as Study;
    expect(rows).toHaveLength(19);
    expect(rows.at(-1)).toMatchObject({ strategy: "one-stage", tau: null, failure: expect.stringContaining("loss") });
  });

  it("refuses flags that are another study's or no strategy's, and what would mix studies", {
    timeout: 60_000,
  }, async () => {
    expect(await refused([...RANK, "--freeze-rule", "support", "--retrain-epochs", "1"])).toMatch(
      /--retrain-epochs: got it with study rank, expected it with study epsilon/,
    );
    expect(await refused(["study", "epsilon", "photos", "--alone-epochs", "1"])).toMatch(
      /--alone-epochs: got it with study epsilon, expected it with study rank/,
    );
    expect(await refused([...RANK, "--strategy", "one-stage", "--path-steps", "2"])).toMatch(
      /--path-steps: got it with strategy one-stage, expected it with strategy measured, .*, dsnas\nhint: add measured/,
    );
    expect(await refused([...RANK, "--strategy", "measured,random"])).toMatch(/got random, which has no super-net/);
    expect(await refused([...NB201.slice(0, -1), "15626"])).toMatch(/got 15626, expected at most the 15625/);
    const strategy = ["--strategy", "measured", "--out"];
    expect(await refused([...NB201, "--score-images", "9", ...strategy, "whole"])).toMatch(/under other settings/);
    expect(await refused([...NB201, "--path-steps", "2", ...strategy, "whole"])).toMatch(/other settings/);
    expect(await refused(["study", "epsilon", "photos", "--out", "whole"])).toMatch(/that of a study epsilon/);
  });
});
