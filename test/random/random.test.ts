import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactCos, exactExp, exactLog, exactSin, RandomStream, RandomStreams } from "../../src/random/index.ts";

describe("elementary functions", () => {
  it("agree with Math to rounding", () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (x) => {
        expect(Math.abs(exactCos(x) - Math.cos(x))).toBeLessThan(1e-14);
        expect(Math.abs(exactSin(x) - Math.sin(x))).toBeLessThan(1e-14);
      }),
      { seed: 1 },
    );
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        expect(Math.abs(exactLog(x) - Math.log(x))).toBeLessThanOrEqual(4e-16 * Math.max(1, Math.abs(Math.log(x))));
      }),
      { seed: 1 },
    );
  });

  it("agree with Math to rounding in the exponential, and are its ends", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(exactExp(x) / Math.exp(x) - 1)).toBeLessThan(2e-16 * (2 + Math.abs(x)));
      }),
      { seed: 1 },
    );
    expect([exactExp(0), exactExp(-1e6), exactExp(1e6)]).toEqual([1, 0, Infinity]);
    expect(() => exactExp(Number.NaN)).toThrow(/expected a finite/);
  });

  it("refuse a logarithm of nothing", () => {
    expect(() => exactLog(0)).toThrow(/expected a positive/);
  });
});

describe("RandomStream", () => {
  it("keeps its draws between versions", () => {
    const stream = new RandomStreams(7).stream("golden");
    const draws = [stream.bits(), stream.integer(10), stream.uniform(), stream.normal(), stream.normal()];
    expect(draws).toMatchInlineSnapshot(`
      [
        2128635756,
        2,
        0.6846935990943758,
        0.7530036208520751,
        -1.8074124153744635,
      ]
    `);
  });

  it("goes on from a saved state with the same draws", () => {
    const stream = new RandomStream(3);
    stream.normal();
    const copy = RandomStream.fromState(JSON.parse(JSON.stringify(stream.state())));
    for (let i = 0; i < 20; i++) expect(copy.normal()).toBe(stream.normal());
  });

  it("depends on the name and the seed alone", () => {
    const first = (seed: number, name: string) => new RandomStreams(seed).stream(name).bits();
    expect(first(1, "a")).toBe(first(1, "a"));
    expect(first(1, "a")).not.toBe(first(1, "b"));
    expect(first(1, "a")).not.toBe(first(2, "a"));
  });

  it("shuffles to a permutation and draws integers below the count", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 100 }), (seed, count) => {
        const order = new RandomStream(seed).shuffle(Array.from({ length: count }, (_, i) => i));
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        const draw = new RandomStream(seed).integer(count);
        expect(draw).toBeGreaterThanOrEqual(0);
        expect(draw).toBeLessThan(count);
      }),
      { seed: 1 },
    );
  });

  it("draws normals of mean 0 and variance 1", () => {
    const stream = new RandomStreams(1).stream("moments");
    const draws = Array.from({ length: 50_000 }, () => stream.normal());
    const mean = draws.reduce((a, b) => a + b) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(draws.reduce((a, b) => a + b * b, 0) / draws.length - 1)).toBeLessThan(0.03);
  });
});
