export { buildPrimitive, type PrimitiveOptions } from "./build-primitive.ts";
export type { CellStructure } from "./cell.ts";
export { type DartsSpaceOptions, dartsCells } from "./cells.ts";
export {
  CELL_KINDS,
  type CellCandidate,
  type CellKind,
  type Connection,
  connectionName,
  type DartsCells,
  type NodeGroup,
} from "./connection.ts";
export { deriveGenotype, genotypeSupports } from "./derive.ts";
export { assertGenotype, CELL_INPUT_COUNT, type CellGenotype, type Genotype } from "./genotype.ts";
export { formatGenotypeJson, formatGenotypeText, parseGenotype } from "./genotype-text.ts";
export { dartsKind } from "./kind.ts";
export { NAMED_GENOTYPES, type NamedGenotype } from "./named-genotypes.ts";
export { buildNetwork, type CellStructures, type DartsMacro, isReductionCell, networkBuilder } from "./network.ts";
export {
  isPrimitive,
  PRIMITIVES,
  type Primitive,
  type PrimitiveFamily,
  parsePrimitive,
  primitiveFamily,
} from "./primitive.ts";
export {
  fromSavedGenotype,
  type SavedCell,
  type SavedEntry,
  type SavedGenotype,
  savedGenotypeSchema,
  toSavedGenotype,
} from "./saved-genotype.ts";
export { dartsSpace } from "./space.ts";
export { buildStem, type StemKind } from "./stem.ts";
export { derivedNetwork, genotypeStructures, searchedSpace, supportStructures } from "./structures.ts";
