import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStreams } from "../../src/random/index.ts";
import { averageRanks, bootstrapInterval, kendallTau, spearmanRho } from "../../src/statistics/index.ts";

/** `scipy.stats.kendalltau` and `spearmanr` of SciPy 1.17.1: with ties in one list, in both, and in neither. */
const SCIPY: readonly (readonly [x: number[], y: number[], tau: number, rho: number])[] = [
  [[12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.4714045207910316, -0.5407380704358752],
  [
    [4, 6, 10, 0, 1, 3, 8, 7, 2, 5, 9, 11],
    [9.36, 4.03, 7.52, 1.96, 2.43, 3.42, 4.28, 6.88, 4.78, -0.38, 7.17, 3.4],
    0.3333333333333333,
    0.39860139860139865,
  ],
  [
    [1, 3, 1, 0, 3, 0, 3, 2, 0, 0, 1, 0, 0, 2, 3],
    [2, 6, 4, 3, 5, 1, 5, 3, 1, 1, 1, 3, 0, 2, 3],
    0.6211695809935065,
    0.7101771815029595,
  ],
  [[1, 2, 3, 4], [1, 1, 1, 2], 0.7071067811865477, 0.7745966692414834],
];

const few = fc.integer({ min: -3, max: 3 });
const any = fc.double({ noNaN: true });
const list = fc.oneof(fc.array(few, { maxLength: 30 }), fc.array(any, { maxLength: 30 }));
/** Two lists of one length. */
const lists = fc.tuple(list, list).map(([x, y]) => [x.slice(0, y.length), y.slice(0, x.length)] as const);

/** By all pairs, as it is defined. */
function tauOfPairs(x: readonly number[], y: readonly number[]): number | null {
  let [difference, ofX, ofY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [+(x[i]! > x[j]!) - +(x[i]! < x[j]!), +(y[i]! > y[j]!) - +(y[i]! < y[j]!)];
      difference += a * b;
      ofX += a * a;
      ofY += b * b;
    }
  }
  return ofX === 0 || ofY === 0 ? null : difference / Math.sqrt(ofX * ofY);
}

function expectNear(got: number | null, expected: number | null): void {
  if (got === null || expected === null) expect(got).toBe(expected);
  else expect(Math.abs(got - expected)).toBeLessThan(1e-12);
}

describe.each([
  ["kendallTau", kendallTau, 2],
  ["spearmanRho", spearmanRho, 3],
] as const)("%s", (_, statistic, column) => {
  it.each(SCIPY.map((row) => [row] as const))("is SciPy's: %j", (row) => {
    expectNear(statistic(row[0], row[1]), row[column]);
  });

  it("does not see what any monotone map does to the values", () => {
    fc.assert(
      fc.property(lists, ([x, y]) => {
        const mapped = x.map((value) => (value === 0 ? 7 : 7 + Math.sign(value) * (1 + Math.abs(Math.atan(value)))));
        fc.pre(new Set(mapped).size === new Set(x.map((value) => value + 0)).size);
        expectNear(statistic(mapped, y), statistic(x, y));
      }),
      { seed: 1 },
    );
  });

  it("turns its sign with one list, is the same both ways round, and lies from -1 to 1", () => {
    fc.assert(
      fc.property(lists, ([x, y]) => {
        const value = statistic(x, y);
        const turned = statistic(
          x.map((item) => -item),
          y,
        );
        expectNear(turned, value === null ? null : -value);
        expectNear(statistic(y, x), value);
        if (value !== null) expect(Math.abs(value)).toBeLessThanOrEqual(1);
      }),
      { seed: 1 },
    );
  });

  it("is 1 of a list with itself, and none without two values that differ", () => {
    fc.assert(
      fc.property(list, (x) => {
        const isConstant = new Set(x.map((value) => value + 0)).size < 2;
        expectNear(statistic(x, x), isConstant ? null : 1);
      }),
      { seed: 1 },
    );
    expect(statistic([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(statistic([], [])).toBeNull();
  });

  it("refuses lists of different lengths and what has no rank", () => {
    expect(() => statistic([1], [1, 2])).toThrow(/got 1 and 2 values/);
    expect(() => statistic([1, Number.NaN], [1, 2])).toThrow(/value 1 got NaN/);
  });
});

it("kendallTau counts all pairs", () => {
  fc.assert(
    fc.property(lists, ([x, y]) => expectNear(kendallTau(x, y), tauOfPairs(x, y))),
    { seed: 1 },
  );
});

it("averageRanks shares the ranks of ties, infinite values among them", () => {
  expect([...averageRanks([3, 1, 3, 2, 3])]).toEqual([4, 1, 4, 2, 4]);
  expect([...averageRanks([-Infinity, 0, -Infinity, Infinity])]).toEqual([1.5, 3, 1.5, 4]);
});

describe("bootstrapInterval", () => {
  const streams = new RandomStreams(3);
  const items = Array.from({ length: 100 }, (_, index) => index);
  const meanOf = (drawn: readonly number[]) => drawn.reduce((sum, item) => sum + items[item]!, 0) / drawn.length;

  it("covers the middle of the draws: of a mean about 1.96 standard errors each way", () => {
    const [low, high] = bootstrapInterval({ count: 100, stream: streams.stream("mean") }, meanOf)!;
    const error = Math.sqrt((100 ** 2 - 1) / 12 / 100);
    expect(Math.abs((high - low) / 2 - 1.96 * error)).toBeLessThan(0.1 * 1.96 * error);
    expect(Math.abs((high + low) / 2 - 49.5)).toBeLessThan(0.5 * error);
  });

  it("is the same of the same stream, and narrower with less confidence", () => {
    const of = (confidence: number) =>
      bootstrapInterval({ count: 100, stream: streams.stream("again"), draws: 200, confidence }, meanOf)!;
    expect(of(0.9)).toEqual(of(0.9));
    expect(of(0.5)[0]).toBeGreaterThan(of(0.9)[0]);
    expect(of(0.5)[1]).toBeLessThan(of(0.9)[1]);
  });

  it("passes over draws without a value, and has none if all are", () => {
    const stream = streams.stream("none");
    expect(bootstrapInterval({ count: 5, stream }, () => null)).toBeNull();
    expect(bootstrapInterval({ count: 5, stream }, ([first]) => (first === 2 ? 7 : null))).toEqual([7, 7]);
  });
});
