/** Once-for-all from its beginning to its end, and beyond it: other limits, other networks. */
import { expect, it } from "vitest";
import { NESTED_BATCH as BATCH, NESTED } from "../../../src/cli/verify/nested-chain.ts";
import { createWasmDevice, type Device } from "../../../src/device/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { type SearchEvent, type SearchResult, type SelectionEvent, sizeOf } from "../../../src/search/index.ts";
import { OnceForAllSearch, type OnceForAllState } from "../../../src/strategies/once-for-all/once-for-all-search.ts";
import { onceForAll } from "../../../src/strategies/once-for-all/strategy.ts";
import { noiseBatches } from "../../contract/noise-batches.ts";
import { advance, expectToGoOnAnywhere } from "../../contract/stopped-anywhere.ts";

const TRAINING = {
  ...{ epochs: 0, batch: BATCH, learningRate: 0.05, finalLearningRate: 0, momentum: 0.9, weightDecay: 3e-4 },
  ...{ clipNorm: 5, recompute: false, labelSmoothing: 0.1, auxiliaryWeight: 0, dropPathRate: 0 },
};
const SHAPE = { imageSize: { height: 6, width: 8 }, imageChannels: 3, classCount: 3 };
const batchesOf = (batchCount: number) =>
  ["training", "held-out"].map((name) => noiseBatches(SHAPE, { name, batch: BATCH, batchCount }));

function start(device: Device, from: OnceForAllState | null, given: object = {}, batchCount = 2) {
  const streams = new RandomStreams(1);
  const context = { device, space: NESTED, batches: batchesOf(batchCount), streams, clock: () => 0, maxLoss: 1000 };
  const options = onceForAll.options({ epochs: 8, rankingBatches: 1, rankingShare: 0.25, ...given }, TRAINING);
  return new OnceForAllSearch(context, options, from);
}

it("goes on through all of its phases to the same bits", async () => {
  await expectToGoOnAnywhere((device, from) => start(device, from as OnceForAllState | null, {}, 1));
});

it("comes to other networks under other limits, from where it ended, and trains nothing for them", async () => {
  const device = await createWasmDevice({ threads: 1 });
  const search = start(device, null);
  const { events, result } = await advance(search);
  const found = result as SearchResult;
  expect(found.details).toMatchObject({ measured: 4, phaseEpochs: { largest: 2, windows: 1, depth: 2, expansion: 1 } });
  const ended = JSON.parse(JSON.stringify(search.state())) as OnceForAllState;
  const same = await advance(start(device, ended));
  expect(same.events).toEqual([]);
  expect(same.result).toEqual(found);
  const values = () => device.names().filter((name) => name.includes("mb6_7x7") && !/running|velocity/.test(name));
  const before = values().map((name) => [...device.read(name)]);
  const most = sizeOf(NESTED.network(found.supports)).macs;
  for (const maxMacs of [most - 1, Math.round(0.7 * most)]) {
    const other = await advance(start(device, ended, { maxMacs }));
    const { supports, details } = other.result as SearchResult;
    expect(sizeOf(NESTED.network(supports)).macs).toBeLessThanOrEqual(maxMacs);
    expect((other.events as SearchEvent[]).map(({ kind }) => kind)).toEqual(["selection"]);
    expect((other.events[0] as SelectionEvent).groups.map(({ support }) => support)).toEqual(supports);
    expect(details).toMatchObject({ measured: 4 });
  }
  expect(values().map((name) => [...device.read(name)])).toEqual(before);
  expect(events.length).toBeGreaterThan(20);
  await device.close();
});
