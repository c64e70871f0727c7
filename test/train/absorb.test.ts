import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomSupports } from "../../src/choice/index.ts";
import { createWasmDevice, type Device } from "../../src/device/index.ts";
import type { MixtureWeights, NetworkBuilder } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { dartsCells, searchedSpace } from "../../src/spaces/darts/index.ts";
import { absorbMixtureWeights, Classifier, initialiseWeights } from "../../src/train/index.ts";
import { TINY_SPEC as SPEC } from "../tiny-spec.ts";

const BATCH = 64;
const IMAGES = 256;

/** Logits of all images, by the batch's own statistics or by the running ones. */
async function logitsOf(
  device: Device,
  build: NetworkBuilder,
  weights: MixtureWeights | null,
  images: Float32Array,
  form: "training" | "inference",
): Promise<number[]> {
  const logits: number[] = [];
  const size = images.length / IMAGES;
  const mixture = weights !== null;
  const classifier = form === "inference" ? await Classifier.compile(device, build, { batch: BATCH, mixture }) : null;
  const mode = { kind: "train", updatesRunning: false } as const;
  const network = build({ mode, batch: BATCH, mixture, dropPath: false, auxiliaryHead: false });
  const inputs = Object.fromEntries((network.mixtures ?? []).map(({ name }, group) => [name!, weights![group]!]));
  const program = await device.compile({ graph: network.graph, outputs: { logits: network.logits } });
  for (let first = 0; first < IMAGES; first += BATCH) {
    const batch = images.subarray(first * size, (first + BATCH) * size);
    if (classifier !== null) {
      logits.push(...(await classifier.logits(batch, weights)));
      continue;
    }
    logits.push(...(await program.run({ images: batch, ...inputs }))["logits"]!);
  }
  classifier?.release();
  program.release();
  return logits;
}

describe("absorbing edge weights into batch norm", () => {
  it("changes no logit of 256 images, whatever the weights, their signs, and the genotype", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), async (seed) => {
        const streams = new RandomStreams(seed);
        const draws = streams.stream("values");
        const space = dartsCells();
        const supports = randomSupports(space.groups, streams.stream("genotype"));
        const build = searchedSpace(space, SPEC).network(supports);
        const device = await createWasmDevice({ threads: 2 });
        const mode = { kind: "train", updatesRunning: true } as const;
        const network = build({ mode, batch: 1, mixture: true, dropPath: false, auxiliaryHead: false });
        initialiseWeights(device, network, streams);
        for (const { name } of [...network.parameters, ...network.runningStatistics]) {
          const isVariance = name.endsWith("runningVariance");
          const isStatistic = isVariance || /\.(scale|shift|runningMean)$/.test(name);
          const draw = () => (isVariance ? 0.5 + draws.uniform() : 0.5 + draws.normal());
          if (isStatistic) device.write(name, device.read(name).map(draw));
        }
        const weightOf = () => (0.2 + draws.uniform()) * (draws.uniform() < 0.5 ? -1 : 1);
        const mixture = space.groups.map(() => Float32Array.from({ length: 2 }, weightOf));
        const images = Float32Array.from({ length: IMAGES * 8 * 8 * 3 }, () => draws.normal());
        const forms = ["training", "inference"] as const;
        const before: number[][] = [];
        for (const form of forms) before.push(await logitsOf(device, build, mixture, images, form));
        absorbMixtureWeights(device, network, mixture);
        for (const [k, form] of forms.entries()) {
          const after = await logitsOf(device, build, null, images, form);
          const largest = Math.max(...before[k]!.map(Math.abs));
          const error = Math.max(...after.map((value, i) => Math.abs(value - before[k]![i]!)));
          expect(error / largest, form).toBeLessThan(1e-5);
        }
        await device.close();
      }),
      { seed: 3, numRuns: 12 },
    );
  });

  it("is refused, and changes nothing, where a kept candidate ends in no batch norm", async () => {
    const device = await createWasmDevice({ threads: 1 });
    const space = dartsCells();
    const skips = space.groups.map(({ candidates }) => [candidates.findIndex(({ name }) => name === "skip_connect@0")]);
    const mode = { kind: "train", updatesRunning: true } as const;
    const build = searchedSpace(space, { ...SPEC, skipNorm: false }).network(skips);
    const network = build({ mode, batch: 1, mixture: true, dropPath: false, auxiliaryHead: false });
    initialiseWeights(device, network, new RandomStreams(1));
    const before = device.names().map((name) => device.read(name));
    const weights = space.groups.map(() => [0.5]);
    expect(() => absorbMixtureWeights(device, network, weights)).toThrow(/skip_connect@0 of group 0 got no batch norm/);
    expect(device.names().map((name) => device.read(name))).toEqual(before);
    await device.close();
  });
});
