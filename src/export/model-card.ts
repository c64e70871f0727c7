/** @file The model card of a run: Hugging Face front matter, then what the model is, on what data, how well, at what cost. */
import { countOf } from "../count-of.ts";
import { percent } from "../percent.ts";
import type { Diagram } from "../spaces/index.ts";
import type { RunConfig } from "../store/index.ts";
import { formatDiagram } from "./diagram-text.ts";
import { formatModelUse } from "./model-use.ts";
import { type ClassAccuracy, formatTestAccuracy, shownClasses, testCaveats } from "./test-accuracy.ts";
import { formatDifference, type Verdict } from "./verdict.ts";

export interface ModelFigures {
  /** Share of the test images, 0..1. */
  readonly accuracy: number;
  /** The same by class, in the order of the outputs. */
  readonly classes: readonly ClassAccuracy[];
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
  const accuracy = Math.round(figures.accuracy * 10000) / 10000;
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
      value: ${accuracy}
---

# Image classifier for ${data.name}

A convolutional network of ${size}: ${figures.parameters} parameters and ${(figures.macs / 1e6).toFixed(2)}M multiply-accumulates
an image (convolutions and the linear layer). ${origin}

| | |
|---|---|
| test accuracy | ${inTable(formatTestAccuracy(figures.classes))}, on images that took no part in search or training |
| trained on | ${countOf(data.trainImages, "image")}, ${countOf(classNames.length, "class")} |
| input | \`images\` \`[N, ${channels}, ${height}, ${width}]\` float32, 0 to 255; the normalisation is inside |
| outputs | \`logits\` and \`probabilities\` \`[N, ${classNames.length}]\` |
| ONNX check | ${parity} |
| made by | ista-nas ${config.version}, seed ${config.seed}, ${Math.round(figures.seconds)} s |

Classes, in the order of the outputs: ${classNames.map((name) => `\`${name}\``).join(", ")}.

## Accuracy by class

${formatClasses(figures.classes)}

${verdict === undefined ? "" : formatVerdict(verdict)}${formatModelUse({ height, width, channels })}
## Architecture

\`\`\`
${cells}
\`\`\`

## Limits

Measured on one split of one data set with one seed; images unlike the training images may be classified wrongly with high
probability.${formatCaveats(figures.classes)}
`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function formatCaveats(classes: readonly ClassAccuracy[]): string {
  const caveats = testCaveats(classes).map((caveat) => `- ${caveat}`);
  return caveats.length === 0 ? "" : `\n\n${caveats.join("\n")}`;
}

function formatClasses(classes: readonly ClassAccuracy[]): string {
  const shown = shownClasses(classes);
  const rows = shown.map(({ name, correct, images }) => {
    const share = images === 0 ? "no test image" : `${((100 * correct) / images).toFixed(2)} %`;
    return `| ${inTable(`\`${name}\``)} | ${correct} of ${images} | ${share} |`;
  });
  const title = shown.length === classes.length ? "class" : `class: the ${shown.length} lowest of ${classes.length}`;
  return [`| ${title} | right | share |`, "|---|---|---|", ...rows].join("\n");
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

/** A bar would end the field of a table. */
function inTable(text: string): string {
  return text.replaceAll("|", "\\|");
}
