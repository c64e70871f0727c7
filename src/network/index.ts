export { assertWidth } from "./assert-width.ts";
export { buildClassifiers } from "./classifiers.ts";
export type { Gate } from "./gate.ts";
export type { ChannelSlice, HiddenChannels } from "./hidden-channels.ts";
export { inferencePass } from "./inference-pass.ts";
export { Layers, type PassMode } from "./layers.ts";
export { countMacs, countPassMacs, type PassMacs } from "./macs.ts";
export { type KeptOutput, Mixtures, type MixtureWeights } from "./mixtures.ts";
export type { NestedPart, NestedStage, Nesting } from "./nesting.ts";
export type { Network, NetworkBuilder, NetworkPass, NetworkShape } from "./network.ts";
export { type KeptGroup, NetworkDraft } from "./network-draft.ts";
export {
  type Initialiser,
  initialValues,
  type ParameterOwner,
  type ParameterRole,
  type ParameterSpec,
  parameterCount,
} from "./parameter.ts";
export { allCandidates, type SearchedSpace, type SearchedWidths } from "./searched-space.ts";
export type { TaskShape } from "./task-shape.ts";
export { withClassWeights } from "./weighted-network.ts";
