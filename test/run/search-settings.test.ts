import { describe, expect, it } from "vitest";
import { searchSettings } from "../../src/run/settings.ts";
import { SPACES } from "../../src/spaces/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";

const shape = { imageSize: { height: 16, width: 16 }, imageChannels: 3, classCount: 10 };
const space = SPACES.find(({ kind }) => kind === "nas-bench-201")!;
const measured = STRATEGIES.find(({ kind }) => kind === "measured")!;

const settingsOf = (options: Readonly<Record<string, unknown>>) =>
  searchSettings({ options, shape, space, spaceOptions: {} }, measured).search;

describe("networks that a search trains alone", () => {
  it("have a size of their own, or that of the search, and the depth of the training if neither says one", () => {
    const alone = { finalRound: 0.5, channels: 16 };
    expect(settingsOf({ ...alone, proxyChannels: 8, proxyCells: 3, cells: 1 }).proxy).toMatchObject({
      ...{ channels: 8, cellsPerStage: 3, affine: true, reduction: "residual" },
    });
    expect(settingsOf(alone).proxy).toMatchObject({ channels: 16, cellsPerStage: 5 });
  });

  it("are not there, and take no memory, where nothing is trained alone; a size for them is refused", () => {
    expect(settingsOf({ channels: 16 })).not.toHaveProperty("proxy");
    expect(() => settingsOf({ channels: 16, proxyCells: 3 })).toThrow(
      /^--proxy-cells: got it with a search that trains/,
    );
  });
});
