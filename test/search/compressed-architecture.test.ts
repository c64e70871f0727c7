/** @file The architecture of sparse coding under every option: where it begins, what multiplies candidates, and that it goes on from its state. */
import { describe, expect, it } from "vitest";
import type { ChoiceGroup } from "../../src/choice/index.ts";
import { RandomStream, RandomStreams } from "../../src/random/index.ts";
import {
  architectureStateSchema,
  CompressedArchitecture,
  type CompressionGiven,
  compressionOptions,
  compressionSchema,
} from "../../src/search/index.ts";
import { dartsCells } from "../../src/spaces/darts/index.ts";
import { nb201Space } from "../../src/spaces/nas-bench-201/index.ts";
import { DICTIONARY_DISTRIBUTIONS } from "../../src/sparse/index.ts";
import { norm } from "../sparse/problems.ts";

const DARTS: readonly ChoiceGroup[] = dartsCells().groups;
const EDGES: readonly ChoiceGroup[] = nb201Space().groups;
const RATE = 0.05;

const make = (given: CompressionGiven, seed = 1, groups = DARTS) =>
  new CompressedArchitecture(groups, new RandomStreams(seed), compressionOptions(given, RATE));

type Gradients = readonly Float64Array[];

function gradientsFor(architecture: CompressedArchitecture, stream: RandomStream): Gradients {
  return architecture.supports.map(({ length }) => Float64Array.from({ length }, () => stream.normal()));
}

const inJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const rms = (weights: ArrayLike<number>) => norm(weights) / Math.sqrt(weights.length);

/** Lengths that dictionaries of five candidates ask for, if not 3. */
const LENGTHS: Readonly<Record<string, number>> = { simplex: 4 };

const COMBINATIONS: readonly CompressionGiven[] = (["truncated", "debiased"] as const).flatMap((codes) =>
  (["random", "sparse"] as const).flatMap((measurementStart) =>
    (["small", "unit"] as const).flatMap((measurementScale) =>
      DICTIONARY_DISTRIBUTIONS.map((dictionary) => {
        const length = dictionary === "identity" ? {} : { measurements: LENGTHS[dictionary] ?? 3 };
        return { codes, measurementStart, measurementScale, dictionary, ...length };
      }),
    ),
  ),
);

const MENDED = { codes: "debiased", measurementStart: "sparse", measurementScale: "unit" } as const;

function expectToGoOn(given: CompressionGiven, groups: readonly ChoiceGroup[]): void {
  const whole = make(given, 1, groups);
  let stopped = make(given, 1, groups);
  const stream = new RandomStream(2);
  for (let epoch = 0; epoch < 3; epoch++) {
    for (let step = 0; step < 3; step++) {
      const gradients = gradientsFor(whole, stream);
      whole.step(gradients);
      stopped.step(gradients);
    }
    const state = inJson(stopped.state());
    expect(architectureStateSchema.parse(state)).toEqual(state);
    stopped = make(given, 1, groups);
    stopped.restore(state);
    expect(stopped.mixtureWeights()).toEqual(whole.mixtureWeights());
    expect(stopped.recover()).toEqual(whole.recover());
    for (const architecture of [whole, stopped]) architecture.freeze(epoch);
  }
  expect(stopped.state()).toEqual(whole.state());
}

describe("an architecture goes on from its state to the same bits", () => {
  it.each(COMBINATIONS)("with $dictionary, $codes, $measurementStart, $measurementScale", (given) => {
    expectToGoOn(given, EDGES);
  });

  it.each(DICTIONARY_DISTRIBUTIONS)("with two kept of many candidates, %s", (dictionary) => {
    expectToGoOn(
      { ...MENDED, dictionary, ...(dictionary === "simplex" ? { measurements: 34 } : {}) },
      DARTS.slice(0, 4),
    );
  });
});

it("has the published options where a configuration of before has none", () => {
  const { measurements, dictionary, l1Weight, solver, learningRate, weightDecay } = compressionOptions({}, RATE);
  const old = { measurements, dictionary, l1Weight, solver, learningRate, weightDecay };
  expect(compressionSchema.parse(old)).toEqual(compressionOptions({}, RATE));
});

it("has a number for each candidate under the identity, and takes no other length", () => {
  const lengths = make({ dictionary: "identity" })
    .state()
    .groups.map(({ measurement }) => measurement.length);
  expect(lengths).toEqual(DARTS.map(({ candidates }) => candidates.length));
  expect(() => make({ dictionary: "identity", measurements: 7 })).toThrow(
    expect.objectContaining({ code: "E_USAGE_MEASUREMENTS", kind: "usage" }),
  );
});

describe("a measurement", () => {
  it("begins at a thousandth, or where mixture weights have a root mean square of 1", () => {
    for (const codes of ["truncated", "debiased"] as const) {
      for (const measurementStart of ["random", "sparse"] as const) {
        for (let seed = 0; seed < 5; seed++) {
          const given = { codes, measurementStart };
          const small = make(given, seed).mixtureWeights().map(rms);
          expect(small.filter((size) => size > 0.1)).toEqual([]);
          const unit = make({ ...given, measurementScale: "unit" }, seed);
          for (const size of unit.mixtureWeights().map(rms)) expect(size).toBeCloseTo(1, 3);
        }
      }
    }
  });

  it("begins in the span of as many columns as are kept, if it is to", () => {
    const given = { dictionary: "unit-norm", codes: "debiased" } as const;
    const residuals = (measurementStart: "random" | "sparse") =>
      make({ ...given, measurementStart, l1Weight: 1e-9 })
        .describe()
        .map(({ figures }) => figures["relativeResidual"]!);
    // The LASSO does not find all supports; where it does, nothing is left.
    expect(residuals("sparse").filter((residual) => residual < 1e-9).length).toBeGreaterThanOrEqual(5);
    expect(residuals("random").filter((residual) => residual < 1e-3)).toEqual([]);
  });

  it("begins elsewhere when it is drawn again, with the same dictionaries", () => {
    const given = { measurementStart: "sparse", measurementScale: "unit" } as const;
    const [first, second, again] = [make(given), make(given), make(given)];
    second.drawAgain(1);
    expect(second.state()).not.toEqual(first.state());
    again.drawAgain(2);
    again.drawAgain(1);
    expect(again.state()).toEqual(second.state());
    for (const architecture of [first, second]) architecture.restore(again.state());
    expect(first.recover()).toEqual(second.recover());
  });
});

describe("debiased codes", () => {
  it("are the mixture weights of kept candidates, and stay the least squares of the measurement as it moves", () => {
    const stream = new RandomStream(3);
    const architecture = make({ codes: "debiased", measurementScale: "unit" });
    for (let step = 0; step < 5; step++) {
      const { groups } = architecture.state();
      const weights = architecture.mixtureWeights();
      const fresh = architecture.propose();
      for (const [index, { code }] of groups.entries()) {
        const kept = fresh.codes[index]!;
        if (kept.support.join() !== code.support.join()) continue;
        expect(Array.from(weights[index]!)).toEqual(kept.support.map((candidate) => kept.truncated[candidate]));
      }
      architecture.step(gradientsFor(architecture, stream));
    }
  });
});

describe("the gradient that Adam is given", () => {
  it.each(["truncated", "debiased"] as const)(
    "is that of finite differences in the measurement, of %s codes",
    (codes) => {
      const options = { ...compressionOptions({ codes, measurementScale: "unit" }, RATE), weightDecay: 0 };
      const architecture = new CompressedArchitecture(DARTS, new RandomStreams(4), options);
      const gradients = gradientsFor(architecture, new RandomStream(5));
      const before = architecture.state();
      architecture.step(gradients);
      // The running mean of the first step is half the gradient.
      const given = architecture.state().groups.map(({ optimizer }) => optimizer.means.map((mean) => 2 * mean));
      const lossAt = (index: number, entry: number, step: number) => {
        const moved = before.groups.map((group, k) => {
          const measurement = group.measurement.map((value, i) => (k === index && i === entry ? value + step : value));
          return { ...group, measurement };
        });
        architecture.restore({ groups: moved });
        const weights = Array.from(architecture.mixtureWeights()[index]!);
        return weights.reduce((sum, weight, k) => sum + weight * gradients[index]![k]!, 0);
      };
      for (const [index, gradient] of given.entries()) {
        for (const [entry, slope] of gradient.entries()) {
          // Linear in the measurement: a long step errs by rounding alone.
          expect((lossAt(index, entry, 1) - lossAt(index, entry, -1)) / 2).toBeCloseTo(slope, 9);
        }
      }
    },
  );
});
