/** @file The export of a run that has not begun, with the weights that it begins with: what could not be written at the end is said before anything is trained. */

import { randomSupports } from "../../choice/index.ts";
import { onnxBytes } from "../../export/index.ts";
import { initialValues } from "../../network/index.ts";
import { RandomStreams } from "../../random/index.ts";
import {
  buildNetwork,
  type DartsCells,
  dartsCells,
  deriveGenotype,
  type Genotype,
  genotypeStructures,
} from "../../spaces/darts/index.ts";
import type { RunConfig } from "../../store/index.ts";

/** `genotype`: what is trained, null for what a search is yet to find: any other will do. Throws what `encodeOnnx` throws. */
export function rehearseExport(config: RunConfig, genotype: Genotype | null): void {
  const any = genotype ?? random(dartsCells(config));
  const pass = {
    mode: { kind: "inference" },
    batch: 1,
    mixture: false,
    dropPath: false,
    auxiliaryHead: false,
  } as const;
  const network = buildNetwork(config.retrain.network, genotypeStructures(any), pass);
  const streams = new RandomStreams(config.seed);
  const weights = [...network.parameters, ...network.runningStatistics].map((spec) => {
    return [spec.name, { spec, values: initialValues(spec, streams) }] as const;
  });
  onnxBytes(config, network, new Map(weights));
}

function random(cells: DartsCells): Genotype {
  return deriveGenotype(cells, randomSupports(cells.groups, new RandomStreams(0).stream("rehearsal")));
}
