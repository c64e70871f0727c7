/** @file `ista-nas evaluate`: accuracy of a trained network on labelled images, as a whole and by class. */
import { countOf } from "../../count-of.ts";
import { imageLength } from "../../data/index.ts";
import { accuracyInterval, type ClassAccuracy, formatTestAccuracy } from "../../export/index.ts";
import { type MeasuredImages, openMeasuredImages, openTrainedModel, type TrainedModel } from "../../run/index.ts";
import { predictedClass } from "../../train/index.ts";
import { formatClassAccuracy } from "../class-accuracy.ts";
import type { CommandInputs } from "../command.ts";
import type { Terminal } from "../terminal.ts";
import { TerminalHost } from "../terminal-host.ts";

const BATCH = 100;
const LISTED = 10;

export async function evaluate({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const [modelPath, dataPath] = positional as [string, string];
  const { threads = "auto" } = flags;
  const model = await openTrainedModel(modelPath, { ...flags, threads, batch: BATCH });
  try {
    const measured = await openMeasuredImages(dataPath, model, flags, new TerminalHost(terminal));
    showData(measured, terminal);
    const classes = await measure(model, measured, terminal);
    const correct = classes.reduce((sum, row) => sum + row.correct, 0);
    const missing = classes.filter(({ images }) => images === 0).map(({ name }) => name);
    for (const line of formatClassAccuracy(classes)) terminal.line(...line);
    if (missing.length > 0) terminal.line(`no images of ${missing.join(", ")}: the accuracy says nothing about them`);
    terminal.line(`test accuracy ${formatTestAccuracy(classes)}`);
    terminal.result({
      ...{ model: modelPath, data: dataPath, part: measured.part },
      ...{ testAccuracy: correct / measured.count, images: measured.count, correct },
      interval: accuracyInterval(correct, measured.count),
      ...{ classes, missing, unreadable: measured.data.report.unreadable },
    });
  } finally {
    await model.close();
  }
}

function showData({ data, description }: MeasuredImages, terminal: Terminal): void {
  const { report, train, test } = data;
  const { height, width, channels } = report.shape;
  const images = countOf(train.count + (test?.count ?? 0), "image");
  const classes = countOf(report.classes.length, "class");
  const colours = channels === 1 ? "grey" : "rgb";
  terminal.line(`data ${report.name}: ${report.layout}, ${images} of ${classes}, as ${width}x${height} ${colours}`);
  for (const { path, reason } of report.unreadable.slice(0, LISTED)) terminal.line(`  ${path}: ${reason}`);
  const more = report.unreadable.length - LISTED;
  if (more > 0) terminal.line(`  and ${more} more that cannot be read, all listed with --json`);
  for (const warning of report.warnings) terminal.line(`warning: ${warning}`);
  terminal.line(`measured on ${description}`);
}

/** Counts by class of the network. */
async function measure(
  model: TrainedModel,
  { splits, count, modelClasses }: MeasuredImages,
  terminal: Terminal,
): Promise<readonly ClassAccuracy[]> {
  const length = imageLength(model.shape);
  const rows = model.classNames.map((name) => ({ name, correct: 0, images: 0 }));
  let done = 0;
  for (const split of splits) {
    for (let start = 0; start < split.count; start += model.batch) {
      const labels = split.labels.subarray(start, start + model.batch);
      const pixels = split.pixels.subarray(start * length, (start + labels.length) * length);
      const probabilities = await model.probabilities(pixels, labels.length);
      labels.forEach((label, image) => {
        const index = modelClasses[label]!;
        const row = rows[index]!;
        row.images++;
        if (predictedClass(probabilities, image, rows.length) === index) row.correct++;
      });
      done += labels.length;
      terminal.progress(`evaluating ${done}/${count}`);
    }
  }
  return rows;
}
