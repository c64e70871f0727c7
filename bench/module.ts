/**
 * @file A trained network in a page: the module that `export --to module` writes beside `model.onnx` in onnxruntime-web, in Chromium on one thread. The
 * first baseline of each space at its default size, without training. Bytes as they lie and gzipped, milliseconds until the first answer from a server on
 * this machine, milliseconds an image.
 * `npm run build && npx tsx bench/module.ts [--rounds 5] [--images 40]`; needs Chromium.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { CROPPED } from "../src/data/index.ts";
import { encodeModule, encodeOnnx } from "../src/export/index.ts";
import { inferencePass, initialValues, type Network } from "../src/network/index.ts";
import { RandomStreams } from "../src/random/index.ts";
import { SPACES, type SpaceKind } from "../src/spaces/index.ts";
import { launchBrowser } from "../test/e2e/browser.ts";
import { serveFiles } from "../test/e2e/static-server.ts";
import { countsOf, runCommand } from "./harness/command.ts";
import { cpuModel, ROOT } from "./harness/machine.ts";
import { both, summarise } from "./harness/samples.ts";
import { markdownTable } from "./harness/table.ts";

const USAGE = "npx tsx bench/module.ts [--rounds 5] [--images 40]";
const [SIDE, CHANNELS, CLASSES] = [32, 3, 10];
const RUNTIME = join(ROOT, "node_modules/onnxruntime-web/dist");
const ORT_FILES = ["ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];
const MODULE_PARTS = ["model.js", "model.wasm", "model.bin"];

function networkOf(kind: SpaceKind): { readonly network: Network; readonly name: string } {
  const options = kind.options({});
  const shape = { imageSize: { height: SIDE, width: SIDE }, imageChannels: CHANNELS, classCount: CLASSES };
  const macro = kind.macro({ shape, given: {}, purpose: "training", auxiliaryHead: false }, options);
  const space = kind.create(options);
  const { architecture, name } = space.baselines![0]!;
  return {
    network: space.derivedNetwork(macro, architecture)(inferencePass()),
    name: `${kind.kind}, ${name}: ${kind.describe(macro)}`,
  };
}

/** Writes both forms of a network into `folder`. */
async function writeForms(folder: string, network: Network): Promise<void> {
  const streams = new RandomStreams(1);
  const specs = [...network.parameters, ...network.runningStatistics];
  const values = new Map(specs.map((spec) => [spec.name, initialValues(spec, streams)]));
  const form = {
    ...{ graph: network.graph, images: network.images, logits: network.logits },
    parameters: (name: string) => values.get(name)!,
    normalisation: { mean: [0.5, 0.5, 0.5], standardDeviation: [0.25, 0.25, 0.25] },
    fitting: CROPPED,
    classNames: Array.from({ length: CLASSES }, (_, k) => `class ${k}`),
    producerVersion: "bench",
  };
  mkdirSync(folder);
  for (const [name, bytes] of Object.entries(await encodeModule(form))) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, "model.onnx"), encodeOnnx(form));
}

interface Answers {
  readonly first: number;
  readonly times: readonly number[];
  readonly probabilities: readonly number[];
}

/** A program for the page: `answer(pixels)` after loading, then `images` answers that are timed. As text: what a compiler adds to functions is not known there. */
const timed = (loading: string, images: number) => `(async () => {
  const start = performance.now();
  ${loading}
  const pixels = Uint8Array.from({ length: ${SIDE * SIDE * CHANNELS} }, (_, i) => (i * 7) % 256);
  let probabilities = await answer(pixels);
  const first = performance.now() - start;
  for (let k = 0; k < 10; k++) await answer(pixels);
  const times = [];
  for (let k = 0; k < ${images}; k++) {
    const before = performance.now();
    await answer(pixels);
    times.push(performance.now() - before);
  }
  return { first, times, probabilities: [...probabilities] };
})()`;

const OURS = `const { load } = await import("/network/model.js");
  const model = await load();
  const answer = (pixels) => model.probabilities(pixels);`;

const ORT = `const { InferenceSession, Tensor, env } = await import("/ort.wasm.min.mjs");
  env.wasm.numThreads = 1;
  env.wasm.wasmPaths = location.origin + "/";
  const session = await InferenceSession.create("/network/model.onnx", { executionProviders: ["wasm"] });
  const answer = async (pixels) => {
    const planes = new Float32Array(pixels.length);
    for (let i = 0; i < pixels.length; i++) planes[(i % ${CHANNELS}) * ${SIDE * SIDE} + Math.floor(i / ${CHANNELS})] = pixels[i];
    const images = new Tensor("float32", planes, [1, ${CHANNELS}, ${SIDE}, ${SIDE}]);
    return (await session.run({ images }, ["probabilities"])).probabilities.data;
  };`;

async function answersOf(browser: Browser, address: string, program: string): Promise<Answers> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${address}/page.html`);
  const answers = await page.evaluate<Answers>(program);
  await context.close();
  return answers;
}

function bytesOf(folder: string, files: readonly string[]): readonly [number, number] {
  const contents = files.map((file) => readFileSync(join(folder, file)));
  const sum = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length, 0);
  return [sum(contents.map(({ length }) => length)), sum(contents.map((bytes) => gzipSync(bytes).length))];
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000).toLocaleString("en")} kB`;

async function bench(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: "string", default: "5" }, images: { type: "string", default: "40" } },
  });
  const { rounds, images } = countsOf(values, ["rounds", "images"]);
  const root = mkdtempSync(join(tmpdir(), "ista-nas-module-"));
  const browser = await launchBrowser();
  const server = await serveFiles(root);
  const [sizes, speeds]: [string[][], string[][]] = [[], []];
  try {
    console.log(`Chromium ${browser.version()}, one thread, ${cpuModel()}, ${SIDE}x${SIDE}x${CHANNELS}\n`);
    writeFileSync(join(root, "page.html"), "<!doctype html><title>bench</title>");
    for (const file of ORT_FILES) copyFileSync(join(RUNTIME, file), join(root, file));
    for (const kind of SPACES) {
      const { network, name } = networkOf(kind);
      const folder = join(root, "network");
      rmSync(folder, { recursive: true, force: true });
      await writeForms(folder, network);
      const onnx = ["network/model.onnx", ...ORT_FILES];
      const module = MODULE_PARTS.map((file) => `network/${file}`);
      const parts = [module, module.slice(0, 2), onnx, ORT_FILES];
      sizes.push([name, ...parts.map((files) => bytesOf(root, files).map(kilobytes).join(" / "))]);
      const [ours, theirs]: [Answers[], Answers[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        ours.push(await answersOf(browser, server.address, timed(OURS, images)));
        theirs.push(await answersOf(browser, server.address, timed(ORT, images)));
      }
      const apart = ours[0]!.probabilities.map((value, k) => Math.abs(value - theirs[0]!.probabilities[k]!));
      const figures = [ours, theirs].map((answers) => [
        both(summarise(answers.map(({ first }) => first))),
        both(summarise(answers.flatMap(({ times }) => times))),
      ]);
      speeds.push([name, ...figures.flat(), Math.max(...apart).toExponential(1)]);
    }
  } finally {
    await browser.close();
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  }
  const forms = ["module", "its code", "model.onnx and onnxruntime-web", "their code"];
  console.log(`As they lie / gzipped:\n\n${markdownTable(["network", ...forms], sizes)}`);
  const columns = ["module: first answer, ms", "an image, ms", "onnxruntime-web: first answer, ms", "an image, ms"];
  console.log(`\nMinimum / median:\n\n${markdownTable(["network", ...columns, "largest difference"], speeds)}`);
}

await runCommand(USAGE, bench);
