import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addToLogSettings, RunLoggers, readLogSettings } from "../../src/loggers/index.ts";
import type { MlflowTimes } from "../../src/loggers/mlflow-logger.ts";
import type { JournalEntry, RunConfig, RunFolder } from "../../src/store/index.ts";
import { SAMPLE_CONFIG } from "../store/sample-config.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Fault, MlflowServer, type SeenRequest } from "./mlflow-server.ts";
import { SAMPLE_FIGURES, sampleJournal } from "./sample-journal.ts";
import { sampleFolder, writeJournal, writeResults } from "./sample-run.ts";

const TIMES: MlflowTimes = { timeout: 0.4, upload: 10, pause: 0.01, calm: 0, parting: 20, finish: 20 };
const JOURNAL = sampleJournal();
const SOON = { timeout: 20_000 };

interface Session {
  readonly journal?: readonly JournalEntry[];
  /** Events that the journal has when the session begins, and those after which it ends. */
  readonly before?: number;
  readonly until?: number;
  readonly config?: RunConfig;
  readonly environment?: Readonly<Record<string, string>>;
  readonly mlflowUri?: string;
  readonly times?: MlflowTimes;
}

describe("an MLflow server", () => {
  let server: MlflowServer;
  let folder: RunFolder;
  let told: string[];

  beforeEach(async () => {
    server = await MlflowServer.start();
    folder = sampleFolder();
    told = [];
    addToLogSettings(folder, ["mlflow"], { address: server.address, experiment: "cells" });
  });
  afterEach(() => server.close());

  /** As a process that is killed leaves it, unless it is finished. */
  function begin({ journal = JOURNAL, before = 0, until = JOURNAL.length, ...given }: Session = {}): RunLoggers {
    const { config = SAMPLE_CONFIG, environment = {}, times = TIMES, mlflowUri } = given;
    writeJournal(folder, journal.slice(0, before));
    const tell = (text: string) => told.push(text);
    const loggers = RunLoggers.open({ folder, config, tell, environment, times, mlflowUri })!;
    for (const entry of journal.slice(before, until)) loggers.add(entry);
    return loggers;
  }

  const failing = (endpoint: string, fault: Fault, times: number) => {
    let left = times;
    server.fault = (request: SeenRequest) => (request.endpoint === endpoint && left-- > 0 ? fault : null);
  };

  const figures = (run = server.runs[0]!) => run.metrics.map(({ key, step, value }) => [key, step, value]);
  const sorted = (list: readonly unknown[]) => list.map((item) => JSON.stringify(item)).sort();
  const expectAll = () => expect(sorted(figures())).toEqual(sorted(SAMPLE_FIGURES));

  it("is told of a run in the order of its interface: experiment, run, settings, numbers, files, end", async () => {
    writeResults(folder);
    expect(await begin().finish()).toEqual([]);
    const calls = server.takeCalls();
    const others = calls.filter((call) => !/PUT|log-batch|set-tag/.test(call));
    expect(others).toEqual([
      "GET experiments/get-by-name",
      "POST experiments/create",
      "POST runs/search",
      "POST runs/create",
      "POST runs/update",
    ]);
    expect(calls.at(-1)).toBe("POST runs/update");
    expect(figures()).toEqual(SAMPLE_FIGURES);
    const [run] = server.runs;
    expect(run!.metrics[0]!.timestamp).toBe(Date.parse(JOURNAL[2]!.time));
    expect([run!.experiment, run!.name, run!.startTime]).toEqual(["1", "sample", Date.parse(JOURNAL[0]!.time)]);
    expect(run!.info).toMatchObject({ status: "FINISHED", end_time: Date.parse(JOURNAL.at(-1)!.time) });
    expect(Object.fromEntries(run!.params)).toMatchObject({ seed: "5", "training.epochs": "4", "space.kind": "darts" });
    expect(Object.fromEntries(run!.tags)).toMatchObject({ architecture: "as text", "mlflow.note.content": "# Card\n" });
    const place = `1/${run!.info.run_id}/artifacts`;
    expect(server.files.get(`${place}/model.onnx`)).toEqual(Buffer.from([8, 8]));
    expect(server.files.get(`${place}/confusion.png`)!.subarray(1, 4).toString()).toBe("PNG");
    expect([...server.files.keys()].map((file) => file.replace(`${place}/`, "")).sort()).toEqual(
      ["README.md", "cells.png", "cells.svg", "config.json", "confusion.png", "model.onnx", "summary.json"].sort(),
    );
    expect(told).toEqual([]);
    expect(readLogSettings(folder)).toMatchObject({ complete: ["mlflow"], mlflow: { runId: run!.info.run_id } });
  });

  it("goes on with the same run after sessions that broke off, and hears nothing twice", async () => {
    await begin({ until: 6 }).finish();
    expect(server.runs[0]!.info.status).toBe("KILLED");
    // The journal was cut to a checkpoint, and what follows happens again, later.
    for (const before of [3, 0, 5]) await begin({ journal: sampleJournal(60), before, until: 7 }).finish();
    expect(server.runs[0]!.info.status).toBe("KILLED");
    writeResults(folder);
    await begin({ journal: sampleJournal(90), before: 4 }).finish();
    expect(server.runs).toHaveLength(1);
    expectAll();
    expect(server.runs[0]!.info.status).toBe("FINISHED");
    await begin({ before: JOURNAL.length }).finish();
    expectAll();
  });

  it("finds the run again whose identifier the process had no time to keep", async () => {
    const { mlflow, ...settings } = readLogSettings(folder)!;
    await begin({ until: 4 }).finish();
    folder.writeJson("logs.json", { ...settings, mlflow });
    await begin({ before: 4 }).finish();
    expect(server.runs).toHaveLength(1);
    expectAll();
  });

  it("is told what has changed as a tag, and anew what is now another number", async () => {
    await begin({ until: 7 }).finish();
    const other = JOURNAL.map((entry) => (entry.kind === "retrain-epoch" ? { ...entry, loss: 9 } : entry));
    const config = { ...SAMPLE_CONFIG, maxLoss: 7 };
    await begin({ journal: other, before: 6, config }).finish();
    expect(server.runs[0]!.params.get("maxLoss")).toBe("1000");
    expect(server.runs[0]!.tags.get("changed.maxLoss")).toBe("7");
    const losses = server.runs[0]!.metrics.filter(({ key }) => key === "retrain/loss");
    expect(losses.map(({ step, value }) => [step, value])).toEqual([
      [1, 1 / 3],
      [1, 9],
      [2, 9],
    ]);
  });

  it.each(["experiments/get-by-name", "runs/search", "runs/create", "runs/log-batch", "runs/update"])(
    "fault: that fails at %s is asked again, in silence",
    async (endpoint) => {
      for (const [fault, times] of [
        ["500", 2],
        ["reset", 2],
        ["hang", 1],
        ["lost", 1],
      ] as const) {
        folder = sampleFolder();
        server.runs.length = 0;
        addToLogSettings(folder, ["mlflow"], { address: server.address, experiment: "cells" });
        failing(endpoint, fault, times);
        expect(await begin().finish()).toEqual([]);
        expect(server.runs).toHaveLength(1);
        expectAll();
      }
      expect(told).toEqual([]);
    },
  );

  it("fault: that took numbers and whose answer got lost hears them once", async () => {
    let batches = 0;
    // The first one has the settings.
    server.fault = ({ endpoint }) => (endpoint === "runs/log-batch" && ++batches === 2 ? "lost" : null);
    expect(await begin().finish()).toEqual([]);
    expect(batches).toBeGreaterThan(1);
    expectAll();
    expect(server.takeCalls()).toContain("GET metrics/get-history");
  });

  it("fault: that is away for a whole session holds nothing up, is warned of once, and gets all from the next one", async () => {
    await server.close();
    const loggers = begin({ until: 0 });
    for (const entry of JOURNAL.slice(0, 8)) {
      expect(loggers.add(entry)).toBeUndefined();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await loggers.finish()).toEqual(["mlflow"]);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(
      /^warning: mlflow: http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED; the run goes on, .* by: ista-nas log \S+sample --to mlflow$/,
    );
    await server.open();
    writeResults(folder);
    expect(await begin({ before: 8 }).finish()).toEqual([]);
    expectAll();
    expect(told).toHaveLength(1);
  });

  it("fault: that comes back while the run is at work gets all then", async () => {
    await server.close();
    const loggers = begin({ until: 4 });
    await expect.poll(() => told, SOON).toHaveLength(1);
    await server.open();
    for (const entry of JOURNAL.slice(4)) loggers.add(entry);
    writeResults(folder);
    expect(await loggers.finish()).toEqual([]);
    expectAll();
    expect(told[1]).toBe("mlflow: what was missing has been sent");
  });

  it("fault: that takes requests and never answers is left after a while", async () => {
    server.fault = () => "hang";
    const times = { ...TIMES, timeout: 60, parting: 0.5 };
    expect(await begin({ times }).finish()).toEqual(["mlflow"]);
    expect(told[0]).toContain("no answer in time");
    expect(server.requests.length).toBeLessThanOrEqual(1);
  });

  it("fault: that refuses is not asked three times, nor followed to another address", async () => {
    for (const [fault, reason] of [
      ["403", "status 403: PERMISSION_DENIED"],
      ["elsewhere", "status 307"],
    ] as const) {
      told.length = 0;
      server.fault = () => fault;
      const loggers = begin({ until: 1, times: { ...TIMES, calm: 60 } });
      await expect.poll(() => told[0], SOON).toContain(`: ${reason};`);
      expect(server.requests).toHaveLength(1);
      await loggers.finish();
      server.requests.length = 0;
    }
  });

  it("fault: whose run was deleted gets a new one", async () => {
    await begin({ until: 5 }).finish();
    server.runs[0]!.info.lifecycle_stage = "deleted";
    await begin({ before: 5 }).finish();
    expect(sorted(figures(server.runs[1]))).toEqual(sorted(SAMPLE_FIGURES));
  });

  it("fault: that takes no files is told the rest", async () => {
    writeResults(folder);
    server.fault = ({ method }) => (method === "PUT" ? "403" : null);
    expect(await begin().finish()).toEqual([]);
    expect(server.runs[0]!.info.status).toBe("FINISHED");
    expect(told).toEqual(["mlflow: files of the run were not uploaded: status 403: PERMISSION_DENIED"]);
  });

  it("gets files into its folder where it is of this machine", async () => {
    const root = temporaryFolder();
    server.artifacts = (experiment, run) => `file://${root}/${experiment}/${run}/artifacts`;
    writeResults(folder);
    await begin().finish();
    const { artifact_uri: place } = server.runs[0]!.info;
    expect(readFileSync(new URL(`${place}/model.onnx`))).toEqual(Buffer.from([8, 8]));
    expect(told).toEqual([]);
  });

  it("is told a batch at a time", async () => {
    const [first, ...rest] = JOURNAL;
    const epochs = Array.from({ length: 300 }, (_, k) => ({ ...rest[1]!, epoch: k + 1 }));
    await begin({ journal: [first!, ...epochs], until: 301 }).finish();
    expect(server.runs[0]!.metrics).toHaveLength(1200);
    expect(server.takeCalls().filter((call) => call === "POST runs/log-batch").length).toBeGreaterThan(2);
  });

  describe("credentials", () => {
    const everythingWritten = () =>
      ["logs.json", "events.jsonl", "config.json"].map((file) => readFileSync(folder.pathOf(file), "utf8")).join("") +
      told.join("");
    const asked = () => new Set(server.requests.splice(0).map(({ authorization }) => authorization));
    const basic = `Basic ${Buffer.from("ann:s3cret/").toString("base64")}`;

    it("in the address given or in the environment go to the server and nowhere else", async () => {
      const named = server.address.replace("//", "//ann:s3cret%2F@");
      await begin({ mlflowUri: named, until: 3 }).finish();
      expect(asked()).toEqual(new Set([basic]));
      await begin({ environment: { MLFLOW_TRACKING_URI: named }, before: 3, until: 4 }).finish();
      expect(asked()).toEqual(new Set([basic]));
      const environment = { MLFLOW_TRACKING_URI: `${server.address}/`, MLFLOW_TRACKING_TOKEN: "t0ken" };
      await begin({ environment, before: 4, until: 5 }).finish();
      expect(asked()).toEqual(new Set(["Bearer t0ken"]));
      const both = { ...environment, MLFLOW_TRACKING_USERNAME: "ann", MLFLOW_TRACKING_PASSWORD: "s3cret/" };
      server.fault = () => "403";
      await begin({ environment: both, before: 5, until: 6 }).finish();
      expect(asked()).toEqual(new Set([basic]));
      expect(told).toHaveLength(1);
      expect(everythingWritten()).not.toMatch(/s3cret|t0ken|ann:|Basic|Bearer/);
    });

    it("are not sent to an address that a run folder alone names", async () => {
      const environment = { MLFLOW_TRACKING_URI: "http://other.example", MLFLOW_TRACKING_TOKEN: "t0ken" };
      await begin({ environment, until: 2 }).finish();
      await begin({ environment: { ...environment, MLFLOW_TRACKING_URI: "./mlruns" }, before: 2, until: 3 }).finish();
      expect(asked()).toEqual(new Set([null]));
    });
  });
});
