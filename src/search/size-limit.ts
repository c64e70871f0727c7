/** @file What the derived network may cost at most. */
import { countMacs, inferencePass, type NetworkBuilder, parameterCount } from "../network/index.ts";
import { estimateMilliseconds, type LatencyTable } from "./latency-table.ts";

/** Null: no limit. */
export interface SizeLimits {
  readonly maxParameters: number | null;
  /** Multiply-accumulates an image. */
  readonly maxMacs: number | null;
  /** Of an image of the final network, as `latency` tells. Missing: no limit. */
  readonly maxMilliseconds?: number | undefined;
  /** Missing until it was measured, where there is a limit: until then the limit keeps nothing out. */
  readonly latency?: LatencyTable | undefined;
}

/** Trained numbers, and multiply-accumulates of one image. */
export interface NetworkSize {
  readonly parameters: number;
  readonly macs: number;
  /** Estimated, of the final network; missing without a table. */
  readonly milliseconds?: number;
}

/** Cost of a network in use: without auxiliary head and mixture weights. */
export function sizeOf(build: NetworkBuilder, { latency }: Pick<SizeLimits, "latency"> = {}): NetworkSize {
  const network = build(inferencePass());
  const { graph, parameters } = network;
  const milliseconds = latency === undefined ? {} : { milliseconds: estimateMilliseconds(latency, network) };
  return { parameters: parameterCount(parameters), macs: countMacs(graph, 1), ...milliseconds };
}

/** Whether a network keeps all limits. */
export function isWithin(
  { parameters, macs, milliseconds = 0 }: NetworkSize,
  { maxParameters, maxMacs, maxMilliseconds = Infinity }: SizeLimits,
): boolean {
  return parameters <= (maxParameters ?? Infinity) && macs <= (maxMacs ?? Infinity) && milliseconds <= maxMilliseconds;
}

/** Whether there is a limit at all. */
export function isLimited({ maxParameters, maxMacs, maxMilliseconds }: SizeLimits): boolean {
  return maxParameters !== null || maxMacs !== null || maxMilliseconds !== undefined;
}

/** As flags. */
export function formatLimits({ maxParameters, maxMacs, maxMilliseconds }: SizeLimits): string {
  const ofSize = `--max-parameters ${maxParameters ?? "any"} and --max-macs ${maxMacs ?? "any"}`;
  return maxMilliseconds === undefined ? ofSize : `${ofSize} and --max-milliseconds ${maxMilliseconds}`;
}
