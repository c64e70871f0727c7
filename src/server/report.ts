/** @file The page of one run as a single file: script, style and data inside, nothing fetched. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { imageLength } from "../data/index.ts";
import {
  keepOfEachField,
  type RunFolder,
  readTestImages,
  readTestPredictions,
  type TestPredictions,
} from "../store/index.ts";
import type { ReportContent } from "./api.ts";
import { builtFolder, PageFiles } from "./page-files.ts";
import { RUN_FILES, RunRegistry } from "./run-registry.ts";

/** Series of a report are as long as is worth looking at. */
const ROWS = 5000;
const SELECTIONS = 400;
/** Test images that a report keeps of each field of the confusion matrix, and their bytes at most. */
const KEPT_OF_A_FIELD = 10;
const IMAGE_BYTES = 8 * 2 ** 20;
/** Files of a run that are not text, or are in the report anyway. */
const LEFT_OUT: readonly string[] = ["model.onnx", "weights.safetensors", "events.jsonl"];

export interface ReportOptions {
  /** Of ista-nas. */
  readonly version: string;
  readonly madeAt: Date;
}

/**
 * HTML that shows the run as it is now. The same files give the same text but for `madeAt`.
 * @throws E_PAGE_MISSING if the page was not built; what reading the run throws
 */
export function createReport(folder: RunFolder, { version, madeAt }: ReportOptions): string {
  const registry = new RunRegistry(folder.path);
  const detail = registry.detail(folder.name)!;
  const history = registry.feed(folder.name)!.history({ rows: ROWS, selections: SELECTIONS });
  const { test, images } = testOf(folder);
  const names = RUN_FILES.filter((name) => folder.has(name) && !LEFT_OUT.includes(name));
  const content: ReportContent = {
    ...{ madeAt: madeAt.toISOString(), version, detail, test, testImages: images.toString("base64") },
    history: { ...history, selectionEpochs: history.selections.map((selection) => Number(selection["epoch"])) },
    files: Object.fromEntries(names.map((name) => [name, folder.readText(name)])),
  };
  return assemble(new PageFiles(builtFolder("report"), "report.js"), folder.name, content);
}

interface KeptTest {
  readonly test: TestPredictions | null;
  readonly images: Buffer;
}

function testOf(folder: RunFolder): KeptTest {
  const all = readTestPredictions(folder);
  if (all === null) return { test: null, images: Buffer.alloc(0) };
  const length = imageLength(all.shape);
  const kept = keepOfEachField(all.kept, all, KEPT_OF_A_FIELD, Math.floor(IMAGE_BYTES / length));
  const pixels = readTestImages(folder, all);
  const places = kept.map((image) => all.kept.indexOf(image));
  return {
    test: { ...all, kept },
    images: Buffer.concat(places.map((place) => pixels.subarray(place * length, (place + 1) * length))),
  };
}

function assemble(page: PageFiles, name: string, content: ReportContent): string {
  const script = textOf(page, "/report.js").replace(/<(?=\/script|!--)/gi, "\\x3c");
  const style = textOf(page, "/report.css");
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data: blob:",
    "connect-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(name)}</title>
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<script type="application/json" id="report">${JSON.stringify(content).replaceAll("<", "\\u003c")}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

function textOf(page: PageFiles, address: string): string {
  const file = page.file(address);
  if (file === null) throw new Error(`internal: the report's page has no ${address}`);
  return readFileSync(file.path, "utf8");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
