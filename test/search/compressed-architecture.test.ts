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
  premiseRemarks,
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

const DICTIONARIES = [...DICTIONARY_DISTRIBUTIONS, "learned"] as const;

/** Lengths that dictionaries of five candidates ask for, if not 3. */
const LENGTHS: Readonly<Record<string, number>> = { simplex: 4 };

const COMBINATIONS: readonly CompressionGiven[] = (["truncated", "debiased"] as const).flatMap((codes) =>
  (["random", "sparse"] as const).flatMap((measurementStart) =>
    (["small", "unit"] as const).flatMap((measurementScale) =>
      DICTIONARIES.map((dictionary) => {
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

  it.each(DICTIONARIES)("with two kept of many candidates, %s", (dictionary) => {
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
        const kept = fresh.groups[index]!.code;
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

describe("a learned dictionary", () => {
  const learnedFor = (recoveries: number) => {
    const architecture = make({ dictionary: "learned", codes: "debiased", measurementScale: "unit" });
    const stream = new RandomStream(6);
    const first = architecture.describe();
    const selections = Array.from({ length: recoveries }, () => {
      architecture.step(gradientsFor(architecture, stream));
      return architecture.recover();
    });
    return { architecture, first, selections };
  };

  it("begins as drawn, explains the measurements that there were, and says how coherent it is", () => {
    const { architecture, first, selections } = learnedFor(5);
    for (const [index, { group, figures }] of first.entries()) {
      const begun = figures["relativeResidual"]!;
      const residuals = selections.map((groups) => groups[index]!.figures["learnedResidual"]!);
      expect(residuals[0]!, group).toBeLessThan(0.9 * begun);
      expect(selections.at(-1)![index]!.figures["coherence"]).toBe(architecture.premises()[index]!.coherence);
      expect(figures["learnedResidual"]).toBe(0);
    }
    const coherences = [first, selections.at(-1)!].map((groups) => groups.map(({ figures }) => figures["coherence"]));
    expect(coherences[1]).not.toEqual(coherences[0]);
  });

  it("remembers the last 32 measurements, and forgets what a rejected recovery had learned", () => {
    const { architecture } = learnedFor(35);
    const { groups } = architecture.state();
    expect(groups.map(({ learned }) => learned!.measurements.length)).toEqual(DARTS.map(() => 32));
    expect(groups[0]!.learned!.measurements.at(-1)).toEqual(groups[0]!.measurement);
    architecture.step(gradientsFor(architecture, new RandomStream(7)));
    const before = architecture.state();
    const { supports } = architecture.propose();
    expect(architecture.state()).toEqual(before);
    architecture.recover();
    expect(architecture.supports).toEqual(supports);
    expect(architecture.state()).not.toEqual(before);
    architecture.restore(before);
    expect(architecture.state()).toEqual(before);
  });

  it("stays as it is once its group is frozen", () => {
    const { architecture } = learnedFor(2);
    architecture.freeze(0);
    const learned = () => architecture.state().groups.map((group) => group.learned!.dictionary);
    const before = learned();
    architecture.step(gradientsFor(architecture, new RandomStream(8)));
    architecture.recover();
    expect(learned()[0]).toEqual(before[0]);
    expect(learned()[1]).not.toEqual(before[1]);
  });
});

describe("what a search says of its dictionaries", () => {
  const remarks = (given: CompressionGiven) => {
    const options = compressionOptions(given, RATE);
    return premiseRemarks(new CompressedArchitecture(DARTS, new RandomStreams(1), options).premises(), options);
  };

  it("is nothing of the published ones, which never keep the bound, and of those that keep it", () => {
    expect(make({}).premises()[0]).toMatchObject({ group: DARTS[0]!.name, rows: 7, columns: 14, isDependent: false });
    expect(
      make({})
        .premises()
        .map(({ coherence, coherenceBound }) => coherence < coherenceBound),
    ).not.toContain(true);
    expect(remarks({})).toEqual([]);
    for (const dictionary of ["identity", "simplex"] as const) {
      expect(remarks({ dictionary, ...(dictionary === "simplex" ? { measurements: 34 } : {}) })).toEqual([]);
    }
  });

  it("is how far others are from the bound, with both numbers", () => {
    expect(remarks({ dictionary: "unit-norm" })).toEqual([
      expect.stringMatching(
        /^recovery is not sure: the largest cosine of two columns is 0\.\d{3} to 0\.9\d\d in 8 of 8 dictionaries, expected below 0\.333 where 2 candidates are kept/,
      ),
    ]);
    expect(remarks({ measurements: 9 })).toHaveLength(1);
  });

  it("is which of them have dependent columns", () => {
    const [shared, unsure] = remarks({ measurements: 3 });
    expect(shared).toMatch(
      /^codes can share a measurement: of the dictionaries of normal\/node0, .* some 4 columns depend/,
    );
    expect(unsure).toMatch(/^recovery is not sure/);
  });
});
