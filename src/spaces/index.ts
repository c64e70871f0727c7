export { type ArchitectureRefusal, architectureRefusal, quoted, readJsonForm } from "./architecture-text.ts";
export { BASELINE_NAME, type Baseline } from "./baseline.ts";
export type {
  Diagram,
  DiagramNode,
  DiagramPanel,
  DiagramPort,
  DiagramTerm,
  OperationFamily,
} from "./diagram.ts";
export { drawSupports, type LayoutNode, type LayoutPanel, type LayoutTerm, type SpaceLayout } from "./layout.ts";
export { CELLS_FLAG, CHANNELS_FLAG } from "./macro-flags.ts";
export { networkShapeSchema } from "./network-shape-schema.ts";
export { type OneOfEach, oneOfEach } from "./one-of-each.ts";
export type { SearchSpace, SpaceWidths } from "./search-space.ts";
export type {
  BenchmarkComparison,
  BenchmarkControl,
  BenchmarkRow,
  OfDataSets,
  SpaceBenchmark,
} from "./space-benchmark.ts";
export { defineSpace, type MacroRequest, type NetworkPurpose, type SpaceKind } from "./space-kind.ts";
export { SPACES, type SpaceGiven, type SpaceMacroGiven } from "./space-table.ts";
