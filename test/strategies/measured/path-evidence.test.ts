import { describe, expect, it } from "vitest";
import type { ChoiceGroup } from "../../../src/choice/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import type { MeasuredPath } from "../../../src/strategies/measured/evidence.ts";
import { effectsOf, fitOf, measurementsOf } from "../../../src/strategies/measured/path-evidence.ts";
import { standardise } from "../../../src/strategies/measured/standardise.ts";
import { bestSupports } from "../../../src/strategies/measured/supports-by-effects.ts";

const stream = () => new RandomStreams(3).stream("evidence");

function group(name: string, count: number): ChoiceGroup {
  const candidates = Array.from({ length: count }, (_, index) => ({ name: `c${index}`, label: `${index}`, cost: 0 }));
  return { name, candidates, sparsity: 1 };
}

describe("standardised losses", () => {
  it("do not see how far the weights have learned: only what a path is better by than its time", () => {
    const noise = stream();
    const gains = Array.from({ length: 600 }, () => noise.normal());
    const learning = gains.map((gain, index) => 2.3 - 0.0001 * index - 0.01 * gain);
    const level = gains.map((gain) => 1 - 0.01 * gain);
    const inner = (values: readonly number[]) => values.slice(75, -75);
    for (const [index, value] of inner(standardise(learning)).entries()) {
      expect(value).toBeCloseTo(inner(standardise(level))[index]!, 0);
      expect(Math.sign(value) === Math.sign(gains[index + 75]!) || Math.abs(gains[index + 75]!) < 0.5).toBe(true);
    }
  });

  it("are cut at 2, one that is not finite is the worst, and alike ones are zero", () => {
    const values = standardise([1, 1.1, 0.9, 1.05, 0.95, 50, null]);
    expect(values[5]).toBe(-2);
    expect(values[6]).toBe(-2);
    expect(Math.max(...values.map(Math.abs))).toBe(2);
    expect(standardise([1, 1, 1])).toEqual([0, 0, 0]);
    expect(standardise([null, null])).toEqual([0, 0]);
    expect(standardise([])).toEqual([]);
  });
});

describe("effects of measured paths", () => {
  const groups = [group("a", 3), group("b", 4)];

  /** Losses in which candidate `good` of the first group is better by one. */
  function measure(round: number, good: number, count: number): MeasuredPath[] {
    const noise = new RandomStreams(round).stream("paths");
    return Array.from({ length: count }, () => {
      const kept = groups.map(({ candidates }) => [noise.integer(candidates.length)]);
      return { round, kept, loss: 2 - Number(kept[0]![0] === good) + 0.1 * noise.normal() };
    });
  }

  it("forget earlier rounds by a share of their weight a round", () => {
    const paths = [...measure(0, 0, 200), ...measure(1, 2, 60)];
    const best = (forgetting: number) =>
      bestSupports(
        effectsOf(groups, measurementsOf(paths, forgetting))!,
        [
          [0, 1, 2],
          [0, 1, 2, 3],
        ],
        [1, 1],
      )[0];
    expect(best(0)).toEqual([0]);
    expect(best(1)).toEqual([2]);
    expect(measurementsOf(paths, 1)).toEqual(measurementsOf(paths.slice(200), 0));
    expect(effectsOf(groups, measurementsOf([], 0.5))).toBeNull();
  });

  it("stand beside what they make of measurements, at most 200 of them", () => {
    const measurements = measurementsOf([...measure(0, 0, 300), ...measure(1, 2, 450)], 0.5);
    const effects = effectsOf(groups, measurements)!;
    const newest = measurements.slice(300);
    const { recovered, measured } = fitOf(newest, effects);
    expect([recovered.length, measured.length]).toEqual([200, 200]);
    expect(measured[1]).toBeCloseTo(newest[2]!.value, 3);
    const differs = (a: number, b: number) => effects.effects[0]![a]! - effects.effects[0]![b]!;
    const of = (candidate: number) =>
      recovered[
        measured.findIndex((_, point) => {
          const { kept } = newest[Math.floor((point * newest.length) / 200)]!;
          return kept[0]![0] === candidate && kept[1]![0] === 0;
        })
      ]!;
    expect(of(2) - of(1)).toBeCloseTo(differs(2, 1), 3);
    expect(Math.abs(recovered.reduce((sum, value) => sum + value, 0) / 200)).toBeLessThan(0.2);
    expect(fitOf(measurements.slice(0, 50), effects).measured).toHaveLength(50);
  });
});
