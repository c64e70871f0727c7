import { describe, expect, it } from "vitest";
import { createReferenceDevice, type Device } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { compressionOptions, type SearchEvent, type SearchResult } from "../../src/search/index.ts";
import type { DartsMacro } from "../../src/spaces/darts/index.ts";
import {
  dartsCells,
  genotypeStructures,
  NAMED_GENOTYPES,
  networkBuilder,
  searchedSpace,
} from "../../src/spaces/darts/index.ts";
import { type TwoStageOptions, TwoStageSearch } from "../../src/strategies/two-stage/index.ts";
import { ArchitectureStep, type BatchSource, initialiseWeights, WeightStep } from "../../src/train/index.ts";
import { TINY_SPEC } from "../tiny-spec.ts";

const SPEC: DartsMacro = {
  ...TINY_SPEC,
  ...{ imageChannels: 1, classCount: 3, cellCount: 3, affine: false, skipNorm: false },
};
const BATCH = 4;

function batches(name: string): BatchSource {
  return {
    batchCount: 2,
    batch(epoch, index) {
      const stream = new RandomStreams(7).stream(`${name}/${epoch}/${index}`);
      return {
        images: Float32Array.from({ length: BATCH * 64 }, () => stream.normal()),
        labels: Float32Array.from({ length: BATCH }, () => stream.integer(3)),
      };
    },
  };
}

const OPTIONS: TwoStageOptions = {
  epochs: 3,
  batch: BATCH,
  learningRate: 0.025,
  finalLearningRate: 0.001,
  momentum: 0.9,
  weightDecay: 3e-4,
  clipNorm: 5,
  recompute: false,
  architecture: compressionOptions({}, 0.05),
};

async function search(device: Device, seed: number): Promise<{ events: SearchEvent[]; result: SearchResult }> {
  const events: SearchEvent[] = [];
  const search = new TwoStageSearch(
    {
      device,
      space: searchedSpace(dartsCells(), SPEC),
      batches: [batches("weights"), batches("architecture")],
      streams: new RandomStreams(seed),
      ...{ clock: () => 0, maxLoss: 1000 },
    },
    OPTIONS,
  );
  const run = search.run();
  for (;;) {
    const next = await run.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
  }
}

describe("TwoStageSearch", () => {
  it("alternates steps, epochs and selections, and reads the supports from the last selection", async () => {
    const { events, result } = await search(createReferenceDevice(), 1);
    const epoch = ["search-step", "search-step", "search-epoch", "selection"];
    expect(events.map((event) => event.kind)).toEqual(["selection", ...epoch, ...epoch, ...epoch]);
    const last = events.at(-1)!;
    if (last.kind !== "selection") throw new Error("expected a selection");
    expect(result.supports).toEqual(last.groups.map((group) => group.support));
    for (const group of last.groups) {
      expect(group.support).toHaveLength(2);
      const { values, support, figures, vectors } = group;
      expect(figures["dualityGap"]).toBeLessThan(1e-12);
      expect(figures["fullRelativeResidual"]).toBeLessThanOrEqual(figures["relativeResidual"]!);
      const smallest = Math.min(...support.map((candidate) => Math.abs(values![candidate]!)));
      expect(values!.filter((value) => Math.abs(value) >= smallest)).toHaveLength(2);
      expect(values!.filter((value) => value !== 0)).toHaveLength(figures["nonZeros"]!);
      expect(group.weights).toHaveLength(2);
      expect(vectors["measurement"]).toHaveLength(7);
    }
  });

  it("gives the same events for the same seed and others for another", async () => {
    const first = await search(createReferenceDevice(), 1);
    const again = await search(createReferenceDevice(), 1);
    const other = await search(createReferenceDevice(), 2);
    expect(again).toEqual(first);
    expect(other.result).not.toEqual(first.result);
  });

  it("asks for batches in turn, one ahead of the steps, into the next epoch and not past the last", async () => {
    const asked: string[] = [];
    const source = (name: string): BatchSource => ({
      batchCount: 2,
      batch(epoch, index) {
        asked.push(`${name} ${epoch}/${index}`);
        return batches(name).batch(epoch, index);
      },
    });
    const context = {
      ...{ device: createReferenceDevice(), space: searchedSpace(dartsCells(), SPEC), streams: new RandomStreams(1) },
      ...{ batches: [source("weights"), source("architecture")], clock: () => asked.length, maxLoss: 1000 },
    };
    const askedAtStep: number[] = [];
    const stalls: number[] = [];
    for await (const event of new TwoStageSearch(context, { ...OPTIONS, epochs: 2 }).run()) {
      if (event.kind === "search-step") askedAtStep.push(asked.length);
      if (event.kind === "search-epoch") stalls.push(event.stallSeconds);
    }
    const inTurn = ["0/0", "0/1", "1/0", "1/1"].flatMap((place) => [`architecture ${place}`, `weights ${place}`]);
    expect(asked).toEqual(inTurn);
    expect(askedAtStep).toEqual([3, 5, 7, 8]);
    // By this clock a batch takes a second, and the reference device computes none beside a step.
    expect(stalls).toEqual([5, 3]);
  });

  it("leaves the weights of candidates that were never active as they were drawn", async () => {
    const device = createReferenceDevice();
    const { events } = await search(device, 1);
    const space = dartsCells();
    const active = new Set<string>();
    for (const event of events.filter((one) => one.kind === "selection").slice(0, -1)) {
      for (const [index, { support }] of event.groups.entries()) {
        const group = space.groups[index]!;
        for (const k of support) {
          const { source, primitive } = group.candidates[k]!;
          active.add(`${group.cell}/nodes.${group.node}.from${source}.${primitive}`);
        }
      }
    }
    let [moved, still] = [0, 0];
    for (const name of device.names()) {
      const match = /^cells\.(\d)\.(nodes\..*?)\.(?:first|second|even|odd|depthwise|pointwise)/.exec(name);
      if (match === null || name.includes("norm") || name.endsWith("/velocity")) continue;
      const kind = match[1] === "0" ? "normal" : "reduce";
      const isActive = active.has(`${kind}/${match[2]}`);
      const hasVelocity = device.names().includes(`${name}/velocity`);
      expect(hasVelocity, name).toBe(isActive);
      if (isActive) moved++;
      else still++;
    }
    expect(moved).toBeGreaterThan(0);
    expect(still).toBeGreaterThan(moved);
  });
});

describe("ArchitectureStep", () => {
  it("changes nothing on the device and yields a gradient for every pick", async () => {
    const device = createReferenceDevice();
    const structures = genotypeStructures(NAMED_GENOTYPES.ISTA_twostage);
    const weights = { batch: BATCH, momentum: 0.9, weightDecay: 0, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 };
    const step = await WeightStep.compile(device, networkBuilder(SPEC, structures), {
      ...weights,
      mixture: true,
      dropPath: false,
    });
    initialiseWeights(device, step.network, new RandomStreams(3));
    const before = device.names().map((name) => device.read(name));
    const architecture = await ArchitectureStep.compile(device, networkBuilder(SPEC, structures), {
      batch: BATCH,
      updatesRunning: false,
    });
    const mixture = Array.from({ length: 8 }, () => new Float64Array(2).fill(0.4));
    const { gradients } = await architecture.run(batches("x").batch(0, 0), mixture);
    expect(device.names().map((name) => device.read(name))).toEqual(before);
    expect(gradients.map(({ length }) => length)).toEqual(mixture.map(({ length }) => length));
    expect(gradients.every((group) => Array.from(group).every((value) => value !== 0))).toBe(true);
    await step.run(batches("x").batch(0, 0), { learningRate: 0.1, mixture });
    expect(device.names().map((name) => device.read(name))).not.toEqual(before);
  });

  it("reports a loss that is not finite with the rate", async () => {
    const device = createReferenceDevice();
    const structures = genotypeStructures(NAMED_GENOTYPES.ISTA_twostage);
    const step = await WeightStep.compile(device, networkBuilder(SPEC, structures), {
      ...{ batch: BATCH, momentum: 0.9, weightDecay: 0, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
      mixture: false,
      dropPath: false,
    });
    initialiseWeights(device, step.network, new RandomStreams(3));
    const { labels } = batches("x").batch(0, 0);
    const images = new Float64Array(BATCH * 64).fill(Number.NaN);
    await expect(step.run({ images, labels }, { learningRate: 0.5, mixture: null })).rejects.toMatchObject({
      code: "E_TRAIN_DIVERGED",
      message: expect.stringContaining("0.5"),
    });
  });
});
