import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JOURNAL_FILE, readJournal } from "../../src/store/index.ts";
import { MlflowServer } from "../loggers/mlflow-server.ts";
import { readEventFile } from "../loggers/read-event-file.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";
import { fewImages } from "./few-images.ts";

const SIZE = ["--channels", "4", "--cells", "3", "--batch", "64", "--epochs", "2", "--retrain-epochs", "1"];
const SEARCH = ["search", "images", ...SIZE, "--threads", "1", "--out", "run"];
/** As an environment has none of this machine's. */
const NO_SERVER = { MLFLOW_TRACKING_URI: "", MLFLOW_TRACKING_USERNAME: "", MLFLOW_TRACKING_TOKEN: "" };

describe("a run that is told to TensorBoard and MLflow", () => {
  const cwd = temporaryFolder();
  let server: MlflowServer;
  beforeAll(async () => {
    fewImages(cwd, "images", 640, 50);
    server = await MlflowServer.start();
  });
  afterAll(() => server.close());

  const command = (args: readonly string[], environment = {}, when?: (text: string) => boolean) =>
    runCommand(cwd, args, {
      environment: { ...NO_SERVER, ...environment },
      ...(when === undefined ? {} : { interrupt: { signal: "SIGKILL", when } }),
    });

  it("by kill -9 and resume says every number once, to both, and no password to anybody else", async () => {
    const named = server.address.replace("//", "//ann:s3cret@");
    const begun = await command(
      [...SEARCH, "--log", "tensorboard,mlflow", "--mlflow-uri", named, "--mlflow-experiment", "cells"],
      {},
      // Told before there is a checkpoint of the same epoch, perhaps.
      (text) => /search epoch 2/.test(text) && server.runs[0]?.metrics.length !== 0,
    );
    expect(begun.status, begun.error).toBe(-9);
    const ended = await command(["resume", "run"], { MLFLOW_TRACKING_URI: named });
    expect(ended.status, ended.error).toBe(0);
    const run = (file: string) => join(cwd, "run", file);
    const expected = readJournal(run(JOURNAL_FILE)).flatMap((entry) =>
      entry.kind === "search-epoch" ? [["search/loss", entry["epoch"], entry["weightLoss"]]] : [],
    );
    expect(expected).toHaveLength(2);
    const points = server.runs[0]!.metrics.map(({ key, step, value }) => [key, step, value]);
    expect(points.filter(([key]) => key === "search/loss")).toEqual(expected);
    const once = new Set(points.map(([key, step]) => `${key} ${step}`));
    expect(once.size).toBe(points.length);
    const values = readEventFile(readFileSync(run("tensorboard/events.out.tfevents.ista-nas"))).flatMap(
      ({ step, values }) => values.map(({ tag, number }) => [tag, step, number] as const),
    );
    const scalars = values.filter(([, , number]) => number !== undefined);
    const inSingle = points.map(([key, step, value]) => [key, step, Math.fround(value as number)]);
    expect(scalars.map(String).sort()).toEqual(inSingle.map(String).sort());
    expect(values.map(([tag]) => tag)).toEqual(expect.arrayContaining(["settings", "cells", "confusion"]));
    expect([server.runs.length, server.experiments.get("cells")]).toEqual([1, "1"]);
    expect(server.runs[0]!.info.status).toBe("FINISHED");
    expect([...server.files.keys()].some((file) => file.endsWith("/model.onnx"))).toBe(true);
    const kept = readdirSync(join(cwd, "run"), { recursive: true, encoding: "utf8" }).map(run);
    const texts = kept.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, "latin1"));
    for (const text of [...texts, begun.output, begun.error, ended.output, ended.error]) {
      expect(text).not.toMatch(/s3cret|YW5uOnMzY3JldA/);
    }
  });

  it("can be told afterwards, and says what could not be", async () => {
    const told = await command(["log", "run", "--to", "tensorboard", "--json"]);
    expect(JSON.parse(told.output)).toEqual({ run: "run", told: ["tensorboard"] });
    await server.close();
    const failed = await command(["log", "run"]);
    expect(failed.status).toBe(1);
    expect(failed.output).toMatch(/^warning: mlflow: http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED; /m);
    expect(failed.error).toMatch(/^error: log: \S+run: could not tell mlflow everything\nhint: /m);
    await server.open();
    expect(await command(["resume", "run"])).toMatchObject({ status: 0, error: "" });
    expect(server.runs).toHaveLength(1);
    expect(server.takeCalls()).toContain("POST runs/update");
    expect(await command(["resume", "run"])).toMatchObject({ status: 0 });
    expect(server.takeCalls()).toEqual([]);
  });

  it.each([
    [[...SEARCH, "--log", "mlflow"], /--log: got mlflow without the address of a server[\s\S]*MLFLOW_TRACKING_URI/],
    [[...SEARCH, "--mlflow-uri", "http://h"], /--mlflow-uri: got it without --log mlflow/],
  ])("says what is wrong with %j", async (args, message) => {
    const printed = await command(args.map((word) => (word === "run" ? "other" : word)));
    expect([printed.status, printed.error]).toEqual([2, expect.stringMatching(message)]);
  });
});
