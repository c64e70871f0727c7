/** @file How good a network is, as the parts of a model card, in Markdown. */
import { countOf } from "../count-of.ts";
import { percent } from "../percent.ts";
import { CALIBRATION_BINS, type ClassificationReport, type ConfusionMatrix } from "../statistics/index.ts";
import { formatTestAccuracy, shownClasses } from "./test-accuracy.ts";

/** Up to as many classes the whole confusion matrix is shown. */
const MOST_IN_MATRIX = 20;
/** Classes that are named as the worst. */
const WORST = 3;
/** Of more classes the commonest mistakes. */
const LISTED = 10;

/** Rows of the table of figures; `task`: what the classes are called among several tasks. */
export function formatReportRows(report: ClassificationReport, task?: string): string {
  const { classes, topFiveAccuracy, calibration } = report;
  const rows = [
    ["test accuracy", `${formatTestAccuracy(classes)}, on images that took no part in search or training`],
    ...(topFiveAccuracy === null ? [] : [["top-5 accuracy", percent(topFiveAccuracy)]]),
    ["macro F1", percent(report.macroF1)],
    ["calibration error", `${percent(calibration.error)}, expected, over ${CALIBRATION_BINS} bins of confidence`],
  ];
  return rows
    .map(([name, value]) => `| ${task === undefined ? "" : `${task}: `}${name} | ${inTable(value!)} |`)
    .join("\n");
}

/** How well each class is recognised, or the worst ones, and what is taken for what; `task` as of `formatReportRows`. */
export function formatReportSections({ classes, matrix }: ClassificationReport, task?: string): string {
  const of = task === undefined ? "" : `: ${task}`;
  const names = classes.map(({ name }) => inTable(`\`${name}\``));
  return `## Accuracy by class${of}

${formatClasses(classes)}

## Confusion matrix${of}

${matrix.classCount <= MOST_IN_MATRIX ? formatMatrix(matrix, names) : formatMistakes(matrix, names)}

`;
}

function formatClasses(classes: ClassificationReport["classes"]): string {
  const shown = shownClasses(classes);
  const rows = shown.map(({ name, correct, images, predicted, precision, recall, f1 }) => {
    const shares = [recall, precision, f1].map((share) => (share === null ? "-" : percent(share)));
    const right = images === 0 ? "no test image" : `${correct} of ${images}`;
    return [inTable(`\`${name}\``), right, shares[0]!, predicted, ...shares.slice(1)];
  });
  const title = shown.length === classes.length ? "class" : `class: the ${shown.length} lowest of ${classes.length}`;
  const worst = classes.filter(({ recall }) => recall !== null).toSorted((a, b) => a.recall! - b.recall!);
  const named = worst.slice(0, WORST).map(({ name, recall }) => `\`${name}\` (${percent(recall!)})`);
  return `The lowest recall has ${named.join(", then ")}.

${table([title, "right", "recall", "taken for it", "precision", "F1"], rows)}`;
}

function formatMatrix(matrix: ConfusionMatrix, names: readonly string[]): string {
  const rows = names.map((name, label) => [name, ...matrix.row(label)]);
  return table(["is, down; taken for, across", ...names], rows);
}

function formatMistakes(matrix: ConfusionMatrix, names: readonly string[]): string {
  const mistakes = matrix.mistakes(LISTED);
  if (mistakes.length === 0) return "No test image was taken for another class.";
  return `The commonest mistakes of ${countOf(names.length, "class")}:

${table(
  ["is", "taken for", "images"],
  mistakes.map(({ label, prediction, images }) => [names[label]!, names[prediction]!, images]),
)}`;
}

function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = rows.map((row) => `| ${row.join(" | ")} |`);
  return [`| ${headings.join(" | ")} |`, `|${"---|".repeat(headings.length)}`, ...lines].join("\n");
}

/** A bar would end the field of a table. */
function inTable(text: string): string {
  return text.replaceAll("|", "\\|");
}
