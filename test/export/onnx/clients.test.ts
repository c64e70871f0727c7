/** @file Models in programs that nobody here wrote: what these agree on is what the file says, whatever we meant. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openOnnx } from "../../../src/export/onnx/index.ts";
import { decodeModel } from "../../../src/export/onnx/schema.ts";
import {
  buildNetwork,
  type DartsMacro,
  type Genotype,
  genotypeStructures,
  NAMED_GENOTYPES,
  PRIMITIVES,
  type Primitive,
} from "../../../src/spaces/darts/index.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { CLASS_NAMES, type Classifier, classifierOf, createClassifier, largestError } from "./classifier.ts";
import { lacksPython, runPython } from "./python.ts";
import { readGraph, validateOnnx } from "./structure.ts";

const BATCH = 5;

/** What the two strategies hand over; `weighted` keeps the edge weights, of either sign, beside the network. */
const KINDS = {
  "two-stage": { genotype: NAMED_GENOTYPES.ISTA_twostage, norms: { poolNorm: false, skipNorm: false } },
  "one-stage": { genotype: NAMED_GENOTYPES.ISTA_onestage, norms: { poolNorm: true, skipNorm: true } },
  weighted: { genotype: NAMED_GENOTYPES.ISTA_onestage, norms: { poolNorm: true, skipNorm: false } },
} as const;

function network(
  genotype: Genotype,
  options: Pick<DartsMacro, "poolNorm" | "skipNorm" | "imageChannels"> & Partial<DartsMacro>,
  mixture = false,
): Classifier {
  const spec: DartsMacro = {
    imageSize: { height: 11, width: 14 },
    classCount: CLASS_NAMES.length,
    initChannels: 4,
    cellCount: 3,
    stem: "cifar",
    affine: !mixture,
    auxiliaryHead: false,
    ...options,
  };
  const mode = { kind: "inference" } as const;
  return classifierOf(
    buildNetwork(spec, genotypeStructures(genotype), {
      mode,
      batch: BATCH,
      mixture,
      dropPath: false,
      auxiliaryHead: false,
    }),
  );
}

/** Every pick is `primitive`, of both inputs of the cell: with stride 1 in normal cells and 2 in reductions. */
function uniform(primitive: Primitive): Genotype {
  const nodes = [0, 1].map((source) => [
    { primitive, source },
    { primitive, source: source + 1 },
  ]);
  return { normal: nodes, normalConcat: [2, 3], reduce: nodes, reduceConcat: [2, 3] };
}

function networks(): ReadonlyMap<string, Classifier> {
  const cases = new Map<string, Classifier>();
  for (const imageChannels of [1, 3]) {
    const colour = imageChannels === 1 ? "grey" : "colour";
    for (const [kind, { genotype, norms }] of Object.entries(KINDS)) {
      for (const auxiliaryHead of [false, true]) {
        const options = { ...norms, imageChannels, auxiliaryHead };
        cases.set(
          `${kind}, ${colour}${auxiliaryHead ? ", auxiliary head" : ""}`,
          network(genotype, options, kind === "weighted"),
        );
      }
    }
    for (const primitive of PRIMITIVES) {
      const norms = { poolNorm: primitive.endsWith("pool_3x3"), skipNorm: true };
      cases.set(`${primitive}, ${colour}`, network(uniform(primitive), { ...norms, imageChannels }));
    }
  }
  return cases;
}

interface Answer {
  readonly problems: Readonly<Record<string, readonly string[]>>;
}

/** What the ONNX checker and OpenCV say of each model. */
async function problemsOf(
  models: ReadonlyMap<string, Classifier>,
  opsetOf: (name: string) => number | undefined = () => undefined,
): Promise<Answer["problems"]> {
  const folder = temporaryFolder();
  const cases = [];
  for (const [name, classifier] of models) {
    const [, height, width, channels] = classifier.images.shape as [number, number, number, number];
    const file = (suffix: string, content: Uint8Array) => {
      const path = join(folder, `${cases.length}.${suffix}`);
      writeFileSync(path, content);
      return path;
    };
    const { logits } = await classifier.expected();
    cases.push({
      name,
      file: file("onnx", classifier.encode(opsetOf(name))),
      images: file("images", bytesOf(channelsFirst(classifier.pixels, height * width, channels))),
      logits: file("logits", bytesOf(Float32Array.from(logits))),
      shape: [channels, height, width],
      classes: CLASS_NAMES.length,
    });
  }
  const program = fileURLToPath(new URL("clients.py", import.meta.url));
  return (JSON.parse(runPython([program], { input: JSON.stringify(cases) })) as Answer).problems;
}

function bytesOf(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer);
}

function channelsFirst(pixels: Uint8Array, area: number, channels: number): Float32Array {
  return Float32Array.from(pixels, (_, at) => {
    const [image, rest] = [Math.floor(at / (area * channels)), at % (area * channels)];
    return pixels[image * area * channels + (rest % area) * channels + Math.floor(rest / area)]!;
  });
}

const lacking = lacksPython("cv2", "onnx", "numpy");
const OPSETS = [11, 12, 13, 14, 15, 16, 17];

/** Every operation but relu6, which OpenCV reads from 4.7 on, at both edges of images that are no multiple of the strides. */
function everything(withRelu6 = false): Classifier {
  return createClassifier({
    batch: BATCH,
    features: (l, x) => {
      const convolved = l.batchNorm(l.convolution(x, [3, 3], 4, 1, 1));
      const stem = withRelu6 ? l.graph.apply("relu6", [convolved], {}) : convolved;
      const pooled = l.sum([l.pool("maxPool", stem, 3, 2), l.batchNorm(l.pool("averagePool", stem, 3, 2))], [-0.5, 2]);
      return l.concat([pooled, l.factorizedReduce(stem, 4), l.depthwise(stem, 5, 2, 2)]);
    },
  });
}

describe.skipIf(lacking !== null)(
  `models in OpenCV and in the ONNX checker${lacking === null ? "" : ` (skipped: ${lacking})`}`,
  () => {
    it("OpenCV reads every model and computes what the engine does, for 1, 2, 3 and 5 images", async () => {
      const models = new Map([...networks(), ["every operation", everything()]]);
      const fine = Object.fromEntries([...models.keys()].map((name) => [name, []]));
      expect(await problemsOf(models)).toEqual(fine);
    });

    it("every operator set passes the checker and OpenCV", async () => {
      const models = new Map(OPSETS.map((opset) => [String(opset), everything()]));
      expect(await problemsOf(models, Number)).toEqual(Object.fromEntries(OPSETS.map((opset) => [opset, []])));
    });
  },
);

describe("operator sets", () => {
  for (const opset of OPSETS) {
    it(`${opset} computes the same in onnxruntime`, async () => {
      const classifier = everything(true);
      const bytes = classifier.encode(opset);
      expect(await validateOnnx(bytes)).toEqual([]);
      const session = await openOnnx(bytes);
      const { logits } = await session.run(classifier.pixels, BATCH);
      await session.close();
      expect(largestError(logits, (await classifier.expected()).logits)).toBeLessThan(1e-5);
      expect(decodeModel(bytes).opsetImport).toEqual([{ version: opset }]);
    });
  }

  it("others are a usage error", () => {
    for (const opset of [10, 18, 12.5]) {
      expect(() => everything().encode(opset)).toThrow(
        expect.objectContaining({ code: "E_ONNX_OPSET", kind: "usage", message: expect.stringContaining("11 to 17") }),
      );
    }
  });

  it("every attribute has its value in the file, zeros too", () => {
    const attributes = readGraph(everything().encode()).node.flatMap(({ attribute }) => attribute);
    expect(attributes.some(({ i }) => i === 0)).toBe(true);
    expect(attributes.filter(({ i, ints = [] }) => i === undefined && ints.length === 0)).toEqual([]);
  });
});
