export { formatConfusionCsv } from "./confusion-csv.ts";
export { type ConfusionDrawing, drawConfusion } from "./confusion-drawing.ts";
export { type DiagramDrawingOptions, drawDiagram } from "./diagram-drawing.ts";
export { type DiagramTextOptions, formatDiagram } from "./diagram-text.ts";
export { formatModelCard, type ModelFigures } from "./model-card.ts";
export {
  describeParity,
  disagreement,
  type EngineOutputs,
  isFailed,
  type ModelFiles,
  type ModelFilesInputs,
  onnxBytes,
  PARITY_IMAGES,
  type ParitySkipped,
  parityOf,
  weightBytes,
  writeModelFiles,
} from "./model-files.ts";
export { checkedModule } from "./module/checked-module.ts";
export type { ModuleDescription, ModuleFiles } from "./module/description.ts";
export {
  type EncodeModuleOptions,
  encodeModule,
  MODULE_OPENING,
  type ModuleContent,
} from "./module/encode-module.ts";
export * from "./onnx/index.ts";
export { type PairedDifference, pairedDifference } from "./paired-difference.ts";
export {
  type ClassAccuracy,
  formatTestAccuracy,
  shownClasses,
  testCaveats,
} from "./test-accuracy.ts";
export { TRANSFORMERS_MODEL, transformersFiles } from "./transformers-files.ts";
export {
  formatDifference,
  type RandomBaselines,
  type Verdict,
  type VerdictBaseline,
  type VerdictFigures,
  verdictOf,
} from "./verdict.ts";
