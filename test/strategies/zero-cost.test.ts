import { describe, expect, it } from "vitest";
import { createWasmDevice } from "../../src/device/index.ts";
import type { SearchedSpace } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { type SearchEvent, sizeOf } from "../../src/search/index.ts";
import { nb201Space } from "../../src/spaces/nas-bench-201/index.ts";
import { zeroCost } from "../../src/strategies/zero-cost/strategy.ts";
import type { ZeroCostState } from "../../src/strategies/zero-cost/zero-cost-search.ts";
import type { RetrainOptions } from "../../src/train/index.ts";
import { meanRanks } from "../../src/zero-cost/index.ts";
import { noiseBatches } from "../contract/noise-batches.ts";
import { advance } from "../contract/stopped-anywhere.ts";
import { TINY_NB201 } from "../tiny-macros.ts";

const BATCH = 4;
const { groups, superNetwork } = nb201Space();
const SPACE: SearchedSpace = { groups, network: (supports) => superNetwork(TINY_NB201, supports) };
const OPTIONS = zeroCost.options({ batch: BATCH, epochs: 3, draws: 5, scores: "macs" }, {} as RetrainOptions);

async function search(given: Partial<typeof OPTIONS>, space = SPACE, from: ZeroCostState | null = null) {
  const device = await createWasmDevice({ threads: 1 });
  const batches = [noiseBatches(TINY_NB201, { name: "all", batch: BATCH, batchCount: 1 })];
  const common = { streams: new RandomStreams(1), clock: () => 0, maxLoss: 1000 };
  const running = zeroCost.start({ device, space, batches, ...common }, { ...OPTIONS, ...given }, from);
  const { events, result } = await advance(running);
  await device.close();
  return { events: events as SearchEvent[], result: result as { supports: number[][] }, state: running.state() };
}

const macsOf = (supports: readonly (readonly number[])[]) => sizeOf(SPACE.network(supports)).macs;

describe("search without training", () => {
  it("keeps the architecture that its score likes best, of as many as were asked for, none twice", async () => {
    const { result, state, events } = await search({});
    expect(state.entries).toHaveLength(15);
    expect(new Set(state.entries.map(({ supports }) => supports.join("/"))).size).toBe(15);
    const macs = state.entries.map(({ supports }) => macsOf(supports));
    expect(state.entries.map(({ scores }) => scores)).toEqual(macs.map((value) => [value]));
    expect(macsOf(result.supports)).toBe(Math.max(...macs));
    const best = events.flatMap((event) => (event.kind === "selection" ? [event.figures] : []));
    expect(best).toEqual([{}, ...[5, 10, 15].map((scored) => ({ scored, macs: Math.max(...macs.slice(0, scored)) }))]);
  });

  it("averages the ranks of several scores", async () => {
    const { result, state } = await search({ scores: ["macs", "jacob-cov", "grasp"] });
    const ranks = meanRanks(state.entries.map(({ scores }) => scores));
    const best = ranks.indexOf(Math.max(...ranks));
    expect(result.supports).toEqual(state.entries[best]!.supports);
    const perScore = [0, 1, 2].map((score) => {
      const values = state.entries.map(({ scores }) => scores[score] ?? -Infinity);
      return values.indexOf(Math.max(...values));
    });
    expect(new Set(perScore).size).toBeGreaterThan(1);
  });

  it("stays within limits, and takes the largest that they let in", async () => {
    const sizes = (await search({})).state.entries.map(({ supports }) => macsOf(supports)).sort((a, b) => a - b);
    const limits = { maxParameters: null, maxMacs: sizes[7]! };
    const { result, state } = await search({ limits });
    const macs = state.entries.map(({ supports }) => macsOf(supports));
    expect(Math.max(...macs)).toBeLessThanOrEqual(sizes[7]!);
    expect(macsOf(result.supports)).toBe(Math.max(...macs));
  });

  it("ends where there is nothing more to draw", async () => {
    const two = groups.map((group, index) => ({
      ...group,
      candidates: group.candidates.slice(0, index === 0 ? 3 : 1),
    }));
    const { state, events } = await search({}, { ...SPACE, groups: two });
    expect(state.entries).toHaveLength(3);
    expect(events.at(-1)).toMatchObject({ kind: "selection", epoch: 3, figures: { scored: 3 } });
  });

  it("goes on with more epochs as if it had been given them at once", async () => {
    const { state } = await search({});
    const longer = await search({ epochs: 5 }, SPACE, state);
    expect(longer.state).toEqual((await search({ epochs: 5 })).state);
  });
});
