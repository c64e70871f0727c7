/** @file `ista-nas evaluate`: accuracy of a trained network on the test split of a data set, as a whole and by class. */
import { countOf } from "../../count-of.ts";
import { IstaNasError } from "../../error.ts";
import { predictedClass } from "../../train/index.ts";
import type { CommandInputs } from "../command.ts";
import { openData } from "../jobs/open-data.ts";
import { percent } from "../jobs/run-recorder.ts";
import { openTrainedModel, type TrainedModel } from "../trained-model.ts";

const BATCH = 100;

export async function evaluate({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const [modelPath, dataPath] = positional as [string, string];
  const model = await openTrainedModel(modelPath, flags.threads ?? "auto", BATCH);
  try {
    const { height, width, channels } = model.shape;
    const isSquare = height === width;
    const data = await openData(
      dataPath,
      isSquare ? { ...flags, imageSize: height } : flags,
      terminal,
      channels === 1 ? "grey" : "rgb",
    );
    const shape = data.test.shape;
    if (shape.height !== height || shape.width !== width) {
      throw mismatch("images", `${shape.height}x${shape.width}`, `${height}x${width}`);
    }
    if (data.classNames.join("\n") !== model.classNames.join("\n")) {
      throw mismatch("classes", data.classNames.join(", "), model.classNames.join(", "));
    }
    const { test } = data;
    const length = height * width * channels;
    const counts = model.classNames.map(() => ({ correct: 0, images: 0 }));
    for (let start = 0; start < test.count; start += model.batch) {
      const count = Math.min(model.batch, test.count - start);
      const pixels = test.pixels.subarray(start * length, (start + count) * length);
      await tally(model, pixels, test.labels.subarray(start, start + count), counts);
      terminal.progress(`evaluating ${start + count}/${test.count}`);
    }
    const correct = counts.reduce((sum, row) => sum + row.correct, 0);
    const width0 = Math.max(...model.classNames.map((name) => name.length));
    for (const [k, { correct: hits, images }] of counts.entries()) {
      terminal.line(`  ${model.classNames[k]!.padEnd(width0)}  ${percent(hits / images).padStart(8)}  of ${images}`);
    }
    terminal.line(`test accuracy ${percent(correct / test.count)} (${correct} of ${countOf(test.count, "image")})`);
    terminal.result({
      model: modelPath,
      data: dataPath,
      testAccuracy: correct / test.count,
      images: test.count,
      classes: counts.map((row, k) => ({ name: model.classNames[k], ...row })),
    });
  } finally {
    await model.close();
  }
}

async function tally(
  model: TrainedModel,
  pixels: Uint8Array,
  labels: ArrayLike<number>,
  counts: { correct: number; images: number }[],
): Promise<void> {
  const probabilities = await model.probabilities(pixels, labels.length);
  for (let image = 0; image < labels.length; image++) {
    const row = counts[labels[image]!]!;
    row.images++;
    if (predictedClass(probabilities, image, counts.length) === labels[image]) row.correct++;
  }
}

function mismatch(what: string, got: string, expected: string): IstaNasError {
  return new IstaNasError(
    `evaluate: ${what} of the data: got ${got}, expected ${expected} as the model was trained on`,
    {
      code: "E_EVALUATE_MISMATCH",
      kind: "usage",
      hint: "give the data that the model was trained on, or data of the same classes",
    },
  );
}
