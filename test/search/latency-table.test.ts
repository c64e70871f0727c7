import { describe, expect, it } from "vitest";
import type { Supports } from "../../src/choice/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import {
  drawWithinLimits,
  estimateMilliseconds,
  formatLimits,
  isLimited,
  isWithin,
  type LatencyTable,
  limitsOf,
  limitsSchema,
  type Strategy,
  sizeOf,
} from "../../src/search/index.ts";
import { nb201Space, OPERATIONS } from "../../src/spaces/nas-bench-201/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";
import { TINY_NB201 } from "../tiny-macros.ts";

const PASS = { mode: { kind: "inference" }, batch: 1, mixture: false, dropPath: false, auxiliaryHead: false } as const;

const { groups, superNetwork } = nb201Space();
const space = { groups, network: (supports: Supports) => superNetwork(TINY_NB201, supports) };
const TIMES = { none: 0, skip_connect: 0, nor_conv_1x1: 2, nor_conv_3x3: 5, avg_pool_3x3: 1 };
const latency: LatencyTable = { machine: "a table", rest: 10, groups: groups.map(() => TIMES) };
const NONE = { maxParameters: null, maxMacs: null };

const estimate = (...kept: (typeof OPERATIONS)[number][]) =>
  estimateMilliseconds(latency, space.network(kept.map((name) => [OPERATIONS.indexOf(name)]))(PASS));

describe("estimateMilliseconds", () => {
  it("is the rest and the sum over what is kept, each once however many cells there are", () => {
    const [skip, one, three, pool] = ["skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"] as const;
    expect(estimate(skip, skip, skip, skip, skip, skip)).toBe(10);
    expect(estimate(three, one, one, pool, skip, skip)).toBe(10 + 5 + 2 + 2 + 1);
    expect(estimate(three, three, three, three, three, three)).toBe(10 + 6 * 5);
  });

  it("leaves out what nothing needs", () => {
    const [none, three] = ["none", "nor_conv_3x3"] as const;
    // Edges 0-1, 0-2, 1-2, 0-3, 1-3, 2-3: node 1 goes nowhere, so what makes it is not computed.
    expect(estimate(three, three, none, three, none, three)).toBe(10 + 3 * 5);
  });

  it("counts what the table does not hold as nothing", () => {
    const few = { ...latency, groups: [] };
    expect(estimateMilliseconds(few, space.network(groups.map(() => [3]))(PASS))).toBe(10);
  });
});

describe("limits of time", () => {
  it("keep out what is estimated to take longer, once there is a table", () => {
    const limits = { ...NONE, maxMilliseconds: 20, latency };
    const size = sizeOf(space.network(groups.map(() => [2])), limits);
    expect(size.milliseconds).toBe(10 + 6 * 2);
    expect(isWithin(size, limits)).toBe(false);
    expect(isWithin(size, { ...limits, maxMilliseconds: 22 })).toBe(true);
    expect(isWithin(size, { ...limits, maxParameters: 3, maxMilliseconds: 22 })).toBe(false);
    expect(isWithin(sizeOf(space.network(groups.map(() => [2]))), { ...NONE, maxMilliseconds: 1 })).toBe(true);
    expect([isLimited(limits), isLimited(NONE)]).toEqual([true, false]);
  });

  it("are no part of options without them, and are read back with their table", () => {
    expect(limitsOf({})).toEqual(NONE);
    expect(limitsOf({})).not.toHaveProperty("maxMilliseconds");
    const limits = { ...limitsOf({ maxMilliseconds: 2.5 }), latency };
    expect(limitsSchema.parse(JSON.parse(JSON.stringify(limits)))).toEqual(limits);
  });

  it("are kept by random draws, which say so where none can", () => {
    const draw = (maxMilliseconds: number) => {
      const limits = { ...NONE, maxMilliseconds, latency };
      const stream = new RandomStreams(3).stream("test");
      return drawWithinLimits({ groups, network: space.network, limits, stream });
    };
    for (const most of [16, 14, 12]) {
      expect(sizeOf(space.network(draw(most)), { latency }).milliseconds).toBeLessThanOrEqual(most);
    }
    expect(() => draw(9)).toThrow(/--max-parameters any and --max-macs any and --max-milliseconds 9$/);
    expect(formatLimits(NONE)).toBe("--max-parameters any and --max-macs any");
  });
});

const LIMITED = STRATEGIES.filter(({ flags, needs }) => "maxMilliseconds" in flags && needs === undefined);

describe.each(LIMITED)("$kind", (strategy: Strategy) => {
  it("begins within the limit of time", () => {
    const training = { batch: 8, epochs: 1, learningRate: 0.1, momentum: 0.9, weightDecay: 0, clipNorm: 5 };
    const more = { finalLearningRate: 0, labelSmoothing: 0, auxiliaryWeight: 0, dropPathRate: 0, recompute: false };
    const options = strategy.options({ maxMilliseconds: 17 }, { ...training, ...more }) as { limits: object };
    for (const seed of [1, 2, 3, 4]) {
      const limited = { ...options, limits: { ...options.limits, latency } };
      const first = strategy.firstSupports({ space, streams: new RandomStreams(seed) }, limited);
      expect(sizeOf(space.network(first), { latency }).milliseconds).toBeLessThanOrEqual(17);
    }
  });
});
