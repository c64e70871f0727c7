import { describe, expect, it } from "vitest";
import { randomSupports } from "../../../src/choice/index.ts";
import type { Device } from "../../../src/device/index.ts";
import { type Graph, liveNodes, type Value } from "../../../src/graph/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { latencyRange, measureLatency, timeNetworks } from "../../../src/run/speed/measure-latency.ts";
import { sizeOf } from "../../../src/search/index.ts";
import { nb201Space, OPERATIONS } from "../../../src/spaces/nas-bench-201/index.ts";
import { TINY_NB201 } from "../../tiny-macros.ts";

const CALL = 0.5;
/** Milliseconds of an operation by its kind; sums are free. */
const COSTS: Readonly<Record<string, number>> = {
  ...{ convolution: 8, pointwise: 2, averagePool: 0.25, batchNormInference: 0.125, linear: 1 },
};
/** Of every third call of a program another process takes this. */
const DISTURBANCE = 3;

/** A device that computes nothing and whose clock moves by what its operations cost. */
function clockwork() {
  let milliseconds = 1000;
  const costOf = (graph: Graph, outputs: readonly Value[]) =>
    liveNodes(graph, outputs).reduce((sum, { kind, outputs: [output] }) => {
      // The last two stages have other sizes: half the cost each.
      return sum + (COSTS[kind] ?? 0) / (output!.shape[3]! / TINY_NB201.channels || 1);
    }, CALL);
  const open = new Set<object>();
  const device: Device = {
    ...{
      name: "wasm",
      threads: 1,
      write: () => {},
      shorten: () => {},
      read: () => new Float32Array(),
      names: () => [],
    },
    async compile({ graph, outputs }) {
      const cost = costOf(graph, Object.values(outputs));
      let calls = 0;
      const executable = {
        peakBytes: 0,
        async run(inputs: Readonly<Record<string, ArrayLike<number>>>) {
          expect(Object.keys(inputs)).toEqual(graph.named("input").map(({ name }) => name));
          milliseconds += cost + (calls++ % 3 === 0 ? DISTURBANCE : 0);
          return {};
        },
        release: () => void open.delete(executable),
      };
      open.add(executable);
      return executable;
    },
    close: async () => {},
  };
  return { device, clock: () => milliseconds / 1000, open };
}

const space = {
  groups: nb201Space().groups,
  network: (supports: readonly (readonly number[])[]) => nb201Space().superNetwork(TINY_NB201, supports),
};

describe("measureLatency", () => {
  it("adds the places of each candidate up, by the least of its calls, and leaves what a call takes to the rest", async () => {
    const { device, clock, open } = clockwork();
    const { rest, groups, machine } = await measureLatency({ device, clock, space, machine: "clockwork" });
    expect([machine, open.size, groups.length]).toEqual(["clockwork", 0, 6]);
    // One cell in each of three stages, of once, twice and four times the width.
    const places = 1 + 1 / 2 + 1 / 4;
    for (const group of groups) {
      expect(Object.keys(group)).toEqual([...OPERATIONS]);
      expect(group["none"]).toBe(0);
      expect(group["skip_connect"]).toBe(0);
      expect(group["nor_conv_3x3"]).toBeCloseTo(8.125 * places, 6);
      expect(group["nor_conv_1x1"]).toBeCloseTo(2.125 * places, 6);
      expect(group["avg_pool_3x3"]).toBeCloseTo(0.25 * places, 6);
    }
    const stem = 8.125 + 0.125 / 4 + 1;
    const reduction = (width: number) => 0.25 / (width / 2) + (2 + 2 * 8 + 2 * 0.125) / width;
    expect(rest).toBeCloseTo(CALL + stem + reduction(2) + reduction(4), 6);
    const [least, most] = latencyRange({ rest, groups, machine }, space);
    expect(least).toBeCloseTo(rest, 6);
    expect(most).toBeCloseTo(rest + 6 * 8.125 * places, 6);
  });

  it("gives the time of whole networks, operations that nothing needs left out", async () => {
    const { device, clock } = clockwork();
    const latency = await measureLatency({ device, clock, space, machine: "clockwork" });
    const stream = new RandomStreams(7).stream("test");
    const builds = Array.from({ length: 8 }, () => space.network(randomSupports(space.groups, stream)));
    const times = await timeNetworks({ device, clock }, builds, 0.1);
    for (const [index, build] of builds.entries()) {
      expect(sizeOf(build, { latency }).milliseconds).toBeCloseTo(Math.min(...times[index]!), 5);
    }
    expect(sizeOf(builds[0]!)).not.toHaveProperty("milliseconds");
  });
});
