export type { CellStructure } from "./cell.ts";
export { Layers, type PassMode } from "./layers.ts";
export { countMacs } from "./macs.ts";
export {
  buildNetwork,
  type CellStructures,
  isReductionCell,
  type Network,
  type NetworkPass,
  type NetworkSpec,
} from "./network.ts";
export { type Initialiser, initialValues, type ParameterSpec, parameterCount } from "./parameter.ts";
export { buildPrimitive, type PrimitiveOptions } from "./primitives.ts";
export { buildStem, type StemKind } from "./stem.ts";
export { fullStructures, genotypeStructures, supportStructures } from "./structures.ts";
