/** @file What the derived network may cost at most. */
import { buildNetwork, countMacs, type NetworkSpec, parameterCount, supportStructures } from "../network/index.ts";
import type { SearchSpace } from "../space/index.ts";

export interface SizeLimits {
  readonly maxParameters: number | null;
  /** Multiply-accumulates an image. */
  readonly maxMacs: number | null;
}

export interface NetworkSize {
  readonly parameters: number;
  readonly macs: number;
}

/** Cost of the network that keeps `supports`, without auxiliary head. */
export function sizeOf(spec: NetworkSpec, space: SearchSpace, supports: readonly (readonly number[])[]): NetworkSize {
  const structures = supportStructures(space, supports);
  const pass = { mode: { kind: "inference" }, batch: 1, edgeWeights: false, dropPath: false } as const;
  const network = buildNetwork({ ...spec, auxiliaryHead: false }, structures, pass);
  return { parameters: parameterCount(network.parameters), macs: countMacs(network.graph, 1) };
}

export function isWithin(size: NetworkSize, { maxParameters, maxMacs }: SizeLimits): boolean {
  return size.parameters <= (maxParameters ?? Infinity) && size.macs <= (maxMacs ?? Infinity);
}
