/**
 * @file Every primitive, both strides, with and without scale and shift, against PyTorch 1.13 in float32: output,
 * gradients, running statistics, and the output at inference. The file is NCHW and OIHW; names there are those of
 * PyTorch's modules.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { availableArithmetics, createReferenceDevice, createWasmDevice, type Device } from "../../src/device/index.ts";
import { differentiate, Graph, type Value } from "../../src/graph/index.ts";
import { Layers, type PassMode } from "../../src/network/index.ts";
import { buildPrimitive, PRIMITIVES } from "../../src/spaces/darts/index.ts";
import { decodeSafetensors, type StoredTensor } from "../../src/store/index.ts";

const { tensors } = decodeSafetensors(readFileSync(new URL("../golden/operations.safetensors", import.meta.url)));

interface GoldenCase {
  readonly name: string;
  build(layers: Layers, input: Value): Value;
}

const primitiveCases = PRIMITIVES.flatMap((primitive) =>
  ([1, 2] as const).flatMap((stride) =>
    [false, true].flatMap((affine) =>
      ["8x8", "7x10"].map((size): GoldenCase => {
        const options = { stride, affine, poolNorm: true, skipNorm: affine };
        const name = `${primitive}/stride${stride}/${affine ? "affine" : "plain"}/${size}`;
        return {
          name,
          build: (layers, input) => buildPrimitive(layers, name, primitive, input, options),
        };
      }),
    ),
  ),
);

const CASES: readonly GoldenCase[] = [
  ...primitiveCases,
  { name: "relu_conv_norm", build: (layers, input) => layers.reluPointwiseNorm("relu_conv_norm", input, 8, true) },
  { name: "factorized_reduce", build: (layers, input) => layers.factorizedReduce("factorized_reduce", input, 8, true) },
];

it("the file holds these cases and no others", () => {
  const names = [...tensors.keys()].filter((name) => name.endsWith("/input") && !name.includes("/grad/"));
  expect(names.map((name) => name.replace(/\/input$/, "")).sort()).toEqual(CASES.map(({ name }) => name).sort());
});

describe.each([
  ["reference", async () => createReferenceDevice(), 1e-6],
  ...availableArithmetics().map(
    (arithmetic) => [`wasm (${arithmetic})`, () => createWasmDevice({ threads: 2, arithmetic }), 1e-5] as const,
  ),
] as const)("on the %s device", (_, create, tolerance) => {
  let device: Device;
  beforeAll(async () => {
    device = await create();
  });
  afterAll(async () => {
    await device.close();
  });

  it.each(CASES.map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    const { results, expected } = await replay(device, golden);
    expect(Object.keys(results).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, values] of Object.entries(expected)) {
      expect(relativeError(results[name]!, values), name).toBeLessThan(tolerance);
    }
  });
});

/** All results of one case by PyTorch's names, and what the file says of them, in this project's layout. */
async function replay(device: Device, { name, build }: GoldenCase) {
  const input = { input: toLastAxis(tensorOf(name, "input")), cotangent: toLastAxis(tensorOf(name, "cotangent")) };
  const training = buildGraph(name, { kind: "train", updatesRunning: true }, build);
  const inference = buildGraph(name, { kind: "inference" }, build);
  const { graph, layers, output, image } = training;

  // Both sides list parameters and running statistics in the order of the layers.
  const weights = keysUnder(`${name}/param/`);
  const statistics = keysUnder(`${name}/buffer/`);
  expect(layers.parameters.length).toBe(weights.length);
  expect(layers.runningStatistics.length).toBe(statistics.length);
  for (const [k, { name: own, shape }] of layers.parameters.entries()) {
    device.write(own, toFilter(tensorOf(name, `param/${weights[k]!}`), shape.length));
  }
  for (const { name: own, shape, initialiser } of layers.runningStatistics) {
    device.write(own, new Float32Array(shape[0]!).fill(initialiser.kind === "fill" ? initialiser.value : Number.NaN));
  }
  const parameters = layers.parameters.map((parameter) => graph.persistent(parameter.name, parameter.shape));
  const cotangent = graph.input("cotangent", output.shape);
  const gradients = differentiate(graph, output, [image, ...parameters], { seed: cotangent });
  const gradientNames = ["grad/input", ...weights.map((key) => `grad/${key}`)];
  const outputs = Object.fromEntries(gradients.map((value, k) => [gradientNames[k]!, value]));

  const train = await device.compile({ graph, outputs: { ...outputs, output } });
  const infer = await device.compile({ graph: inference.graph, outputs: { output: inference.output } });
  const results: Record<string, ArrayLike<number>> = { ...(await train.run(input)) };
  results["output_eval"] = (await infer.run({ input: input.input }))["output"]!;
  for (const [k, key] of statistics.entries()) {
    results[`buffer/${key}`] = device.read(layers.runningStatistics[k]!.name);
  }
  train.release();
  infer.release();

  const expected: Record<string, ArrayLike<number>> = {};
  for (const key of ["output", "output_eval", "grad/input"]) expected[key] = toLastAxis(tensorOf(name, key));
  for (const key of statistics) expected[`buffer/${key}`] = tensorOf(name, `buffer/${key}`).data;
  for (const [k, key] of weights.entries()) {
    expected[`grad/${key}`] = toFilter(tensorOf(name, `grad/${key}`), layers.parameters[k]!.shape.length);
  }
  return { results, expected };
}

function buildGraph(name: string, mode: PassMode, build: GoldenCase["build"]) {
  const [images, channels, height, width] = tensorOf(name, "input").shape as [number, number, number, number];
  const graph = new Graph();
  const layers = new Layers(graph, mode);
  const image = graph.input("input", [images, height, width, channels]);
  return { graph, layers, image, output: build(layers, image) };
}

function tensorOf(name: string, key: string): StoredTensor {
  const tensor = tensors.get(`${name}/${key}`);
  if (tensor === undefined) throw new Error(`no tensor ${name}/${key}`);
  return tensor;
}

function keysUnder(prefix: string): string[] {
  return [...tensors.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
}

/** `[N, C, H, W]` to `[N, H, W, C]`. */
function toLastAxis({ shape, data }: StoredTensor): Float64Array {
  const [, channels, height, width] = shape as [number, number, number, number];
  const pixels = height * width;
  return Float64Array.from(data, (_, i) => {
    const channel = i % channels;
    const pixel = Math.floor(i / channels) % pixels;
    const image = Math.floor(i / (channels * pixels));
    return data[(image * channels + channel) * pixels + pixel]!;
  });
}

/**
 * PyTorch's `[Cout, Cin, k, k]` to a filter of the given rank: `[k, k, C]` depthwise, `[Cin, Cout]` pointwise; vectors
 * stay.
 */
function toFilter({ shape, data }: StoredTensor, rank: number): Float64Array {
  if (rank === 1) return Float64Array.from(data);
  const outputChannels = shape[0]!;
  const others = data.length / outputChannels;
  return Float64Array.from(data, (_, i) => data[(i % outputChannels) * others + Math.floor(i / outputChannels)]!);
}

/** Largest difference over the largest expected magnitude. */
function relativeError(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(got.length).toBe(expected.length);
  let difference = 0;
  let magnitude = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(got[i]! - expected[i]!));
    magnitude = Math.max(magnitude, Math.abs(expected[i]!));
  }
  return difference / magnitude;
}
