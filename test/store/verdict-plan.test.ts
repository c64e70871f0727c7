import { existsSync, mkdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  hasOpenVerdict,
  NEW_VERDICT,
  RunFolder,
  readVerdictPlan,
  restartVerdict,
  saveVerdictPlan,
  VERDICT_FILE,
  VERDICT_FOLDER,
  type VerdictPlan,
} from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const PLANNED: VerdictPlan = {
  ...{ random: 2, published: true, seconds: 34.25, isDone: true },
  baselines: [
    {
      name: "random-1",
      summary: "",
      isRandom: true,
      isBeyondLimits: false,
      architecture: "{}",
      epochs: 2,
      seconds: 30,
    },
  ],
};

describe("the plan of a verdict", () => {
  it("is read as it was written; a run without one was not asked for a verdict", () => {
    const folder = RunFolder.ensure(temporaryFolder());
    expect(readVerdictPlan(folder)).toBeNull();
    expect(hasOpenVerdict(folder)).toBe(false);
    saveVerdictPlan(folder, NEW_VERDICT);
    expect(hasOpenVerdict(folder)).toBe(true);
    saveVerdictPlan(folder, PLANNED);
    expect(readVerdictPlan(folder)).toEqual(PLANNED);
    expect(hasOpenVerdict(folder)).toBe(false);
  });

  it.each([
    ["a name that leads out of its folder", { baselines: [{ ...PLANNED.baselines[0]!, name: "../elsewhere" }] }],
    ["no epoch", { baselines: [{ ...PLANNED.baselines[0]!, epochs: 0 }] }],
    ["more random architectures than may be asked for", { random: 101 }],
    ["no seconds", { seconds: "many" }],
  ])("with %s is refused", (_, change) => {
    const folder = RunFolder.ensure(temporaryFolder());
    folder.writeJson(VERDICT_FILE, { ...PLANNED, ...change });
    expect(() => readVerdictPlan(folder)).toThrow(expect.objectContaining({ code: "E_RUN_FILE" }));
  });

  it("begins again where the run becomes another: what was trained goes, what was asked for stays", () => {
    const folder = RunFolder.ensure(temporaryFolder());
    restartVerdict(folder);
    expect(readVerdictPlan(folder)).toBeNull();
    saveVerdictPlan(folder, PLANNED);
    mkdirSync(folder.pathOf(`${VERDICT_FOLDER}/random-1`), { recursive: true });
    restartVerdict(folder);
    expect(existsSync(folder.pathOf(VERDICT_FOLDER))).toBe(false);
    expect(readVerdictPlan(folder)).toEqual({ ...NEW_VERDICT, random: 2, published: true });
  });
});
