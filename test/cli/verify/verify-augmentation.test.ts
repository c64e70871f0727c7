import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { ErrorLedger } from "../../../src/cli/verify/error-ledger.ts";
import { AUGMENTATION_FILE, verifyAugmentation } from "../../../src/cli/verify/verify-augmentation.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

const BUILT_IN = fileURLToPath(new URL("../../golden", import.meta.url));

function rowsOf(folder: string) {
  const ledger = new ErrorLedger();
  verifyAugmentation(folder, ledger);
  return ledger.rows;
}

it("agrees with PyTorch in every image and every mean", () => {
  const rows = rowsOf(BUILT_IN);
  expect(rows.flatMap(({ failures }) => failures)).toEqual([]);
  const golden = JSON.parse(readFileSync(join(BUILT_IN, AUGMENTATION_FILE), "utf8"));
  const images = golden.cases.reduce((sum: number, { outputs }: { outputs: unknown[] }) => sum + outputs.length, 0);
  expect(rows.map(({ comparisons }) => comparisons)).toEqual([images, 4 * golden.boxes.length]);
});

it.each([
  [
    "an image",
    (golden: { cases: { outputs: { image: number[] }[] }[] }) => (golden.cases[0]!.outputs[0]!.image[0]! += 0.01),
  ],
  ["a mean", (golden: { boxes: { mean: number[] }[] }) => (golden.boxes[0]!.mean[2]! *= 1.05)],
])("finds %s that is off", (_, change) => {
  const folder = temporaryFolder();
  const golden = JSON.parse(readFileSync(join(BUILT_IN, AUGMENTATION_FILE), "utf8"));
  change(golden);
  writeFileSync(join(folder, AUGMENTATION_FILE), JSON.stringify(golden));
  expect(rowsOf(folder).flatMap(({ failures }) => failures)).toHaveLength(1);
});
