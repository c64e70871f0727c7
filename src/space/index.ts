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
  type Candidate,
  CELL_KINDS,
  type CellKind,
  type ChoiceGroup,
  type SearchSpace,
  spaceSize,
} from "./search-space.ts";
