/** @file What the derived network may cost at most. */
import { countMacs, type NetworkBuilder, parameterCount } from "../network/index.ts";

/** Null: no limit. */
export interface SizeLimits {
  readonly maxParameters: number | null;
  /** Multiply-accumulates an image. */
  readonly maxMacs: number | null;
}

/** Trained numbers, and multiply-accumulates of one image. */
export interface NetworkSize {
  readonly parameters: number;
  readonly macs: number;
}

/** Cost of a network in use: without auxiliary head and mixture weights. */
export function sizeOf(build: NetworkBuilder): NetworkSize {
  const regular = { mixture: false, dropPath: false, auxiliaryHead: false };
  const network = build({ mode: { kind: "inference" }, batch: 1, ...regular });
  return { parameters: parameterCount(network.parameters), macs: countMacs(network.graph, 1) };
}

/** Whether a network keeps both limits. */
export function isWithin(size: NetworkSize, { maxParameters, maxMacs }: SizeLimits): boolean {
  return size.parameters <= (maxParameters ?? Infinity) && size.macs <= (maxMacs ?? Infinity);
}
