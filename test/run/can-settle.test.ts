import { describe, expect, it } from "vitest";
import { assertCanSettle, refuseSettling } from "../../src/run/can-settle.ts";
import { checkSearchSpec } from "../../src/run/check-spec.ts";
import { asTrainOptions } from "../../src/run/presets.ts";
import { searchSettings } from "../../src/run/settings.ts";
import type { Strategy } from "../../src/search/index.ts";
import { SPACES } from "../../src/spaces/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";
import { variantOf } from "../../src/study/variant.ts";

const strategyOf = (kind: string): Strategy => STRATEGIES.find((one) => one.kind === kind)!;
const refused = (message: string) =>
  expect.objectContaining({ code: "E_USAGE_PART", kind: "usage", message: expect.stringMatching(message) });

/** What they select before their end is the best so far, or the first; the last one selects nothing. */
const LEARN_NOTHING = ["random", "random-ws", "one-shot", "spos", "successive-halving", "zero-cost", "atom"];
const TRAIN_TO_THEIR_END = ["once-for-all", "mtl"];
const CANNOT = [...LEARN_NOTHING, ...TRAIN_TO_THEIR_END];

describe("--settled-epochs", () => {
  it.each(CANNOT)("is refused by %s, which says why and who takes it", async (kind) => {
    const lack = LEARN_NOTHING.includes(kind)
      ? "which learns no number for each candidate"
      : "after which nothing is trained";
    const message = `^--settled-epochs: got it with strategy ${kind}, ${lack}, expected it with strategy two-stage, `;
    expect(() => assertCanSettle(strategyOf(kind), 2)).toThrow(refused(message));
    const asked = checkSearchSpec({ data: "x", strategy: kind, options: { settledEpochs: 2 } });
    await expect(asked).rejects.toThrow(refused(message));
    expect(() => assertCanSettle(strategyOf(kind), 0)).not.toThrow();
    expect(() => assertCanSettle(strategyOf(kind), undefined)).not.toThrow();
  });

  it("is taken by all others", () => {
    for (const strategy of STRATEGIES) {
      if (!CANNOT.includes(strategy.kind)) expect(() => assertCanSettle(strategy, 2)).not.toThrow();
    }
  });

  it("does not go with a last round that would never come", () => {
    const space = SPACES[0]!;
    const shape = { imageChannels: 3, imageSize: { height: 32, width: 32 }, classCount: 10 };
    const settingsFor = (options: object) =>
      searchSettings(
        { options: { ...options }, shape, space, spaceOptions: space.options({}) },
        strategyOf("measured"),
      );
    const message = "^--settled-epochs: got it with a measured search that trains architectures alone in the end";
    expect(() => settingsFor({ settledEpochs: 2, finalRound: 0.4 })).toThrow(refused(message));
    expect(() => settingsFor({ settledEpochs: 2 })).not.toThrow();
    expect(() => settingsFor({ settledEpochs: 0, finalRound: 0.4 })).not.toThrow();
    expect(() => refuseSettling({}, strategyOf("measured"))).not.toThrow();
  });

  it("means nothing to a training, and nothing to the variants of a study that cannot settle", async () => {
    expect(asTrainOptions({ settledEpochs: 2, channels: 8 }, strategyOf("two-stage"))).toEqual({ channels: 8 });
    const base = { settledEpochs: 2, batch: 32 };
    const optionsWith = async (strategy: string) =>
      (await variantOf({ name: "x", base, own: { strategy } })).options["settledEpochs"];
    expect(await Promise.all(["gdas", "random"].map(optionsWith))).toEqual([2, undefined]);
  });
});
