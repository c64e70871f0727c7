import type { NetworkBuilder } from "./network.ts";

/** Networks whose loss counts the images of each class by its weight; the same networks for null. */
export function withClassWeights(build: NetworkBuilder, classWeights: readonly number[] | null): NetworkBuilder {
  return classWeights === null ? build : (pass) => ({ ...build(pass), classWeights });
}
