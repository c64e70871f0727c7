import { describe, expect, it } from "vitest";
import { countMacs, inferencePass, parameterCount } from "../../../src/network/index.ts";
import { atomSpace, formatAtoms, mobileSpace, parseAtoms } from "../../../src/spaces/mobile/index.ts";
import { TINY_CHAIN, TINY_MOBILE } from "../../tiny-macros.ts";

const space = atomSpace(TINY_CHAIN);
const FOUND = "atoms_3x3:8+7x7:4 identity | mb3_5x5 atoms_5x5";

describe("windows side by side", () => {
  it.each(["atoms_3x3", "atoms_3x3+5x5+7x7", "atoms_3x3:24+5x5:4", "atoms_7x7:12288"])("are written as %s", (word) => {
    expect(formatAtoms(parseAtoms(word)!)).toBe(word);
  });

  it.each([
    ...["atoms_", "atoms_4x4", "atoms_3x5", "atoms_5x5+3x3", "atoms_3x3+3x3", "atoms_3x3:0", "atoms_3x3:6"],
    ...["atoms_3x3:04", "atoms_3x3:-4", "atoms_3x3:12292", "atoms_3x3:", "atoms_3x3+", "mb3_3x3", "atoms_3x3 "],
  ])("are not %s", (word) => {
    expect(parseAtoms(word)).toBeNull();
  });

  it("are read beside blocks, drawn and built by the space of blocks, and are not among what it chooses from", () => {
    const blocks = mobileSpace(TINY_CHAIN);
    const chain = blocks.parse(FOUND);
    expect(blocks.formatText(chain)).toBe(FOUND);
    expect(blocks.parse(blocks.formatJson(chain))).toEqual(chain);
    expect(
      blocks.draw(chain).panels.map(({ nodes }) => nodes.map(({ terms }) => terms.map(({ label }) => label))),
    ).toEqual([
      [["3x3:8", "7x7:4"], ["identity"]],
      [["mb3_5x5"], ["5x5"]],
    ]);
    expect(() => blocks.supportsOf(chain)).toThrow(expect.objectContaining({ code: "E_ARCHITECTURE", kind: "usage" }));
    expect(() => blocks.parse(FOUND.replace(":8", ":9"))).toThrow("atoms_3x3:9+7x7:4");
    const { graph, parameters, hidden } = blocks.derivedNetwork(TINY_MOBILE, chain)(inferencePass());
    expect(hidden!.map(({ group, candidate, count }) => [group, candidate, count])).toEqual([
      [0, 0, 8],
      [0, 2, 4],
      // Of 8 inputs six times as many.
      [3, 1, 48],
    ]);
    // Taking a channel away takes away what it says it costs.
    const less = blocks.derivedNetwork(TINY_MOBILE, blocks.parse(FOUND.replace(":8", ":4")))(inferencePass());
    expect(countMacs(graph, 1) - countMacs(less.graph, 1)).toBe(4 * hidden![0]!.macs);
    const perChannel = 4 + 2 + 9 + 2 + 4;
    expect(parameterCount(parameters) - parameterCount(less.parameters)).toBe(4 * perChannel);
  });

  it("have six times the channels of their input each in the widest network, and share as many where nothing is said", () => {
    expect(space.widths!.full(TINY_MOBILE)).toEqual([4, 4, 4, 8].map((inputs) => [6 * inputs, 6 * inputs, 6 * inputs]));
    const count = (text: string) =>
      space
        .derivedNetwork(
          TINY_MOBILE,
          space.parse(text),
        )(inferencePass())
        .hidden!.map((one) => one.count);
    expect(count("atoms_3x3 atoms_3x3+7x7 | atoms_3x3+5x5+7x7 atoms_7x7:4")).toEqual([24, 12, 12, 8, 8, 8, 4]);
  });

  it("come back from supports, and leave out what has no channels", () => {
    const supports = [[0], [1, 2], [0, 1, 2], [2]];
    expect(space.supportsOf(space.derive(supports))).toEqual(supports);
    const chain = space.widths!.architecture([
      [4, 0, 8],
      [0, 0, 4],
      [12, 0, 0],
      [4, 4, 4],
    ]);
    expect(space.formatText(chain)).toBe("atoms_3x3:4+7x7:8 atoms_7x7:4 | atoms_3x3:12 atoms_3x3:4+5x5:4+7x7:4");
    expect(space.supportsOf(chain)).toEqual([[0, 2], [2], [0], [0, 1, 2]]);
    for (const support of [[], [0, 0], [1, 0], [3], [0.5]]) {
      expect(() => space.derive(supports.with(1, support))).toThrow("stage0/layer1 support");
    }
    expect(() => space.supportsOf(space.parse(FOUND))).toThrow(expect.objectContaining({ code: "E_ARCHITECTURE" }));
  });
});
