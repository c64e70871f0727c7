/** @file The package as programs use it: what the command line does, and what a space or a strategy of one's own is made with. */

export { loadImage } from "./data/index.ts";
export { type ErrorKind, IstaNasError } from "./error.ts";
export type { ClassAccuracy, ParityReport, ParitySkipped, Verdict } from "./export/index.ts";
export {
  type Benchmark,
  type BenchmarkSpec,
  benchmark,
  type EvaluateSpec,
  type Evaluation,
  type ExportedModel,
  evaluate,
  exportModule,
  exportOnnx,
  exportQuantized,
  exportTransformers,
  Interruption,
  type LogSpec,
  logRun,
  type OnnxSpec,
  type OpenOptions,
  openTrainedModel,
  type QuantizedModel,
  type QuantizedSpec,
  type ResumeSpec,
  type RunEvent,
  type RunHostGiven,
  type RunSummary,
  resume,
  type SearchOptions,
  type SearchSpec,
  search,
  type TrainedModel,
  type TrainOptions,
  type TrainSpec,
  train,
  type VerdictSpec,
  verdict,
  type WeightsSpec,
} from "./run/index.ts";
export { defineStrategy, type Strategy } from "./search/index.ts";
export { defineSpace, type SpaceKind } from "./spaces/index.ts";
