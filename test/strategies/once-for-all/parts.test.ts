/** The parts of once-for-all: what may be drawn, what smaller networks are, what is predicted, what it costs, what is chosen. */
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goldenJson } from "../../../src/cli/verify/golden-json.ts";
import {
  NESTED_BATCH as BATCH,
  NESTED,
  nestedBatch,
  nestedSchema,
  nestedValues,
  sines,
  supportsNamed,
} from "../../../src/cli/verify/nested-chain.ts";
import { createReferenceDevice, type Device } from "../../../src/device/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { sizeOf, superNetwork } from "../../../src/search/index.ts";
import { CHAIN_SHAPES, mobileSpace } from "../../../src/spaces/mobile/index.ts";
import { AccuracyPredictor } from "../../../src/strategies/once-for-all/accuracy-predictor.ts";
import { chooseSubNetwork } from "../../../src/strategies/once-for-all/choose-sub-network.ts";
import { CostTable } from "../../../src/strategies/once-for-all/cost-table.ts";
import { NestedChoices } from "../../../src/strategies/once-for-all/nested-choices.ts";
import { epochsOf, phasesOf } from "../../../src/strategies/once-for-all/phases.ts";
import { SharedWeights } from "../../../src/strategies/once-for-all/shared-weights.ts";
import { sortChannels } from "../../../src/strategies/once-for-all/sort-channels.ts";
import { addWindowGradient, cutWindow } from "../../../src/strategies/once-for-all/window-cut.ts";
import { initialiseWeights, LossPass } from "../../../src/train/index.ts";

const SMALL = mobileSpace(CHAIN_SHAPES.small);
const choices = new NestedChoices(SMALL.nesting!);
const streams = new RandomStreams(1);
const GOLDEN = fileURLToPath(new URL("../../golden", import.meta.url));
const VALUES = nestedValues(goldenJson(nestedSchema, GOLDEN, "once-for-all.json").shapes, 0);

function writeValues(device: Device, values: typeof VALUES): void {
  for (const [name, numbers] of values) device.write(name, numbers);
}

describe("phases", () => {
  const phases = phasesOf(choices);

  it("let windows, then depth, then expansion vary, and draw nothing else", () => {
    expect(phases.map(({ name, networks }) => [name, networks])).toEqual([
      ["largest", 1],
      ["windows", 1],
      ["depth 1", 2],
      ["depth 2", 2],
      ["expansion", 4],
    ]);
    for (const { name, elasticity } of phases) {
      const seen = { windows: new Set<number>(), expansions: new Set<number>(), leftOut: 0 };
      for (let draw = 0; draw < 200; draw++) {
        const supports = choices.supportsOf(choices.draw(elasticity, streams.stream(`${name}/${draw}`)));
        const parts = supports.map(([index], group) => SMALL.nesting!.parts[group]![index!] ?? null);
        for (const { groups, least } of SMALL.nesting!.stages) {
          const kept = groups.filter((group) => parts[group] !== null);
          // What is left out is the end of its stage.
          expect(kept).toEqual(groups.slice(0, kept.length));
          expect(kept.length).toBeGreaterThanOrEqual(least);
          seen.leftOut = Math.max(seen.leftOut, groups.length - kept.length);
        }
        for (const part of parts.filter((one) => one !== null)) {
          seen.windows.add(part.window);
          seen.expansions.add(part.expansion);
        }
        expect(() => SMALL.derive(supports)).not.toThrow();
      }
      expect([...seen.windows].sort((a, b) => b - a)).toEqual(elasticity.windows);
      expect([...seen.expansions].sort((a, b) => b - a)).toEqual(elasticity.expansions);
      expect(seen.leftOut).toBe(elasticity.leftOut);
    }
    expect(phases.at(-1)!.elasticity).toEqual(choices.all);
  });

  it("follow one another without a gap, however few epochs there are", () => {
    for (const epochs of [1, 2, 3, 10, 54, 565]) {
      const ranges = epochsOf(phases, epochs);
      expect(ranges[0]!.first).toBe(0);
      expect(ranges[0]!.end).toBeGreaterThan(0);
      for (const [index, { first }] of ranges.entries()) if (index > 0) expect(first).toBe(ranges[index - 1]!.end);
      expect(ranges.at(-1)!.end).toBe(epochs);
    }
    expect(epochsOf(phases, 565).map(({ first, end }) => end - first)).toEqual([180, 120, 25, 120, 120]);
  });
});

describe("the gradient of a smaller window", () => {
  it("is that of central differences, by filters and by matrices", () => {
    const [channels, all] = [3, 4];
    const filters = Float64Array.from(sines(49 * all, 1, 1));
    const matrices = [sines(625, 2, 0.3), sines(81, 3, 0.3)].map((matrix) => Float64Array.from(matrix));
    const steps = [
      { side: 5, matrix: matrices[0]! },
      { side: 3, matrix: matrices[1]! },
    ];
    const shape = { side: 7, channels: all };
    const weights = Float64Array.from(sines(9 * channels, 4, 1));
    const value = () => {
      const cut = cutWindow(filters, shape, steps, channels).filters;
      return cut.reduce((sum, one, i) => sum + one * weights[i]!, 0);
    };
    const into = {
      shape,
      filters: new Float64Array(49 * all),
      matrices: matrices.map((m) => new Float64Array(m.length)),
    };
    addWindowGradient(weights, cutWindow(filters, shape, steps, channels), steps, channels, into);
    const pairs = [[filters, into.filters] as const, ...matrices.map((m, i) => [m, into.matrices[i]!] as const)];
    for (const [values, gradient] of pairs) {
      for (let i = 0; i < values.length; i++) {
        const kept = values[i]!;
        const at = (moved: number) => {
          values[i] = moved;
          const result = value();
          values[i] = kept;
          return result;
        };
        expect((at(kept + 1e-5) - at(kept - 1e-5)) / 2e-5).toBeCloseTo(gradient[i]!, 7);
      }
    }
  });
});

describe("sub-networks", () => {
  const shared = new SharedWeights(NESTED);

  const lossOf = async (
    supports: ReturnType<typeof supportsNamed>,
    change: (name: string, index: number) => boolean,
  ) => {
    const device = createReferenceDevice();
    initialiseWeights(device, superNetwork(NESTED), streams);
    writeValues(
      device,
      new Map([...VALUES].map(([name, values]) => [name, values.map((v, i) => (change(name, i) ? 0 : v))])),
    );
    shared.initialiseMatrices(device);
    shared.settle(device, supports);
    const pass = await LossPass.compile(device, NESTED.network(supports), BATCH);
    return (await pass.run(nestedBatch())).loss;
  };

  it("of smaller windows are the largest one without the border, while matrices are as they begin", async () => {
    const isBorder = (name: string, index: number) => {
      const pixel = Math.floor(index / 24);
      const [y, x] = [Math.floor(pixel / 7), pixel % 7];
      return /mb6_7x7.filter.depthwise$/.test(name) && (Math.min(y, x) < 2 || Math.max(y, x) > 4);
    };
    const small = await lossOf(supportsNamed("mb6_3x3", "mb6_3x3"), () => false);
    expect(await lossOf(supportsNamed("mb6_7x7", "mb6_7x7"), isBorder)).toBeCloseTo(small, 12);
    expect(Math.abs((await lossOf(supportsNamed("mb6_7x7", "mb6_7x7"), () => false)) - small)).toBeGreaterThan(1e-4);
  });

  it("of less expansion are the largest one whose last channels nothing reads", async () => {
    const isLast = (name: string, index: number) => name.endsWith("mb6_7x7.project.pointwise") && index >= 12 * 4;
    const narrow = await lossOf(supportsNamed("mb3_7x7", "mb3_7x7"), () => false);
    expect(await lossOf(supportsNamed("mb6_7x7", "mb6_7x7"), isLast)).toBeCloseTo(narrow, 12);
  });

  it("keep their channels when those of narrower ones are sorted", () => {
    const device = createReferenceDevice();
    initialiseWeights(device, superNetwork(NESTED), streams);
    writeValues(device, VALUES);
    const name = "stage0.layer0.mb6_7x7.filter.norm.shift";
    const before = [...device.read(name)];
    sortChannels(device, NESTED, new NestedChoices(NESTED.nesting), [6, 3]);
    const after = [...device.read(name)];
    const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);
    expect(ascending(after.slice(0, 12))).toEqual(ascending(before.slice(0, 12)));
    expect(after.slice(0, 12)).not.toEqual(before.slice(0, 12));
  });
});

/** Of NESTED by hand: what a layer's window and expansion add. */
const planted = (supports: readonly (readonly number[])[]) =>
  supports.reduce((sum, [candidate], group) => {
    const part = NESTED.nesting.parts[group]![candidate!] ?? null;
    return sum + (part === null ? 0 : 0.03 + (group === 0 ? 0.02 : 0.01) * part.expansion + 0.01 * part.window);
  }, 0.2);

describe("the predictor", () => {
  const nested = new NestedChoices(NESTED.nesting);
  const draw = (number: number) => nested.supportsOf(nested.draw(nested.all, streams.stream(`drawn/${number}`)));
  const measured = Array.from({ length: 60 }, (_, number) => {
    const supports = draw(number);
    return { supports, accuracy: planted(supports) };
  });

  it("finds sums of effects", () => {
    const predictor = new AccuracyPredictor(NESTED.nesting, measured);
    for (let number = 100; number < 130; number++) {
      expect(predictor.predict(draw(number))).toBeCloseTo(planted(draw(number)), 2);
    }
  });

  it("says of each measured one what a fit to all others does, but for what its mean moves", () => {
    const noisy = measured.map((one, i) => ({ ...one, accuracy: one.accuracy + 0.02 * Math.sin(7 * i) }));
    const { leftOut } = new AccuracyPredictor(NESTED.nesting, noisy);
    for (const index of [0, 7, 31]) {
      const others = new AccuracyPredictor(
        NESTED.nesting,
        noisy.filter((_, i) => i !== index),
      );
      expect(others.predict(noisy[index]!.supports)).toBeCloseTo(leftOut[index]!, 2);
    }
  });

  it("chooses the best within any limits", () => {
    const predictor = new AccuracyPredictor(NESTED.nesting, measured);
    const costs = new CostTable(NESTED, nested, {});
    const every = NESTED.groups[0]!.candidates.flatMap((_, a) =>
      NESTED.groups[1]!.candidates.map((__, b) => [[a], [b]]),
    ).filter(([first]) => NESTED.nesting.parts[0]![first![0]!] !== null);
    const [least, most] = [nested.smallest, nested.largest].map((one) => costs.sizeOf(nested.supportsOf(one)).macs);
    const property = fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
      const maxMacs = Math.ceil(least! + share * (most! - least!));
      const limits = { maxParameters: null, maxMacs };
      const inputs = { choices: nested, predictor, costs, limits, stream: streams.stream("evolution") };
      const chosen = chooseSubNetwork(inputs);
      expect(sizeOf(NESTED.network(chosen)).macs).toBeLessThanOrEqual(maxMacs);
      const possible = every.filter((supports) => costs.sizeOf(supports).macs <= maxMacs);
      expect(predictor.predict(chosen)).toBe(Math.max(...possible.map((supports) => predictor.predict(supports))));
    });
    fc.assert(property, { seed: 1, numRuns: 10 });
    const tooLittle = { maxParameters: null, maxMacs: least! - 1 };
    const inputs = { choices: nested, predictor, costs, limits: tooLittle, stream: streams.stream("evolution") };
    expect(() => chooseSubNetwork(inputs)).toThrow(/no sub-network is within --max-parameters any and --max-macs/);
  });
});

it("knows what every sub-network costs, milliseconds included", () => {
  const nested = new NestedChoices(NESTED.nesting);
  const groups = NESTED.groups.map(({ candidates }, group) =>
    Object.fromEntries(candidates.map(({ name, cost }) => [name, (cost * (group + 1)) / 100])),
  );
  const limits = { latency: { machine: "none", rest: 0.5, groups } };
  const costs = new CostTable(NESTED, nested, limits);
  for (let number = 0; number < 20; number++) {
    const supports = nested.supportsOf(nested.draw(nested.all, streams.stream(`cost/${number}`)));
    const { milliseconds, ...exact } = sizeOf(NESTED.network(supports), limits);
    const { milliseconds: estimated, ...size } = costs.sizeOf(supports);
    expect(size).toEqual(exact);
    expect(estimated).toBeCloseTo(milliseconds!, 12);
  }
});
