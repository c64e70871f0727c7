import { join } from "node:path";
import { expect, it } from "vitest";
import { parseResults, RESULTS_FILE, ResultsTable, RunFolder } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const ROW = { phase: "retrain", epoch: 1, loss: 0.5, accuracy: 0.25 } as const;

it("has a column for each other task after all others, and reads what it wrote", () => {
  const folder = RunFolder.create(join(temporaryFolder(), "run"));
  new ResultsTable(folder, 2).append({ ...ROW, accuracy_2: 0.125, accuracy_3: 1 });
  const text = folder.readText(RESULTS_FILE);
  expect(text).toMatch(/^phase,epoch,.*,frozen_nodes,accuracy_2,accuracy_3\nretrain,1,,0\.5,0\.25,.*,0\.125,1\n$/);
  expect(parseResults(text)).toEqual([{ ...ROW, accuracy_2: 0.125, accuracy_3: 1 }]);
});

it("is what it was where there is one task", () => {
  const folder = RunFolder.create(join(temporaryFolder(), "run"));
  new ResultsTable(folder).append(ROW);
  const text = folder.readText(RESULTS_FILE);
  expect(text.split("\n")[0]).toMatch(/,frozen_nodes$/);
  expect(parseResults(text)).toEqual([ROW]);
});

it("drops fields beyond the columns of any run", () => {
  const fields = Array.from({ length: 100 }, (_, index) => index + 2);
  const [row] = parseResults(["retrain", "1", ...fields].join());
  expect(Object.keys(row!)).toHaveLength(12 + 64);
  expect(row).toMatchObject({ frozen_nodes: 11, accuracy_2: 12, accuracy_65: 75 });
});
