import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { FITS, type Fit, loadImage } from "../../src/data/index.ts";
import { formatModelUse } from "../../src/export/model-use.ts";
import { openOnnx } from "../../src/export/onnx/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Classifier, createClassifier } from "./onnx/classifier.ts";
import { lacksPython, runPython } from "./onnx/python.ts";

const MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** The programs of the card, in order, run beside a model and a photo. */
async function prepare(channels: 1 | 3, fit: Fit) {
  const cwd = temporaryFolder();
  const classifier: Classifier = createClassifier({
    ...{ channels, height: 16, width: 12 },
    features: (l, x) => l.convolution(x, [3, 3], 8, 2, 1, false),
  });
  writeFileSync(join(cwd, "model.onnx"), classifier.encode());
  symlinkSync(MODULES, join(cwd, "node_modules"));
  const plane = (red: number, green: number, blue: number) => (channels === 1 ? [red, red, red] : [red, green, blue]);
  const pixels = Uint8Array.from({ length: 90 * 60 * 3 }, (_, i) => {
    const [y, x] = [Math.floor(i / 270), Math.floor(i / 3) % 90];
    return plane(40 + 2 * x, 200 - y, 30 + y)[i % 3]!;
  });
  await sharp(pixels, { raw: { width: 90, height: 60, channels: 3 } })
    .jpeg({ quality: 95 })
    .toFile(join(cwd, "photo.jpg"));
  const shape = { height: 16, width: 12, channels };
  const fitting = { fit, padColour: [90, 140, 200].slice(0, channels) };
  const session = await openOnnx(join(cwd, "model.onnx"));
  const { probabilities } = await session.run(await loadImage(join(cwd, "photo.jpg"), shape, fitting), 1);
  await session.close();
  const programs = [...formatModelUse({ ...shape, fitting }).matchAll(/```(?:python|js)\n(.*?)```/gs)].map(
    (match) => match[1]!,
  );
  return { cwd, programs, expected: [...probabilities] };
}

function compare(printed: string, expected: readonly number[], tolerance: number): void {
  const got = JSON.parse(printed) as number[];
  expect(got).toHaveLength(expected.length);
  for (const [k, value] of expected.entries()) expect(Math.abs(got[k]! - value)).toBeLessThan(tolerance);
}

describe("the programs of the model card give the probabilities of predict", () => {
  for (const [channels, fit] of FITS.flatMap((fit) => [[1, fit] as const, [3, fit] as const])) {
    const kind = `${channels === 1 ? "grey" : "colour"}, ${fit}`;
    const runtime = lacksPython("onnxruntime", "PIL", "numpy");
    const opencv = lacksPython("cv2", "numpy");

    it.skipIf(runtime !== null)(
      `Python with onnxruntime, ${kind}${runtime ? ` (skipped: ${runtime})` : ""}`,
      async () => {
        const { cwd, programs, expected } = await prepare(channels, fit);
        compare(runPython(["-c", programs[0]!], { cwd }), expected, 0.02);
      },
    );

    it.skipIf(opencv !== null)(`Python with OpenCV, ${kind}${opencv ? ` (skipped: ${opencv})` : ""}`, async () => {
      const { cwd, programs, expected } = await prepare(channels, fit);
      compare(runPython(["-c", programs[1]!], { cwd }), expected, 0.02);
    });

    it(`Node, ${kind}`, async () => {
      const { cwd, programs, expected } = await prepare(channels, fit);
      writeFileSync(join(cwd, "predict.mjs"), programs[2]!);
      const { stdout, stderr } = spawnSync(process.execPath, ["predict.mjs"], { cwd, encoding: "utf8" });
      expect(stdout, stderr).not.toBe("");
      compare(stdout, expected, 1e-4);
    });
  }
});
