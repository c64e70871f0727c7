export type { CellStructure } from "./cell.ts";
export { Layers, type PassMode } from "./layers.ts";
export { countMacs } from "./macs.ts";
export { type KeptOutput, Mixtures, type MixtureWeights } from "./mixtures.ts";
export {
  buildNetwork,
  type CellStructures,
  isReductionCell,
  type Network,
  type NetworkBuilder,
  type NetworkPass,
  type NetworkSpec,
  networkBuilder,
} from "./network.ts";
export {
  type Initialiser,
  initialValues,
  type ParameterOwner,
  type ParameterRole,
  type ParameterSpec,
  parameterCount,
} from "./parameter.ts";
export { buildPrimitive, type PrimitiveOptions } from "./primitives.ts";
export { buildStem, type StemKind } from "./stem.ts";
export {
  allCandidates,
  derivedNetwork,
  genotypeStructures,
  type SearchedSpace,
  searchedSpace,
  supportStructures,
} from "./structures.ts";
