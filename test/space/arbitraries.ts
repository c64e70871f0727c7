import fc from "fast-check";
import { RandomStream } from "../../src/random/index.ts";
import { dartsSpace, type Genotype, randomGenotype, type SearchSpace } from "../../src/space/index.ts";

/** A DARTS space of 1 to 3 kept candidates per node and 1 to 6 nodes. */
const spaces: fc.Arbitrary<SearchSpace> = fc
  .record({ sparsity: fc.integer({ min: 1, max: 3 }), intermediateCount: fc.integer({ min: 1, max: 6 }) })
  .map(dartsSpace);

/** A space and one of its genotypes. */
export const spacesWithGenotype: fc.Arbitrary<readonly [SearchSpace, Genotype]> = fc
  .tuple(spaces, fc.integer())
  .map(([space, seed]) => [space, randomGenotype(space, new RandomStream(seed))]);
