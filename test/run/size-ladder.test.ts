import { describe, expect, it } from "vitest";
import type { RunOptions } from "../../src/run/run-options.ts";
import { assertSizesCanBeChosen, sizeLadder } from "../../src/run/size-ladder.ts";
import type { SpaceKind } from "../../src/spaces/index.ts";
import { SPACES } from "../../src/spaces/index.ts";

const FLAG = { valueName: "COUNT", description: "", parse: Number };
const macroFlags = { channels: FLAG, cells: FLAG, reduction: FLAG };

function kindWith(sizes: SpaceKind["sizes"]): SpaceKind {
  return { kind: "mine", macroFlags, ...(sizes === undefined ? {} : { sizes }) } as unknown as SpaceKind;
}

const TWO = kindWith([
  { channels: 4, cells: 1, retrainCells: 3 },
  { channels: 8, cells: 1, retrainCells: 5 },
]);

function ladder(given: RunOptions, { options = given, hasTwoNetworks = true, space = TWO } = {}) {
  return sizeLadder({ given, options, space, hasTwoNetworks });
}

describe("sizes to choose among", () => {
  it("are the space's, of both networks or of the one", () => {
    expect(ladder({})).toEqual([
      { channels: 4, retrainChannels: 4, cells: 1, retrainCells: 3 },
      { channels: 8, retrainChannels: 8, cells: 1, retrainCells: 5 },
    ]);
    expect(ladder({}, { hasTwoNetworks: false })).toEqual([
      { channels: 4, cells: 3 },
      { channels: 8, cells: 5 },
    ]);
  });

  it.each<[string, RunOptions, readonly RunOptions[]]>([
    [
      "leave what is given, and the trained network goes with it",
      { channels: 16 },
      [
        { cells: 1, retrainCells: 3 },
        { cells: 1, retrainCells: 5 },
      ],
    ],
    ["are fewer where two become the same", { channels: 16, retrainCells: 2 }, [{ cells: 1 }]],
    ["are one that says nothing if all is given", { channels: 16, cells: 2 }, [{}]],
    [
      "are of the trained network alone if that is asked for",
      { channels: 16, cells: 2, retrainCells: "auto" },
      [{ retrainCells: 3 }, { retrainCells: 5 }],
    ],
  ])("%s", (_, given, expected) => {
    expect(ladder(given)).toEqual(expected);
  });

  it("leave a preset that is asked for", () => {
    expect(ladder({ preset: "demo" }, { options: { preset: "demo", channels: 8, cells: 5 } })).toEqual([{}]);
  });

  it("do not leave the preset that the data bring", () => {
    expect(ladder({}, { options: { channels: 8, cells: 5 } })).toHaveLength(2);
    expect(
      ladder({ preset: "demo", channels: "auto" }, { options: { preset: "demo", channels: "auto", cells: 5 } }),
    ).toEqual([
      { channels: 4, retrainChannels: 4 },
      { channels: 8, retrainChannels: 8 },
    ]);
  });

  it("are none in a space that names none", () => {
    expect(ladder({}, { space: kindWith(undefined) })).toEqual([{}]);
  });

  it.each<[RunOptions, SpaceKind, RegExp]>([
    [{ channels: "auto" }, TWO, /^--channels: got auto without --time or --compute, expected a number/],
    [{ retrainCells: "auto" }, TWO, /^--retrain-cells: got auto without --time or --compute/],
    [{ cells: "auto", time: 60 }, kindWith(undefined), /^--cells: got auto with space mine, which names no sizes/],
  ])("are not asked for in vain: %j", (given, space, message) => {
    expect(() => assertSizesCanBeChosen(given, space)).toThrow(message);
    expect(() => assertSizesCanBeChosen({ ...given, time: 60 }, TWO)).not.toThrow();
  });

  it.each(SPACES.map((space) => [space.kind, space] as const))(
    "of %s grow, and are values of its flags",
    (_, space) => {
      const values = ladder({}, { space });
      expect(values.length).toBeGreaterThan(3);
      for (const [index, size] of values.entries()) {
        for (const [name, value] of Object.entries(size)) {
          const own = name.replace(/^retrain(.)/, (_, first: string) => first.toLowerCase());
          expect(space.macroFlags[own]!.parse(String(value))).toBe(value);
          if (index > 0) expect(value).toBeGreaterThanOrEqual(values[index - 1]![name] as number);
        }
      }
    },
  );
});
