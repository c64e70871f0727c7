/** @file The export of a run that has not begun, with the weights that it begins with: what could not be written at the end is said before anything is trained. */
import { onnxBytes } from "../export/index.ts";
import { inferencePass, initialValues } from "../network/index.ts";
import { RandomStreams } from "../random/index.ts";
import type { SearchSpace } from "../spaces/index.ts";
import type { RunConfig } from "../store/index.ts";
import { anyArchitecture } from "./any-architecture.ts";

/** `architecture`: what is trained, null for what a search is yet to find: any other will do. Throws what `encodeOnnx` throws. */
export function rehearseExport(config: RunConfig, space: SearchSpace, architecture: unknown): void {
  const any = architecture ?? anyArchitecture(space);
  const build = space.derivedNetwork(config.training.network, any);
  const network = build(inferencePass());
  const streams = new RandomStreams(config.seed);
  const weights = [...network.parameters, ...network.runningStatistics].map((spec) => {
    return [spec.name, { spec, values: initialValues(spec, streams) }] as const;
  });
  onnxBytes(config, network, new Map(weights));
}
