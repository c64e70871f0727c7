import { copyFileSync, cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type AttributeMessage, encodeModel, type ValueInfoMessage } from "../../src/export/onnx/schema.ts";
import { type Benchmark, benchmark, exportOnnx, type RunEvent } from "../../src/run/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const RUN = fileURLToPath(new URL("../golden/runs/format-1", import.meta.url));

/** A model as another program may write one: the global mean of each of `inputs`, float32 tensors of these extents. */
function foreignModel(inputs: Readonly<Record<string, readonly (number | string)[]>>): Uint8Array {
  const tensorOf = (name: string, extents: readonly (number | string)[]): ValueInfoMessage => {
    const dim = extents.map((extent) => (typeof extent === "number" ? { dimValue: extent } : { dimParam: extent }));
    return { name, type: { tensorType: { elemType: 1, shape: { dim } } } };
  };
  const attribute: readonly AttributeMessage[] = [];
  const nodes = Object.keys(inputs).map((name) => {
    return { name, opType: "GlobalAveragePool", input: [name], output: [`mean of ${name}`], attribute };
  });
  return encodeModel({
    ...{
      irVersion: 8,
      producerName: "another",
      producerVersion: "1",
      opsetImport: [{ version: 13 }],
      metadataProps: [],
    },
    graph: {
      ...{ name: "graph", node: nodes, initializer: [], valueInfo: [] },
      input: Object.entries(inputs).map(([name, extents]) => tensorOf(name, extents)),
      output: nodes.map(({ output }) => tensorOf(output[0]!, ["N", "C", 1, 1])),
    },
  });
}

describe("benchmark", () => {
  const cwd = temporaryFolder();
  const QUICK = ["--seconds", "0.01", "--threads", "1"];
  const inProgram = async (model: string) => {
    const notes: string[] = [];
    const onEvent = (event: RunEvent) => event.kind === "note" && notes.push(event.text);
    return { ...(await benchmark({ model: join(cwd, model), seconds: 0.01 }, { threads: 1, onEvent })), notes };
  };

  beforeAll(async () => {
    cpSync(RUN, join(cwd, "run"), { recursive: true });
    await exportOnnx({ run: join(cwd, "run") }, { threads: 1 });
    copyFileSync(join(cwd, "run", "model.onnx"), join(cwd, "away.onnx"));
  });

  it("times a run in both runtimes, on one thread and on all, at batch 1 and at the best", async () => {
    const printed = await runCommand(cwd, ["benchmark", "run", "--seconds", "0.01", "--threads", "2", "--json"]);
    expect(printed.status, printed.error).toBe(0);
    const result = JSON.parse(printed.output) as Benchmark;
    const { figures, batchSearches, sizes, imageShape, machine, remarks } = result;
    expect(sizes).toMatchObject({ parameters: 6798, macs: 789344, weightBytes: 40808 });
    expect(sizes.modelBytes).toBeGreaterThan(4 * sizes.storedNumbers!);
    expect([imageShape, remarks, machine.onnxruntime]).toEqual([[1, 28, 28], [], expect.stringMatching(/^1\./)]);
    for (const runtime of ["onnxruntime", "ista-nas"]) {
      for (const threads of [1, 2]) {
        const own = figures.filter((figure) => figure.runtime === runtime && figure.threads === threads);
        const tried = batchSearches.find((one) => one.runtime === runtime && one.threads === threads)!.batches;
        const least = Math.min(...tried.map(({ milliseconds }) => milliseconds));
        const best = tried.find(({ milliseconds }) => milliseconds === least)!.batch;
        expect(own.map(({ batch, isBest }) => [batch, isBest])).toEqual(
          best === 1
            ? [[1, true]]
            : [
                [1, false],
                [best, true],
              ],
        );
        for (const { min, p50, p95, calls } of own) {
          expect(min).toBeGreaterThan(0);
          expect(p50).toBeGreaterThanOrEqual(min);
          expect(p95).toBeGreaterThanOrEqual(p50);
          expect(calls).toBeGreaterThanOrEqual(3);
        }
      }
    }
    expect(figures.length).toBeGreaterThanOrEqual(4);
  });

  it("prints the table, the machine and what disturbs it", async () => {
    const { status, output, error } = await runCommand(cwd, [
      "benchmark",
      "run/model.onnx",
      ...QUICK,
      "--threads",
      "1",
    ]);
    expect(status, error).toBe(0);
    expect(output).toMatch(
      /^images of 1x28x28, model \d+ bytes, weights 40808 bytes, 6798 parameters, 0\.79M multiply/,
    );
    expect(output).toMatch(
      /\n\d+ cores? of .+, Node \d+\.\d+\.\d+, onnxruntime 1\.\S+; load before [\d.]+; each figure/,
    );
    expect(output).toMatch(/\nruntime +threads +batch +ms an image: min +p50 +p95 +calls\n/);
    expect(output).toMatch(/\nonnxruntime +1 +1 .*(\nonnxruntime .*)?\nista-nas +1 +1 /);
    expect(output).toContain("other processes disturb these figures");
  });

  it("times a model file that lies elsewhere, or is another program's, in onnxruntime alone", async () => {
    const away = await inProgram("away.onnx");
    expect(new Set(away.figures.map(({ runtime }) => runtime))).toEqual(new Set(["onnxruntime"]));
    expect(away.notes).toEqual([expect.stringContaining("outside its run folder")]);
    expect(away.sizes).toMatchObject({ parameters: null, macs: null, weightBytes: null });
    writeFileSync(join(cwd, "foreign.onnx"), foreignModel({ x: ["N", 2, 5, 5] }));
    const foreign = await inProgram("foreign.onnx");
    expect(foreign.imageShape).toEqual([2, 5, 5]);
    expect(foreign.notes).toEqual([expect.stringContaining("ista-nas did not write the model")]);
    writeFileSync(join(cwd, "fixed.onnx"), foreignModel({ x: [3, 2, 5, 5] }));
    expect((await inProgram("fixed.onnx")).figures.map(({ batch }) => batch)).toEqual([3]);
  });

  it("says what it cannot time", async () => {
    writeFileSync(join(cwd, "two.onnx"), foreignModel({ x: ["N", 2, 5, 5], y: ["N", 2, 5, 5] }));
    writeFileSync(join(cwd, "open.onnx"), foreignModel({ x: ["N", 2, "H", "W"] }));
    writeFileSync(join(cwd, "text.onnx"), "no model");
    for (const [model, message] of [
      ["nope", /^model \S+nope: there is no such file or folder, expected a run folder or an \.onnx file$/],
      ["two.onnx", /^onnx: inputs: got x float32\[N, 2, 5, 5\]; y float32\[N, 2, 5, 5\], expected one float32/],
      ["open.onnx", /^onnx: inputs: got x float32\[N, 2, H, W\], expected one float32 tensor/],
      ["text.onnx", /^onnx: model: got one that onnxruntime refuses: /],
    ] as const) {
      const error = await inProgram(model).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ kind: "usage", hint: expect.anything(), message: expect.stringMatching(message) });
    }
    const { status, error } = await runCommand(cwd, ["benchmark", "run", "--seconds", "0"]);
    expect(status).toBe(2);
    expect(error).toContain("--seconds: got 0, expected a number from 0.001 to 3600");
  });
});
