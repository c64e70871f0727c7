/** @file The model card of a run: Hugging Face front matter, then what the model is, on what data, how well, at what cost. */
import { countOf } from "../count-of.ts";
import { percent } from "../percent.ts";
import type { Diagram } from "../spaces/index.ts";
import type { ClassificationReport } from "../statistics/index.ts";
import { fittingOf, type RunConfig } from "../store/index.ts";
import { formatDiagram } from "./diagram-text.ts";
import { formatModelUse } from "./model-use.ts";
import { outputNames } from "./onnx/index.ts";
import { formatReportRows, formatReportSections } from "./report-text.ts";
import { testCaveats } from "./test-accuracy.ts";
import { formatDifference, type Verdict } from "./verdict.ts";

export interface ModelFigures {
  /** What the network answered to the test images comes to. */
  readonly report: ClassificationReport;
  /** The same in each of the other tasks. Default: none. */
  readonly otherTasks?: readonly { readonly name: string; readonly report: ClassificationReport }[];
  readonly parameters: number;
  /** Convolution and linear multiply-accumulates an image. */
  readonly macs: number;
  /** Of the whole run. */
  readonly seconds: number;
}

export interface ModelCardInputs {
  readonly config: RunConfig;
  readonly diagram: Diagram;
  readonly figures: ModelFigures;
  /** The ONNX check in words. */
  readonly parity: string;
  /** The network's size in a few words. */
  readonly size: string;
  /** Where its architecture and its weights come from, in sentences. */
  readonly origin: string;
  /** Whether its search paid, if that was asked for. */
  readonly verdict?: Verdict;
}

/** The card as Markdown. */
export function formatModelCard({ config, diagram, figures, parity, size, origin, verdict }: ModelCardInputs): string {
  const { data, training } = config;
  const { imageSize, imageChannels: channels } = training.network;
  const { height, width } = imageSize;
  const { report, otherTasks = [] } = figures;
  const tasks = [{ name: otherTasks.length === 0 ? undefined : data.tasks![0]!, report }, ...otherTasks];
  const cells = formatDiagram(diagram, { width: 120 });
  return `---
library_name: onnx
pipeline_tag: image-classification
tags:
- image-classification
- neural-architecture-search
- ista-nas
metrics:
- accuracy
- f1
model-index:
- name: ${quote(data.name)}
  results:
  - task:
      type: image-classification
    dataset:
      name: ${quote(data.name)}
      type: ${quote(data.name)}
    metrics:
    - type: accuracy
      value: ${rounded(report.accuracy)}
    - type: f1
      name: macro F1
      value: ${rounded(report.macroF1)}${otherTasks.map(formatMetrics).join("")}
---

# Image classifier for ${data.name}

A convolutional network of ${size}: ${figures.parameters} parameters and ${(figures.macs / 1e6).toFixed(2)}M multiply-accumulates
an image (convolutions and the linear layer). ${origin}

| | |
|---|---|
${tasks.map((task) => formatReportRows(task.report, task.name)).join("\n")}
| trained on | ${countOf(data.trainImages, "image")}, ${tasks.map(formatClassCount).join(", ")} |
| input | \`images\` \`[N, ${channels}, ${height}, ${width}]\` float32, 0 to 255; the normalisation is inside |
| outputs | ${tasks.map(formatOutputs).join("; ")} |
| ONNX check | ${parity} |
| made by | ista-nas ${config.version}, seed ${config.seed}, ${config.arithmetic} arithmetic, ${Math.round(figures.seconds)} s |

${tasks.map(formatClassNames).join("\n\n")}

${tasks.map((task) => formatReportSections(task.report, task.name)).join("")}${verdict === undefined ? "" : formatVerdict(verdict)}${formatModelUse({ height, width, channels, fitting: fittingOf(config) })}
## Architecture

\`\`\`
${cells}
\`\`\`

## Limits

Measured on one split of one data set with one seed; images unlike the training images may be classified wrongly with high
probability.${formatCaveats(tasks)}
`;
}

/** Four decimals. */
function rounded(share: number): number {
  return Math.round(share * 10000) / 10000;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** One task of the network; the only one has no name. */
interface CardTask {
  readonly name: string | undefined;
  readonly report: ClassificationReport;
}

/** Of another task, in the front matter. */
function formatMetrics({ name, report }: CardTask): string {
  return `
    - type: accuracy
      name: accuracy, ${name}
      value: ${rounded(report.accuracy)}
    - type: f1
      name: macro F1, ${name}
      value: ${rounded(report.macroF1)}`;
}

function formatClassCount({ name, report }: CardTask): string {
  return `${countOf(report.classes.length, "class")}${name === undefined ? "" : ` of ${name}`}`;
}

function formatOutputs({ name, report }: CardTask, task: number): string {
  const { logits, probabilities } = outputNames(task === 0 ? undefined : name);
  return `\`${logits}\` and \`${probabilities}\` \`[N, ${report.classes.length}]\``;
}

function formatClassNames({ name, report }: CardTask): string {
  const names = report.classes.map((row) => `\`${row.name}\``).join(", ");
  return `Classes${name === undefined ? "" : ` of ${name}`}, in the order of the outputs: ${names}.`;
}

function formatCaveats(tasks: readonly CardTask[]): string {
  const caveats = tasks.flatMap(({ name, report }) => {
    return testCaveats(report.classes).map((caveat) => `- ${name === undefined ? "" : `${name}: `}${caveat}`);
  });
  return caveats.length === 0 ? "" : `\n\n${caveats.join("\n")}`;
}

function formatVerdict({ baselines, sentences, caveat }: Verdict): string {
  const rows = baselines.map((baseline) => {
    const { name, testAccuracy, epochs, parameters, macs } = baseline;
    const figures = [
      percent(testAccuracy),
      formatDifference(baseline),
      epochs,
      parameters,
      `${(macs / 1e6).toFixed(2)}M`,
    ];
    return `| \`${name}\` | ${figures.join(" | ")} |`;
  });
  const headings = ["baseline", "test accuracy", "difference, points (95 % interval)", "epochs", "parameters", "MACs"];
  return `## Whether the search paid

${sentences.map((sentence) => `- ${sentence}`).join("\n")}

| ${headings.join(" | ")} |
|${"---|".repeat(headings.length)}
${rows.join("\n")}

The ${caveat}.

`;
}
