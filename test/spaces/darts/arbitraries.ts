import fc from "fast-check";
import { randomSupports } from "../../../src/choice/index.ts";
import { RandomStream } from "../../../src/random/index.ts";
import { type DartsCells, dartsCells, deriveGenotype, type Genotype } from "../../../src/spaces/darts/index.ts";

/** A DARTS space of 1 to 3 kept candidates per node and 1 to 6 nodes. */
const spaces: fc.Arbitrary<DartsCells> = fc
  .record({ sparsity: fc.integer({ min: 1, max: 3 }), intermediateCount: fc.integer({ min: 1, max: 6 }) })
  .map(dartsCells);

/** A space and one of its genotypes. */
export const spacesWithGenotype: fc.Arbitrary<readonly [DartsCells, Genotype]> = fc
  .tuple(spaces, fc.integer())
  .map(([space, seed]) => [space, deriveGenotype(space, randomSupports(space.groups, new RandomStream(seed)))]);
