/** What every strategy promises that can settle: it ends once its choice stands still, the same wherever it was stopped. */
import { describe, expect, it } from "vitest";
import { createWasmDevice, type Device } from "../../src/device/index.ts";
import type { SearchedSpace } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import {
  type SearchContext,
  type SearchEvent,
  type SearchResult,
  SettledSearch,
  type SettlingPlace,
  type Strategy,
} from "../../src/search/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";
import type { RetrainOptions } from "../../src/train/index.ts";
import { BATCH, brightness, PLANTED } from "../strategies/planted-space.ts";
import { advance, expectToGoOnAnywhere, type Resumable } from "./stopped-anywhere.ts";

const PLANNED = 5;
const SETTLED = 2;

const TRAINING: RetrainOptions = {
  ...{ epochs: 10, batch: BATCH, learningRate: 0.05, finalLearningRate: 0, momentum: 0.9, weightDecay: 3e-4 },
  ...{ clipNorm: 5, recompute: false, labelSmoothing: 0, auxiliaryWeight: 0, dropPathRate: 0 },
};
/** Numbers of candidates move from epoch to epoch, and no group is frozen for that they do not. */
const GIVEN = { batch: BATCH, architectureRate: 0.05, logitRate: 0.05, freezeMargin: 1, freezeEpsilon: 0 };

/** Where all candidates are kept nothing else can be, whatever is learned of them. */
const UNMOVED: SearchedSpace = {
  ...PLANTED,
  groups: PLANTED.groups.map((group) => ({ ...group, sparsity: group.candidates.length })),
};

function searchBy(strategy: Strategy, settledEpochs: number) {
  const { changes, epochsOption, images } = strategy;
  const options = changes[epochsOption!]!.set(strategy.options(GIVEN, TRAINING), PLANNED);
  const batches = (images === "halves" ? ["weights", "architecture"] : ["all"]).map((name) => brightness(name, 2));
  return (device: Device, from: unknown): Resumable & { readonly search: SettledSearch } => {
    const context: SearchContext = {
      ...{ device, space: UNMOVED, batches, streams: new RandomStreams(1), clock: () => 0, maxLoss: 1000 },
    };
    const search = new SettledSearch(
      { strategy, context, options, epochs: settledEpochs },
      from as SettlingPlace | null,
    );
    return {
      search,
      run: () => search.run(),
      state: () => ({ search: search.state(), settling: search.settling }),
    };
  };
}

async function searched(strategy: Strategy, settledEpochs: number) {
  const device = await createWasmDevice({ threads: 1 });
  const part = searchBy(strategy, settledEpochs)(device, null);
  const { events, result } = await advance(part);
  await device.close();
  return { events: events as readonly SearchEvent[], result: result as SearchResult, search: part.search };
}

const canSettle = STRATEGIES.filter(({ settles }) => settles === true);

it("is what these strategies have", () => {
  const kinds = ["two-stage", "one-stage", "measured", "darts", "gdas", "dsnas"];
  expect(canSettle.map(({ kind }) => kind).sort()).toEqual(kinds.sort());
});

describe.each(canSettle)("$kind", (strategy) => {
  it("ends early where its choice does not move, having done what it would have done until then", async () => {
    const [whole, settled] = [await searched(strategy, 0), await searched(strategy, SETTLED)];
    const epochsOf = (events: readonly SearchEvent[]) =>
      events.flatMap((event) => (event.kind === "selection" ? [event.epoch] : []));
    expect(epochsOf(whole.events)).toEqual([0, 1, 2, 3, 4, PLANNED]);
    expect(whole.result.details).not.toHaveProperty("settledAt");
    // The first epochs of a search by measured paths measure nothing.
    const end = epochsOf(settled.events).at(-1)!;
    expect(end).toBeGreaterThanOrEqual(SETTLED);
    expect(end).toBeLessThan(PLANNED);
    expect(epochsOf(settled.events)).toEqual(Array.from({ length: end + 1 }, (_, epoch) => epoch));
    const [last, before] = [settled.events.at(-1)!, settled.events.slice(0, -1)];
    expect(before).toEqual(whole.events.slice(0, before.length));
    const expected = whole.events[before.length]!;
    if (last.kind !== "selection" || expected.kind !== "selection") throw new Error("expected a selection");
    expect(last).toEqual({ ...expected, groups: expected.groups.map((group) => ({ ...group, isFrozen: true })) });
    expect(settled.result.supports).toEqual(last.groups.map(({ support }) => support));
    expect(settled.result.details["settledAt"]).toBe(end);
    expect(settled.search.settling).toEqual({ stillEpochs: SETTLED, settledAt: end });
    const remark = `the search settled: what it keeps was the same for 2 epochs in a row, and it ended after ${end} of 5`;
    expect(settled.result.remarks[0]).toBe(remark);
    // No bound ended it.
    expect(settled.result.details["reachedBound"] ?? false).toBe(false);
    expect(settled.result.details["frozenByBound"] ?? []).toEqual([]);
    expect(settled.result.remarks.filter((line) => /bound|max-search-epochs/.test(line))).toEqual([]);
  });

  it("ends the same on two threads, and stopped anywhere", async () => {
    const places = await expectToGoOnAnywhere(searchBy(strategy, SETTLED));
    expect(places.length).toBeGreaterThan(2 * SETTLED);
  });
});
