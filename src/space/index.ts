export { type Candidate, type ChoiceGroup, type Supports, spaceSize } from "./choice-group.ts";
export { type DartsSpaceOptions, dartsSpace } from "./darts-space.ts";
export { deriveGenotype, genotypeSupports } from "./derive.ts";
export { assertGenotype, CELL_INPUT_COUNT, type CellGenotype, type Genotype } from "./genotype.ts";
export { formatGenotypeJson, formatGenotypeText, parseGenotype } from "./genotype-text.ts";
export { NAMED_GENOTYPES, type NamedGenotype } from "./named-genotypes.ts";
export {
  isPrimitive,
  PRIMITIVES,
  type Primitive,
  type PrimitiveFamily,
  parsePrimitive,
  primitiveFamily,
} from "./primitive.ts";
export { randomGenotype } from "./random-genotype.ts";
export {
  fromSavedGenotype,
  type SavedCell,
  type SavedEntry,
  type SavedGenotype,
  savedGenotypeSchema,
  toSavedGenotype,
} from "./saved-genotype.ts";
export {
  CELL_KINDS,
  type CellCandidate,
  type CellKind,
  type Connection,
  connectionName,
  type NodeGroup,
  type SearchSpace,
} from "./search-space.ts";
