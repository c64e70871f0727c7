import { describe, expect, it } from "vitest";
import { createWasmDevice } from "../../../src/device/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import type { SearchEvent, SearchResult, SelectionEvent } from "../../../src/search/index.ts";
import { fusionSpace } from "../../../src/spaces/fusion/index.ts";
import { mtl } from "../../../src/strategies/mtl/strategy.ts";
import { noiseBatches } from "../../contract/noise-batches.ts";
import { TINY_BACKBONE, TINY_FUSION } from "../../tiny-macros.ts";

const BATCH = 4;
const SPACE = fusionSpace(TINY_BACKBONE);
const TRAINING = {
  ...{ epochs: 0, batch: BATCH, learningRate: 0.05, finalLearningRate: 0, momentum: 0.9, weightDecay: 3e-4 },
  ...{ clipNorm: 5, recompute: false, labelSmoothing: 0, auxiliaryWeight: 0, dropPathRate: 0 },
};

async function searched(given: { logitRate?: number; entropyWeight?: number; gatePrice?: number }) {
  const { groups, gates } = SPACE;
  const device = await createWasmDevice({ threads: 1 });
  const batches = ["weights", "architecture"].map((name) =>
    noiseBatches(TINY_FUSION, { name, batch: BATCH, batchCount: 6 }),
  );
  const space = {
    ...{ groups, gates: gates! },
    network: (supports: readonly (readonly number[])[]) => SPACE.superNetwork(TINY_FUSION, supports),
  };
  const context = { device, space, batches, streams: new RandomStreams(1), clock: () => 0, maxLoss: 1000 };
  const run = mtl.start(context, mtl.options({ ...given, epochs: 2 }, TRAINING), null).run();
  const events: SearchEvent[] = [];
  let next = await run.next();
  for (; !next.done; next = await run.next()) events.push(next.value);
  await device.close();
  const selections = events.filter((event): event is SelectionEvent => event.kind === "selection");
  return { selections, result: next.value as SearchResult };
}

const isRoughly = (value: number) => expect.closeTo(value, 12);

describe("gates that are learned", () => {
  it("begin at even odds, all of them shut, and are drawn the harder the longer the search has gone on", async () => {
    const { selections } = await searched({});
    expect(selections.map(({ figures }) => figures["temperature"])).toEqual([1, 0.25, 0]);
    expect(selections[0]!.figures["entropy"]).toEqual(isRoughly(Math.LN2));
    for (const { support, values, figures } of selections[0]!.groups) {
      expect({ support, values, entropy: figures["entropy"] }).toEqual({
        ...{ support: [0], values: [0.5, 0.5], entropy: isRoughly(Math.LN2) },
      });
    }
  });

  it("end open or shut by their entropy, and neither without it: then that is said", async () => {
    const decided = await searched({ logitRate: 0.4 });
    expect(decided.result.details["meanEntropy"]).toBeLessThan(0.15);
    expect(decided.result).toMatchObject({ details: { undecidedGates: 0 }, remarks: [], mixture: null });
    const undecided = await searched({ entropyWeight: 0 });
    expect(undecided.result.details["meanEntropy"]).toBeGreaterThan(0.69);
    expect(undecided.result).toMatchObject({
      details: { undecidedGates: 8 },
      remarks: [expect.stringMatching(/^8 of 8 gates ended neither open nor shut, between 0.1 and 0.9: raise --ent/)],
    });
    const { supports, details } = undecided.result;
    const open = supports.filter(([kept]) => kept === 1).length;
    expect(open).toBeGreaterThan(0);
    expect(details["openGates"]).toBe(open);
  });

  it("are shut where they cost more than they bring", async () => {
    const { result } = await searched({ gatePrice: 1000 });
    expect(result.supports).toEqual(SPACE.groups.map(() => [0]));
    expect(result.details["openGates"]).toBe(0);
  });
});
