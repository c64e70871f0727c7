export { type CellStructure, pickName } from "./cell.ts";
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
export { groupOfParameter, type ParameterGroup } from "./parameter-group.ts";
export { buildPrimitive, finalNormName, type PrimitiveOptions } from "./primitives.ts";
export { buildStem, type StemKind } from "./stem.ts";
export { fullStructures, genotypeStructures, supportStructures } from "./structures.ts";
