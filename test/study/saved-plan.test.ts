import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { defaultArithmetic } from "../../src/device/index.ts";
import { planStudy, StudyFolder, type StudyPlan, savedPlan, studyResults } from "../../src/study/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const FILE = {
  ...{ name: "mine", summary: "Which is best.", baseline: "random", base: { channels: 4, epochs: 2 } },
  axes: [{ option: "strategy", values: ["two-stage", "random"] }],
};

/** What is asked for, without what only planning needs. */
const asked = ({ variants, runs, ...rest }: StudyPlan) => ({
  ...rest,
  variants: variants.map(({ taken: _, ...variant }) => variant),
  runs: runs.map(({ name, seed, variant }) => [name, seed, variant.name]),
});

it("the plan of a study is got back from its folder, with seeds and variants of all times that it was begun", async () => {
  const path = join(temporaryFolder(), "study");
  const plan = await planStudy(FILE, {}, "demo", [7, 3]);
  StudyFolder.open(path, plan, "demo");
  const saved = savedPlan(StudyFolder.read(path)!);
  expect(asked(saved)).toEqual(asked(plan));
  const { sentence, rows } = studyResults({ pathOf: ({ name }) => join(path, name) }, saved, "demo");
  expect(sentence).toBe("random has no finished run: nothing can be compared with it.");
  expect(rows.map(({ variant, open }) => [variant, open])).toEqual([
    ["two-stage", 2],
    ["random", 2],
  ]);
  StudyFolder.open(path, await planStudy(FILE, {}, "demo", [3, 9]), "demo");
  expect(savedPlan(StudyFolder.read(path)!).seeds).toEqual([7, 3, 9]);
});

it("all runs of a study are of the arithmetic that it was begun in: separate, where it does not say one", async () => {
  const path = join(temporaryFolder(), "study");
  const plan = await planStudy(FILE, {}, "demo", [1]);
  expect(StudyFolder.open(path, plan, "demo").arithmetic).toBe(defaultArithmetic());
  const file = join(path, "study-plan.json");
  const { arithmetic: _, ...before } = JSON.parse(readFileSync(file, "utf8")) as { arithmetic?: string };
  writeFileSync(file, JSON.stringify(before));
  expect(StudyFolder.open(path, plan, "demo").arithmetic).toBe("separate");
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ arithmetic: "separate" });
});
