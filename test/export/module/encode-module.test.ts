import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { describe, expect, it, vi } from "vitest";
import { randomSupports } from "../../../src/choice/index.ts";
import { CROPPED, FITS, type Fitting } from "../../../src/data/index.ts";
import { kernelProgram } from "../../../src/device/index.ts";
import { checkedModule, checkParity, encodeModule, type ModuleContent } from "../../../src/export/index.ts";
import type { NetworkBuilder } from "../../../src/network/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { dartsSpace } from "../../../src/spaces/darts/index.ts";
import { mobileSpace } from "../../../src/spaces/mobile/index.ts";
import { nb201Space } from "../../../src/spaces/nas-bench-201/index.ts";
import { toPixels } from "../../../web/model/resize.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { TINY_CHAIN, TINY_MOBILE, TINY_NB201 } from "../../tiny-macros.ts";
import { TINY_SPEC } from "../../tiny-spec.ts";
import { CLASS_NAMES, type Classifier, classifierOf, createClassifier, NORMALISATION } from "../onnx/classifier.ts";

/** A module is for any engine, whatever the one here can do. */
vi.mock(import("../../../src/device/wasm/vector-pairs.ts"), async (original) => ({
  ...(await original()),
  canJoinVectorPairs: () => true,
}));

const DARTS_MACRO = { ...TINY_SPEC, imageSize: { height: 11, width: 8 }, classCount: 3 };
const [DARTS, NB201, MOBILE] = [dartsSpace(), nb201Space(), mobileSpace(TINY_CHAIN)];
const streams = new RandomStreams(3);

/** Of any batch. */
const NETWORKS: Readonly<Record<string, (seed: string) => NetworkBuilder>> = {
  darts: (seed) =>
    DARTS.derivedNetwork(DARTS_MACRO, DARTS.derive(randomSupports(DARTS.groups, streams.stream(`darts${seed}`)))),
  "nas-bench-201": (seed) =>
    NB201.derivedNetwork(TINY_NB201, NB201.derive(randomSupports(NB201.groups, streams.stream(`nb201${seed}`)))),
  mobile: (seed) =>
    MOBILE.derivedNetwork(TINY_MOBILE, MOBILE.derive(randomSupports(MOBILE.groups, streams.stream(`mobile${seed}`)))),
};

const networkOf = (build: NetworkBuilder, batch: number) =>
  build({ mode: { kind: "inference" }, batch, mixture: false, dropPath: false, auxiliaryHead: false });

function moduleOf(
  { graph, images, logits, parameters }: Classifier,
  fitting: Fitting = CROPPED,
): Promise<ModuleContent> {
  const channels = images.shape[3]!;
  const normalisation = {
    mean: NORMALISATION.mean.slice(0, channels),
    standardDeviation: NORMALISATION.standardDeviation.slice(0, channels),
  };
  const named = { classNames: CLASS_NAMES, producerVersion: "1.2.3" };
  return encodeModule({ graph, images, logits, parameters, normalisation, fitting, ...named });
}

const smallClassifier = (channels = 3, seed = 1) =>
  createClassifier({
    ...{ batch: 1, channels, seed },
    features: (l, x) => {
      const y = l.convolution(x, [3, 3], 8, 1, 1);
      return l.concat([l.pool("averagePool", y), l.sum([y, l.depthwise(y, 5), y, y, l.depthwise(y, 3, 1, 2)])]);
    },
  });

interface LoadedModule {
  load(options?: object): Promise<{
    readonly classes: readonly string[];
    readonly inputShape: object;
    classify(image: unknown): readonly { readonly name: string; readonly probability: number }[];
    probabilities(image: unknown): Float64Array;
  }>;
}

const importText = ({ "model.js": text }: ModuleContent) =>
  import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`) as Promise<LoadedModule>;
const filesOf = (content: ModuleContent) => ({ wasm: content["model.wasm"], weights: content["model.bin"] });

describe.each(Object.entries(NETWORKS))("a module of %s", (_, builderOf) => {
  it.each(["a", "b", "c"])(
    "computes what onnxruntime and the reference device compute, architecture %s",
    async (seed) => {
      const build = builderOf(seed);
      const batch = classifierOf(networkOf(build, 5));
      const content = await moduleOf(classifierOf(networkOf(build, 1)));
      const { probabilities } = await batch.expected();
      const compared = { images: batch.pixels, count: 5, expectedProbabilities: probabilities, tolerance: 1e-5 };
      for (const model of [batch.encode(), await checkedModule(content)]) {
        expect(await checkParity({ model, ...compared })).toMatchObject({ passed: true, images: 5 });
      }
    },
  );
});

describe("a module", () => {
  it("loads the files beside it, and classifies in the order of the probabilities", async () => {
    const folder = temporaryFolder();
    const classifier = smallClassifier();
    for (const [name, bytes] of Object.entries(await moduleOf(classifier))) writeFileSync(join(folder, name), bytes);
    const { load } = (await import(pathToFileURL(join(folder, "model.js")).href)) as LoadedModule;
    const model = await load();
    expect(model.classes).toEqual(CLASS_NAMES);
    expect(model.inputShape).toEqual({ height: 7, width: 10, channels: 3 });
    const probabilities = [...model.probabilities(classifier.pixels)];
    const sorted = [...probabilities.entries()].sort(([, a], [, b]) => b - a);
    expect(model.classify(classifier.pixels)).toEqual(
      sorted.map(([k, probability]) => ({ name: CLASS_NAMES[k], probability })),
    );
    const { probabilities: expected } = await classifier.expected();
    for (const [k, value] of probabilities.entries()) expect(value).toBeCloseTo(expected[k]!, 5);
  });

  it.each([1, 3] as const)("fits pictures of %i channels as the page does", async (channels) => {
    const data = Uint8ClampedArray.from({ length: 4 * 33 * 21 }, (_, i) => (i * i * 7 + i) % 256);
    const picture = { width: 33, height: 21, data };
    for (const fit of FITS) {
      const fitting = { fit, padColour: [90, 140, 200].slice(0, channels) };
      const content = await moduleOf(smallClassifier(channels), fitting);
      const model = await (await importText(content)).load(filesOf(content));
      const pixels = toPixels(picture, { height: 7, width: 10, channels }, fitting);
      expect(model.probabilities(picture)).toEqual(model.probabilities(pixels));
      expect(model.probabilities(picture)).not.toEqual(model.probabilities(pixels.toReversed()));
    }
  });

  it("has the same bytes each time, and no argument that depends on the engine", async () => {
    const classifier = smallClassifier();
    expect(await moduleOf(classifier)).toEqual(await moduleOf(classifier));
    const { graph, logits } = classifier;
    const calls = kernelProgram({ graph, outputs: { logits } }).calls;
    // Whether pairs of vectors are joined, then the images from the first to the last.
    for (const { args } of calls.filter(({ kernel }) => ["convolution", "depthwise"].includes(kernel))) {
      expect(args.slice(-3)).toEqual([0, 0, 1]);
    }
  });

  it("refuses files that are not its own, and pictures that are none", async () => {
    const content = await moduleOf(smallClassifier());
    const [{ load }, files] = [await importText(content), filesOf(content)];
    const weights = content["model.bin"] as Uint8Array;
    const other = filesOf(await moduleOf(smallClassifier(3, 2))).weights;
    await expect(load({ ...files, weights: weights.subarray(4) })).rejects.toThrow(
      `model: weights: got ${weights.length - 4} bytes, expected ${weights.length}`,
    );
    await expect(load({ ...files, weights: other })).rejects.toThrow("of another export");
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    await expect(load({ ...files, wasm: empty })).rejects.toThrow("without the kernel averagePool");
    const model = await load({ ...files, wasm: new WebAssembly.Module(files.wasm as Uint8Array<ArrayBuffer>) });
    expect(() => model.classify(new Uint8Array(5))).toThrow("got 5, expected 7x10x3 = 210");
    expect(() => model.classify({ width: 2, height: 2, data: [1, 2, 3] })).toThrow("got 3 values for 2x2, expected 16");
    expect(() => model.classify(Array(210).fill(Number.NaN))).toThrow("probabilities that are no numbers");
  });

  it("refuses class names that are not those of the network", async () => {
    const { graph, images, logits, parameters } = smallClassifier();
    const options = { graph, images, logits, parameters, normalisation: NORMALISATION, fitting: CROPPED };
    await expect(encodeModule({ ...options, classNames: ["a", "b"], producerVersion: "1" })).rejects.toMatchObject({
      code: "E_EXPORT_CLASSES",
    });
  });

  it("has types that hold in a program", async () => {
    const folder = temporaryFolder();
    for (const [name, bytes] of Object.entries(await moduleOf(smallClassifier())))
      writeFileSync(join(folder, name), bytes);
    const program = join(folder, "program.ts");
    writeFileSync(
      program,
      `import { load, type Model } from "./model.js";
      const model: Model = await load({ weights: new Uint8Array(1) });
      const [best] = model.classify({ width: 1, height: 1, data: new Uint8ClampedArray(4) });
      export const answer: string = \`\${best!.name} \${best!.probability.toFixed(2)} \${model.classes.length}\`;
      // @ts-expect-error a picture has a height and pixels
      model.classify({ width: 3 });`,
    );
    const options = {
      ...{ noEmit: true, strict: true, types: [], lib: ["lib.es2017.d.ts"] },
      ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
      target: ts.ScriptTarget.ES2023,
    };
    const found = ts.getPreEmitDiagnostics(ts.createProgram([program], options));
    expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
  });
});
