/** @file Each score against plain loops that know neither graph nor gradient rules: derivatives are central differences of the loss. */
import { beforeAll, describe, expect, it } from "vitest";
import { createReferenceDevice, type Device } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { symmetricEigenvalues } from "../../src/sparse/index.ts";
import { initialiseWeights } from "../../src/train/index.ts";
import { ZERO_COST_SCORES } from "../../src/zero-cost/index.ts";
import { correlationScore } from "../../src/zero-cost/jacob-cov.ts";
import { addAgreement } from "../../src/zero-cost/naswot.ts";
import { SCORED_PASS } from "../../src/zero-cost/zero-cost-score.ts";
import { type HandWeights, handBatch, handNetwork, handPass, IMAGES } from "./hand-network.ts";

const STEP = 1e-5;
const BATCH = handBatch();

let device: Device;
let weights: HandWeights;

beforeAll(() => {
  device = createReferenceDevice();
  const network = handNetwork({ ...SCORED_PASS, batch: 1 });
  initialiseWeights(device, network, new RandomStreams(5));
  // A bias would be one more thing that no score looks at.
  device.write("classifier.bias", [0, 0, 0]);
  const read = (name: string) => Float64Array.from(device.read(name));
  weights = {
    "first.pointwise": read("first.pointwise"),
    "second.pointwise": read("second.pointwise"),
    "classifier.weight": read("classifier.weight"),
  };
});

const scoreOf = async (name: string, batch = BATCH) => {
  const score = ZERO_COST_SCORES.find((one) => one.name === name)!;
  const pass = await score.compile(device, handNetwork, IMAGES);
  const value = await pass.score(batch);
  pass.release();
  return value;
};

type Layer = keyof HandWeights;
const layers = () => Object.keys(weights) as Layer[];
const derivative = (at: (shift: number) => number) => (at(STEP) - at(-STEP)) / (2 * STEP);
const lossAt = (moved: HandWeights) => handPass(moved, BATCH).loss;

/** dL/dw of every weight of a layer. */
function gradient(layer: Layer): Float64Array {
  return weights[layer].map((_, index) =>
    derivative((shift) => {
      const own = weights[layer].map((value, place) => (place === index ? value + shift : value));
      return lossAt({ ...weights, [layer]: own });
    }),
  );
}

describe("the plain loops", () => {
  it("compute what the graph does", async () => {
    const { graph, logits } = handNetwork({ ...SCORED_PASS, batch: IMAGES });
    const executable = await device.compile({ graph, outputs: { logits } });
    const computed = [...(await executable.run({ images: BATCH.images }))["logits"]!];
    for (const [at, value] of handPass(weights, BATCH).logits.entries()) expect(computed[at]).toBeCloseTo(value, 12);
  });
});

describe("synflow", () => {
  it("is the logarithm of the flow through both layers of a network by hand", async () => {
    // By channel |w1| of both inputs, then |W| to the three classes: an image of ones gives R = 0.75 (0.5 + 2) + 3 (2 + 1) = 10.875,
    // the same through the convolution as through the classifier. A second convolution that is the identity carries it once more.
    device.write("first.pointwise", [-0.5, 1, 0, 0, 0.25, -2, 0, 0]);
    device.write("second.pointwise", [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    device.write("classifier.weight", [0.5, -2, 0, 0, -2, 1, 9, 9, 9, 9, 9, 9]);
    const value = await scoreOf("synflow");
    for (const layer of layers()) device.write(layer, weights[layer]);
    expect(value).toBeCloseTo(Math.log(3 * 10.875), 12);
  });
});

describe("scores by gradients of the loss", () => {
  it("snip is the sum of |w dL/dw|", async () => {
    const expected = layers().reduce((sum, layer) => {
      const slopes = gradient(layer);
      return sum + weights[layer].reduce((part, value, index) => part + Math.abs(value * slopes[index]!), 0);
    }, 0);
    expect(await scoreOf("snip")).toBeCloseTo(expected, 8);
  });

  it("grad-norm is the sum of the norms of layers", async () => {
    const expected = layers().reduce((sum, layer) => sum + Math.hypot(...gradient(layer)), 0);
    expect(await scoreOf("grad-norm")).toBeCloseTo(expected, 8);
  });

  it("grasp is minus the second derivative along the weights and the gradient", async () => {
    const slopes = Object.fromEntries(layers().map((layer) => [layer, gradient(layer)])) as HandWeights;
    const at = (s: number, t: number) => {
      const moved = layers().map((layer) => [layer, weights[layer].map((w, k) => w + s * w + t * slopes[layer]![k]!)]);
      return lossAt(Object.fromEntries(moved) as HandWeights);
    };
    const h = 1e-4;
    const mixed = (at(h, h) - at(h, -h) - at(-h, h) + at(-h, -h)) / (4 * h * h);
    const value = await scoreOf("grasp");
    expect(Math.abs(value + mixed)).toBeLessThan(2e-3 * Math.abs(mixed));
  });

  it("fisher is half the mean over images of squared derivatives by a gate of each channel", async () => {
    let expected = 0;
    for (const [layer, channels] of [4, 4, 3].entries()) {
      for (let image = 0; image < IMAGES; image++) {
        for (let channel = 0; channel < channels; channel++) {
          const slope = derivative((shift) => {
            const isIt = (a: number, b: number, c: number) => a === layer && b === image && c === channel;
            return handPass(weights, BATCH, (...place) => (isIt(...place) ? 1 + shift : 1)).loss;
          });
          expected += slope ** 2 / (2 * IMAGES);
        }
      }
    }
    expect(expected).toBeGreaterThan(1e-4);
    expect(Math.abs((await scoreOf("fisher")) / expected - 1)).toBeLessThan(1e-7);
  });
});

describe("jacob-cov", () => {
  it("looks at derivatives of the sum of logits by each image", async () => {
    const jacobian = BATCH.images.map((_, index) =>
      derivative((shift) => {
        const images = BATCH.images.map((value, place) => (place === index ? value + shift : value));
        return handPass(weights, { ...BATCH, images }).logits.reduce((sum, value) => sum + value, 0);
      }),
    );
    expect(await scoreOf("jacob-cov")).toBeCloseTo(correlationScore(jacobian, IMAGES), 3);
  });

  it("is known for two images, whose eigenvalues are 1 + r and 1 - r", () => {
    const k = 1e-5;
    // Of rows (1, -1, 0) and (1, 0, -1) the correlation is 1/2; of a row and itself it is 1.
    const at = (...values: number[]) => -values.reduce((sum, v) => sum + Math.log(v + k) + 1 / (v + k), 0);
    expect(correlationScore([1, -1, 0, 1, 0, -1], 2)).toBeCloseTo(at(1.5, 0.5), 10);
    expect(correlationScore([5, 3, 4, 1, 0, -1], 2)).toBeCloseTo(at(1.5, 0.5), 10);
    expect(correlationScore([1, 2, 4, 1, 2, 4], 2)).toBeCloseTo(at(2, 0), 3);
    expect(correlationScore([1, 2, 4, -1, -2, -4], 2)).toBeCloseTo(at(2, 0), 3);
    expect(correlationScore([1, 2, 4, 7, 7, 7], 2)).toBeNaN();
  });
});

describe("naswot", () => {
  it("is the log-determinant of how many ReLUs treat two images alike", async () => {
    const kernel = new Float64Array(IMAGES * IMAGES);
    for (const values of handPass(weights, BATCH).reluInputs) {
      const length = values.length / IMAGES;
      for (let at = 0; at < kernel.length; at++) {
        const [image, other] = [Math.floor(at / IMAGES) * length, (at % IMAGES) * length];
        for (let unit = 0; unit < length; unit++) {
          if (values[image + unit]! > 0 === values[other + unit]! > 0) kernel[at]!++;
        }
      }
    }
    const logs = symmetricEigenvalues(kernel, IMAGES).map(Math.log);
    expect(await scoreOf("naswot")).toBeCloseTo(
      logs.reduce((sum, value) => sum + value, 0),
      9,
    );
  });

  it("counts agreement over more than one word of bits, and zero as not above zero", () => {
    const length = 77;
    const rows = [(at: number) => (at % 3) - 1, (at: number) => (at < 40 ? 1 : -1), () => 0];
    const values = rows.flatMap((row) => Array.from({ length }, (_, at) => row(at)));
    const kernel = new Float64Array(9).fill(100);
    addAgreement(kernel, values, 3, 2);
    const isOn = (row: number, at: number) => rows[row]!(at) > 0;
    for (let at = 0; at < 9; at++) {
      const [a, b] = [Math.floor(at / 3), at % 3];
      const equal = Array.from({ length }, (_, unit) => isOn(a, unit) === isOn(b, unit)).filter(Boolean).length;
      expect(kernel[at]).toBe(100 + 2 * equal);
    }
  });

  it("is not finite where two images are the same, and jacob-cov then is very low", async () => {
    const images = BATCH.images.slice();
    images.copyWithin(8, 0, 8);
    expect(await scoreOf("naswot", { ...BATCH, images })).toBe(-Infinity);
    expect(await scoreOf("jacob-cov", { ...BATCH, images })).toBeLessThan(-9e4);
  });
});

it("sizes are what they are", async () => {
  expect(await scoreOf("parameters")).toBe(2 * 4 + 4 * 4 + 4 * 3 + 3 + 4 * 4);
  expect(await scoreOf("macs")).toBe(4 * (2 * 4 + 4 * 4) + 4 * 3);
});
