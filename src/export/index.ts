export { type CellDrawingOptions, drawCells } from "./cell-drawing.ts";
export { type CellTextOptions, type CellWeights, formatCells } from "./cell-text.ts";
export type { ModelFigures } from "./model-card.ts";
export {
  describeParity,
  disagreement,
  type EngineOutputs,
  type ModelFiles,
  type ModelFilesInputs,
  onnxBytes,
  parityOf,
  weightBytes,
  writeModelFiles,
} from "./model-files.ts";
export * from "./onnx/index.ts";
export {
  accuracyInterval,
  type ClassAccuracy,
  formatTestAccuracy,
  shownClasses,
  testCaveats,
} from "./test-accuracy.ts";
