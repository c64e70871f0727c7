/** @file How good the trained network is on its test images: by the answers that the run keeps, so of older runs too. */
import { useMemo } from "preact/hooks";
import { shownClasses } from "../../src/export/test-accuracy.ts";
import type { ClassScore } from "../../src/statistics/class-score.ts";
import { type ClassificationReport, classificationReport } from "../../src/statistics/classification-report.ts";
import type { TestSplit } from "../data/use-test-split.ts";
import { count, percent } from "../format.ts";
import { Figures } from "../parts/figures.tsx";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { ConfusionView } from "./confusion-matrix.tsx";

export interface TestQualityProps {
  readonly test: TestSplit;
  readonly classNames: readonly string[];
}

export function TestQuality({ test, classNames }: TestQualityProps) {
  const report = useMemo(() => reportOf(test, classNames), [test, classNames]);
  const unknown = test.labels.length - (report?.images ?? 0);
  return (
    <>
      <h2>How good it is on the test images</h2>
      {unknown > 0 && (
        <p class="warning">
          Left out: {unknown} images of classes that config.json does not name; it names {classNames.length}.
        </p>
      )}
      {report !== null && (
        <>
          <Figures figures={figuresOf(report)} />
          <ClassTable classes={report.classes} />
          <h2>Confusion matrix of the test images</h2>
          <ConfusionView test={test} classNames={classNames} matrix={report.matrix} />
        </>
      )}
    </>
  );
}

/** Of the images whose classes are known; null if there are none. */
function reportOf(test: TestSplit, classNames: readonly string[]): ClassificationReport | null {
  const known = [...test.labels.keys()].filter(
    (image) => Math.max(test.labels[image]!, test.predictions[image]!) < classNames.length,
  );
  if (known.length === 0) return null;
  const ofKnown = (values: readonly number[]) => known.map((image) => values[image]!);
  const { labels, predictions, confidences, labelPlaces } = test;
  const answers = {
    ...{ labels: ofKnown(labels), predictions: ofKnown(predictions), confidences: ofKnown(confidences) },
    labelPlaces: labelPlaces === null ? null : ofKnown(labelPlaces),
  };
  return classificationReport(answers, classNames);
}

function figuresOf({ images, correct, accuracy, interval, topFiveAccuracy, ...report }: ClassificationReport) {
  const [low, high] = interval;
  return [
    { label: "accuracy", value: `${percent(accuracy)} (${count(correct)} of ${count(images)})` },
    { label: "95 % interval (Wilson)", value: `${percent(low)} to ${percent(high)}` },
    ...(topFiveAccuracy === null ? [] : [{ label: "top-5 accuracy", value: percent(topFiveAccuracy) }]),
    { label: "macro F1", value: percent(report.macroF1) },
    {
      label: `expected calibration error (${report.calibration.bins.length} bins)`,
      value: percent(report.calibration.error),
    },
  ];
}

function ClassTable({ classes }: { readonly classes: readonly ClassScore[] }) {
  const shown = shownClasses(classes).toSorted((a, b) => (a.recall ?? 2) - (b.recall ?? 2));
  const what =
    shown.length < classes.length ? `The ${shown.length} classes of ${classes.length} with` : "Classes, from";
  return (
    <ScrollRegion label="Classes">
      <table class="classes">
        <caption>{what} the lowest recall</caption>
        <thead>
          <tr>
            <th scope="col">Class</th>
            {["Images", "Taken for it", "Recall", "Precision", "F1"].map((heading) => (
              <th key={heading} scope="col" class="figure">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name, images, predicted, recall, precision, f1 }, place) => (
            <tr key={place}>
              <th scope="row">{name}</th>
              <td class="figure">{count(images)}</td>
              <td class="figure">{count(predicted)}</td>
              <td class="figure">{percent(recall)}</td>
              <td class="figure">{percent(precision)}</td>
              <td class="figure">{percent(f1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
