import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type RunLine, type StudyDetail, type StudyLine, serveRuns } from "../../src/server/index.ts";
import { RunRegistry } from "../../src/server/run-registry.ts";
import { RunFolder, RunLock } from "../../src/store/index.ts";
import { STUDY_PLAN_FILE } from "../../src/study/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { pageFolder } from "./page-folder.ts";
import { bodyOf, rawRequest } from "./raw-request.ts";
import { appendEpoch, makeSampleRun } from "./sample-run.ts";
import { finishSampleRun, makeSampleStudy } from "./sample-study.ts";

async function serve(path: string) {
  const { address, close } = await serveRuns({ path, port: 0, pageFolder: pageFolder() });
  onTestFinished(close);
  const ask = async (at: string) => {
    const response = await rawRequest(address, at);
    return { status: response.statusCode!, text: (await bodyOf(response)).toString() };
  };
  const json = async <T>(at: string) => JSON.parse((await ask(at)).text) as T;
  return { address, ask, json };
}

/** A run by itself, and a study whose runs are finished, at work, stopped and not begun. */
function makeMixed(): { readonly parent: string; readonly study: string } {
  const parent = temporaryFolder();
  makeSampleRun(parent, "alone", { epochs: 1 });
  const study = makeSampleStudy(parent, "photos-study-rules");
  finishSampleRun(study, "mine-seed1", 0.9);
  finishSampleRun(study, "random-seed1", 0.8);
  RunLock.acquire(makeSampleRun(study, "mine-seed2", { epochs: 2 }));
  return { parent, study };
}

const conditionsOf = ({ runs }: StudyDetail) => runs.map(({ id, outcome }) => [id, outcome.condition]);

describe("studies in the folder that is served", () => {
  it("are listed beside the runs, with how far theirs are and what they say", async () => {
    const { json } = await serve(makeMixed().parent);
    expect(await json<StudyLine[]>("/api/studies")).toEqual([
      {
        ...{ id: "photos-study-rules", name: "rules", data: "photos", isAll: false, problem: null },
        counts: { finished: 2, running: 1, interrupted: 0, waiting: 1, failed: 0 },
        sentence: "One seed tells nothing apart: mine was +10.00 points from random.",
        version: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    ]);
    const runs = await json<RunLine[]>("/api/runs");
    expect(Object.fromEntries(runs.map(({ id, study }) => [id, study]))).toEqual({
      alone: null,
      "photos-study-rules/mine-seed1": "photos-study-rules",
      "photos-study-rules/mine-seed2": "photos-study-rules",
      "photos-study-rules/random-seed1": "photos-study-rules",
    });
  });

  it("tell everything of one: rows as the study computes them, and what came of each run", async () => {
    const { parent, study } = makeMixed();
    const { json } = await serve(parent);
    const before = await json<StudyDetail>("/api/studies/photos-study-rules");
    expect(before).toMatchObject({ summary: "Which rule is best.", baseline: "random", seeds: [1, 2] });
    expect(conditionsOf(before)).toEqual([
      ["photos-study-rules/mine-seed1", "finished"],
      ["photos-study-rules/random-seed1", "finished"],
      ["photos-study-rules/mine-seed2", "running"],
      ["photos-study-rules/random-seed2", "waiting"],
    ]);
    expect(before.runs[2]!.outcome).toEqual({ condition: "running", progress: "search 2/2" });
    // Nobody writes study.json: what is told comes from the run folders.
    finishSampleRun(study, "mine-seed2", 0.94);
    finishSampleRun(study, "random-seed2", 0.82);
    const after = await json<StudyDetail>("/api/studies/photos-study-rules");
    expect(after.line.version).not.toBe(before.line.version);
    // Differences of 10 and 12 points: their mean, and t(0.975, 1) = 12.706 times the square root of 2, over that of 2.
    expect(after.rows).toMatchObject([
      {
        ...{ variant: "mine", open: 0, parameters: 8000, macs: 1e6, seconds: 92, compute: 1.5e12 },
        accuracy: { mean: expect.closeTo(92, 9), half: expect.closeTo(25.412, 3) },
        difference: { mean: expect.closeTo(11, 9), half: expect.closeTo(12.706, 3), seeds: 2 },
      },
      { variant: "random", difference: null },
    ]);
    expect(after.line.sentence).toContain("No difference could be told between mine and random: +11.00 points");
  });

  it("have runs that can be opened as others are", async () => {
    const { parent, study } = makeMixed();
    const { ask, json } = await serve(parent);
    const run = "/api/runs/photos-study-rules%2Fmine-seed1";
    expect(await json(run)).toMatchObject({ line: { name: "mine-seed1", study: "photos-study-rules" } });
    expect(await json(`${run}/history`)).toMatchObject({ rowCount: 2 });
    expect((await ask(`${run}/files/config.json`)).status).toBe(200);
    // One that came after the folders were listed.
    finishSampleRun(study, "random-seed2", 0.8);
    const detail = await json("/api/runs/photos-study-rules%2Frandom-seed2");
    expect(detail).toMatchObject({ line: { name: "random-seed2", study: "photos-study-rules" } });
  });

  it("lead nowhere else: neither by what is asked for nor by what their plan says", async () => {
    const { parent, study } = makeMixed();
    const outside = join(parent, "outside");
    mkdirSync(outside);
    finishSampleRun(outside, "x-seed1", 0.5);
    const { ask, json } = await serve(parent);
    const names = [
      ...[
        "..",
        "photos-study-rules%2F..",
        "photos-study-rules%2F..%2Falone",
        "photos-study-rules%2F.",
        "%2F",
        "%2Fetc",
      ],
      ...[
        "outside%2Fx-seed1",
        "alone%2F..%2Falone",
        "photos-study-rules%2F",
        "photos-study-rules%2Fmine-seed1%2F..",
        "",
      ],
      ...["photos-study-rules%2Fmine-seed1%2Fcheckpoints", "photos-study-rules%2Fmine-seed9", "photos-study-rules"],
    ];
    for (const name of names) expect((await ask(`/api/runs/${name}`)).status, name).toBe(404);
    for (const name of ["..", "alone", "outside", "photos-study-rules%2F.", "__proto__", "%2E%2E%2Ff"]) {
      expect((await ask(`/api/studies/${name}`)).status, name).toBe(404);
    }
    mkdirSync(join(study, "logs"));
    const beside = await serve(join(study, "logs"));
    expect((await beside.ask("/api/runs/..%2Fmine-seed1")).status).toBe(404);
    writeFileSync(join(parent, "config.json"), "{}");
    expect((await ask("/api/runs/photos-study-rules%2F..")).status).toBe(404);
    rmSync(join(parent, "config.json"));
    const plan = { study: "s", data: "demo", baseline: "x", seeds: [1] };
    const variants = [{ name: "../outside/x", architecture: null, options: {} }];
    writeFileSync(join(study, STUDY_PLAN_FILE), JSON.stringify({ ...plan, variants }));
    const changed = await json<StudyDetail>("/api/studies/photos-study-rules");
    expect(changed.line.problem).toMatch(/study-plan\.json is not what a study writes/);
    expect([changed.runs, changed.line.sentence]).toEqual([[], null]);
  });

  it("that are all that is served are told so, and their runs are called by their names", async () => {
    const { study } = makeMixed();
    const { json } = await serve(study);
    expect(await json("/api/studies")).toMatchObject([{ id: "photos-study-rules", isAll: true }]);
    const detail = await json<StudyDetail>("/api/studies/photos-study-rules");
    expect(detail.runs.map(({ id }) => id)).toContain("mine-seed1");
    expect(await json("/api/runs/mine-seed1")).toMatchObject({ line: { study: "photos-study-rules" } });
  });

  it("that cannot be read or compared say why, and hide neither each other nor the runs", async () => {
    const { parent, study } = makeMixed();
    writeFileSync(join(makeSampleStudy(parent, "torn"), STUDY_PLAN_FILE), "{");
    makeSampleStudy(parent, "huge");
    const plan = RunFolder.ensure(join(parent, "huge")).readJson(STUDY_PLAN_FILE) as object;
    const seeds = Array.from({ length: 6000 }, (_, index) => index);
    writeFileSync(join(parent, "huge", STUDY_PLAN_FILE), JSON.stringify({ ...plan, seeds }));
    writeFileSync(join(study, "random-seed1", "summary.json"), '{"testAccuracy":"high"}');
    const { json } = await serve(parent);
    const problems = (await json<StudyLine[]>("/api/studies")).map(({ id, problem }) => [id, problem]);
    expect(problems).toEqual([
      ["huge", expect.stringContaining("got 12000 runs")],
      ["photos-study-rules", null],
      ["torn", expect.stringContaining("study-plan.json: not JSON")],
    ]);
    const { runs } = await json<StudyDetail>("/api/studies/photos-study-rules");
    expect(runs[1]!.outcome).toMatchObject({ condition: "failed", code: "E_RUN_FILE" });
    const other = finishSampleRun(study, "random-seed1", 0.8);
    const config = other.readJson("config.json") as { readonly data: object };
    other.writeJson("config.json", { ...config, data: { ...config.data, fingerprint: "cd".repeat(32) } });
    const apart = await json<StudyDetail>("/api/studies/photos-study-rules");
    expect(apart.line.problem).toContain("random-seed1 was made of other images than mine-seed1");
    expect([apart.rows, apart.runs.length]).toEqual([[], 4]);
    other.writeJson("config.json", { ...config, data: { ...config.data, fit: "pad", fingerprint: "cd".repeat(32) } });
    expect((await json<StudyDetail>("/api/studies/photos-study-rules")).line.problem).toBe(null);
  });

  it("are read anew only where something changed, and stay the same lines else", () => {
    const { parent, study } = makeMixed();
    makeSampleStudy(parent, "other");
    const registry = new RunRegistry(parent);
    const look = () => {
      registry.lines();
      return registry.studies();
    };
    const before = look();
    expect(look()).toBe(before);
    appendEpoch(RunFolder.open(join(study, "mine-seed2")), 3, 9);
    const after = look();
    expect(after.map((line, index) => line === before[index])).toEqual([true, false]);
    expect(registry.study("photos-study-rules")!.runs[2]!.outcome).toMatchObject({ progress: "search 3/9" });
    rmSync(study, { recursive: true });
    expect(look().map(({ id }) => id)).toEqual(["other"]);
    expect(registry.study("photos-study-rules")).toBe(null);
  });

  it("come over the stream again as soon as a run of theirs is finished", async () => {
    const { parent, study } = makeMixed();
    const { address } = await serve(parent);
    const stream = await rawRequest(address, "/api/live");
    let text = "";
    // Without an end the test would wait for what does not come.
    setTimeout(() => stream.destroy(), 5000).unref();
    stream.on("data", (chunk) => {
      const isFirst = !text.includes("event: studies");
      text += String(chunk);
      if (isFirst && text.includes("event: studies")) finishSampleRun(study, "mine-seed2", 0.9);
      if (text.includes('"finished":3')) stream.destroy();
    });
    await new Promise((resolve) => stream.once("close", resolve));
    expect(text).toContain('"counts":{"finished":2,"running":1');
    expect(text).toContain('"counts":{"finished":3,"running":0');
  });
});
