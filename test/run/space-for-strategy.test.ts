/** What a strategy asks of its space, and who is told that it cannot be. */
import { describe, expect, it } from "vitest";
import { followedBy } from "../../src/run/afterwards.ts";
import { checkNewSearch } from "../../src/run/new-run.ts";
import { assertSpaceFits, spaceOptionsFor } from "../../src/run/space-for-strategy.ts";
import { SPACES } from "../../src/spaces/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";
import { OWN_SPACE } from "../own-examples.ts";

const spaceOf = (kind: string) => SPACES.find((one) => one.kind === kind)!;
const strategyOf = (kind: string) => STRATEGIES.find((one) => one.kind === kind)!;
const atom = strategyOf("atom");

describe("the options of a space", () => {
  it("are those that were given, and those that the strategy asks for", () => {
    const given = { chain: "imagenet" } as const;
    expect(spaceOptionsFor(atom, spaceOf("mobile"), given)).toEqual({ chain: "imagenet", layerKind: "atoms" });
    for (const strategy of STRATEGIES.filter((one) => one !== atom)) {
      expect(spaceOptionsFor(strategy, spaceOf("mobile"), given)).toEqual({ chain: "imagenet" });
      if (strategy.needs !== undefined) continue;
      for (const space of SPACES) expect(() => assertSpaceFits(strategy, space, {})).not.toThrow();
    }
  });

  it.each([
    ["atom", "mobile"],
    ["once-for-all", "mobile"],
    ["mtl", "fusion"],
  ])("make a space that has what %s needs where they can, and are refused elsewhere", async (kind, fitting) => {
    const needing = strategyOf(kind);
    expect(() => assertSpaceFits(needing, spaceOf(fitting), {})).not.toThrow();
    for (const space of [...SPACES, OWN_SPACE].filter((one) => one.kind !== fitting)) {
      expect(() => assertSpaceFits(needing, space, {})).toThrow(
        expect.objectContaining({
          ...{ code: "E_USAGE_PART", kind: "usage", hint: `add --space ${fitting}, or take another strategy` },
          message: expect.stringMatching(`^--strategy: got ${kind} with space ${space.kind}, .* space ${fitting}$`),
        }),
      );
    }
    await expect(checkNewSearch({ data: "nowhere", strategy: kind })).rejects.toMatchObject({ code: "E_USAGE_PART" });
  });
});

it("what searches as it trains says so where it is to be trained from scratch", () => {
  for (const kind of ["one-stage", "atom"]) {
    expect(() => followedBy(strategyOf(kind), "retrain")).toThrow(`strategy ${kind}, which searches as it trains`);
    expect(followedBy(strategyOf(kind), "continue")).toBe(strategyOf(kind));
  }
});
