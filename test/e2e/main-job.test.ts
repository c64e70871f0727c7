import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { readJournal } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Printed, runCommand } from "./command-line.ts";

const SMALL = ["--channels", "4", "--cells", "3", "--epochs", "1", "--retrain-epochs", "1", "--batch", "128"];
const FILES = [
  "architecture.json",
  "space.json",
  "README.md",
  "cells.svg",
  "checkpoints",
  "config.json",
  "data-files.json",
  "data.json",
  "environment.json",
  "events.jsonl",
  "genotype.json",
  "labels.txt",
  "lock-1.json",
  "model.onnx",
  "parity.json",
  "results.csv",
  "summary.json",
  "test-images.bin",
  "test-predictions.json",
  "weights.safetensors",
];

interface Summary {
  readonly run: string;
  readonly strategy: string;
  readonly seed: number;
  readonly testAccuracy: number;
  readonly parameters: number;
  readonly macs: number;
  readonly seconds: number;
  readonly model: string;
}

function bytesOf(run: string, file: string): string {
  return readFileSync(join(run, file)).toString("base64");
}

describe("search on the embedded images", () => {
  const cwd = temporaryFolder();
  let first: Printed;
  let run: string;

  beforeAll(async () => {
    first = await runCommand(cwd, ["search", "demo", ...SMALL, "--threads", "1", "--json"]);
    expect(first.status, first.error).toBe(0);
    run = (JSON.parse(first.output) as Summary).run;
  });

  it("prints one JSON object and leaves a whole run folder", () => {
    const summary = JSON.parse(first.output) as Summary;
    expect(summary).toMatchObject({ strategy: "two-stage", seed: 1, run: join(cwd, "runs/demo-two-stage-seed1") });
    expect(summary.testAccuracy).toBeGreaterThan(0.2);
    expect(summary.parameters).toBeGreaterThan(1000);
    expect(summary.macs).toBeGreaterThan(10000);
    expect(summary.model).toBe(join(run, "model.onnx"));
    expect(readdirSync(run).sort()).toEqual([...FILES].sort());
    expect(first.error).toMatch(/search epoch 1\/1 .*loss/);
    expect(first.error).toMatch(/left/);
  });

  it("keeps a journal and a row an epoch", () => {
    const kinds = readJournal(join(run, "events.jsonl")).map((entry) => entry.kind);
    expect(kinds).toEqual(["started", "selection", "search-epoch", "selection", "retrain-epoch", "test", "finished"]);
    const rows = readFileSync(join(run, "results.csv"), "utf8").trimEnd().split("\n");
    expect(rows).toHaveLength(3);
    expect(rows.map((row) => row.split(",").length)).toEqual([12, 12, 12]);
  });

  it("gives the same genotype and weights on two threads, twice, in folders of their own", async () => {
    for (const threads of ["2", "1"]) {
      const again = await runCommand(cwd, ["search", "demo", ...SMALL, "--threads", threads, "--json"]);
      const other = (JSON.parse(again.output) as Summary).run;
      expect(other).not.toBe(run);
      for (const file of ["genotype.json", "weights.safetensors", "model.onnx"]) {
        expect(bytesOf(other, file), file).toBe(bytesOf(run, file));
      }
    }
  });

  it("exported a model that onnxruntime agrees with on 1,000 test images", () => {
    const parity = JSON.parse(readFileSync(join(run, "parity.json"), "utf8")) as Record<string, number | boolean>;
    expect(parity).toMatchObject({ images: 1000, passed: true, differentClasses: 0 });
    expect(parity["worstProbabilityDifference"]).toBeLessThan(1e-4);
  });

  it("evaluates the run and the ONNX file to the accuracy that it reported", async () => {
    const { testAccuracy } = JSON.parse(first.output) as Summary;
    const engine = await runCommand(cwd, ["evaluate", run, "demo", "--json"]);
    expect(JSON.parse(engine.output)).toMatchObject({ testAccuracy, images: 1000 });
    const onnx = await runCommand(cwd, ["evaluate", join(run, "model.onnx"), "demo", "--json"]);
    expect(JSON.parse(onnx.output)).toMatchObject({ testAccuracy, images: 1000 });
  });

  it("predicts from both alike", async () => {
    const image = join(cwd, "shirt.png");
    await sharp({ create: { width: 40, height: 30, channels: 3, background: "#808080" } })
      .png()
      .toFile(image);
    const predict = async (model: string) => {
      const printed = await runCommand(cwd, ["predict", model, image, "--json", "--top", "10"]);
      expect(printed.status, printed.error).toBe(0);
      return (JSON.parse(printed.output) as { images: { classes: { name: string; probability: number }[] }[] })
        .images[0]!.classes;
    };
    const [engine, onnx] = [await predict(run), await predict(join(run, "model.onnx"))];
    expect(engine.map(({ name }) => name)).toEqual(onnx.map(({ name }) => name));
    for (const [k, { probability }] of engine.entries()) expect(probability).toBeCloseTo(onnx[k]!.probability, 4);
  });

  it("exports the genotype as text that is read back, and the same ONNX bytes again", async () => {
    const text = await runCommand(cwd, ["export", run, "--to", "genotype"]);
    expect(text.output).toMatch(/^Genotype\(normal=\[/);
    const file = join(cwd, "again.onnx");
    const exported = await runCommand(cwd, ["export", run, "--to", "onnx", "--file", file]);
    expect(exported.status, exported.error).toBe(0);
    expect(readFileSync(file).toString("base64")).toBe(bytesOf(run, "model.onnx"));
    expect(existsSync(`${file}.parity.json`)).toBe(true);
    const tensors = join(cwd, "again.safetensors");
    await runCommand(cwd, ["export", run, "--to", "safetensors", "--file", tensors]);
    expect(readFileSync(tensors).toString("base64")).toBe(bytesOf(run, "weights.safetensors"));
  });

  it("trains a genotype from a run, with every regulariser", async () => {
    const args = [
      "--channels",
      "4",
      "--cells",
      "3",
      "--epochs",
      "1",
      "--batch",
      "128",
      "--cutout",
      "8",
      "--drop-path",
      "0.2",
    ];
    const more = [
      "--auxiliary",
      "0.4",
      "--label-smoothing",
      "0.1",
      "--flip",
      "on",
      "--json",
      "--out",
      "elsewhere/mine",
    ];
    const printed = await runCommand(cwd, ["train", run, "demo", ...args, ...more]);
    expect(printed.status, printed.error).toBe(0);
    expect(JSON.parse(printed.output)).toMatchObject({ strategy: null, run: join(cwd, "elsewhere/mine") });
    const config = JSON.parse(readFileSync(join(cwd, "elsewhere/mine/config.json"), "utf8")) as { training: object };
    expect(config.training).toMatchObject({ dropPathRate: 0.2, auxiliaryWeight: 0.4, labelSmoothing: 0.1 });
  });

  it("refuses a run whose weights were cut short", async () => {
    const folder = temporaryFolder();
    for (const file of ["config.json", "genotype.json"]) copyFileSync(join(run, file), join(folder, file));
    const printed = await runCommand(cwd, ["predict", folder, join(cwd, "shirt.png")]);
    expect(printed.status).toBe(1);
    expect(printed.error).toContain("weights.safetensors");
  });
});
