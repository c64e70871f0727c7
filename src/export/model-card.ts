/** @file The model card of a run: Hugging Face front matter, then what the model is, on what data, how well, at what cost. */
import { countOf } from "../count-of.ts";
import { percent } from "../percent.ts";
import type { Diagram } from "../spaces/index.ts";
import type { ClassificationReport } from "../statistics/index.ts";
import { fittingOf, type RunConfig } from "../store/index.ts";
import { formatDiagram } from "./diagram-text.ts";
import { formatModelUse } from "./model-use.ts";
import { formatReportRows, formatReportSections } from "./report-text.ts";
import { type ClassAccuracy, testCaveats } from "./test-accuracy.ts";
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
  const { data, classNames, training } = config;
  const { imageSize, imageChannels: channels } = training.network;
  const { height, width } = imageSize;
  const { report } = figures;
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
      value: ${rounded(report.macroF1)}
---

# Image classifier for ${data.name}

A convolutional network of ${size}: ${figures.parameters} parameters and ${(figures.macs / 1e6).toFixed(2)}M multiply-accumulates
an image (convolutions and the linear layer). ${origin}

| | |
|---|---|
${formatReportRows(report)}
| trained on | ${countOf(data.trainImages, "image")}, ${countOf(classNames.length, "class")} |
| input | \`images\` \`[N, ${channels}, ${height}, ${width}]\` float32, 0 to 255; the normalisation is inside |
| outputs | \`logits\` and \`probabilities\` \`[N, ${classNames.length}]\` |
| ONNX check | ${parity} |
| made by | ista-nas ${config.version}, seed ${config.seed}, ${config.arithmetic} arithmetic, ${Math.round(figures.seconds)} s |

Classes, in the order of the outputs: ${classNames.map((name) => `\`${name}\``).join(", ")}.

${formatReportSections(report)}${verdict === undefined ? "" : formatVerdict(verdict)}${formatModelUse({ height, width, channels, fitting: fittingOf(config) })}
## Architecture

\`\`\`
${cells}
\`\`\`

## Limits

Measured on one split of one data set with one seed; images unlike the training images may be classified wrongly with high
probability.${formatCaveats(report.classes)}
`;
}

/** Four decimals. */
function rounded(share: number): number {
  return Math.round(share * 10000) / 10000;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function formatCaveats(classes: readonly ClassAccuracy[]): string {
  const caveats = testCaveats(classes).map((caveat) => `- ${caveat}`);
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
