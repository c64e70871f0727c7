/**
 * @file What a run will take, before it takes it: its programs are planned for the supports that the search begins with, and not run. Which
 * candidates come later is not known, so a search can come to need more; how much at most is told apart.
 */

import type { Supports } from "../../choice/index.ts";
import { imageLength } from "../../data/index.ts";
import { PlanningDevice } from "../../device/index.ts";
import { parameterCount } from "../../network/index.ts";
import { RandomStreams } from "../../random/index.ts";
import { CompressedArchitecture, drawArchitecture, superNetwork } from "../../search/index.ts";
import {
  type DartsCells,
  type DartsMacro,
  dartsCells,
  derivedNetwork,
  type Genotype,
  searchedSpace,
} from "../../spaces/darts/index.ts";
import { type Need, type RunConfig, TEST_IMAGES_LIMIT } from "../../store/index.ts";
import { ArchitectureStep, WeightStep } from "../../train/index.ts";

/** Bytes that a run takes beside its programs and their values: Node, batches, exporting. Measured; see docs/reference/run.md. */
const REST = 64 * 2 ** 20;
/** Bytes of journal, table, drawings and model card, with room to spare. */
const SMALL_FILES = 4 * 2 ** 20;
/** Copies of all values: on the device, taken off it for a checkpoint, and encoded. */
const COPIES = 3;

export interface RunFootprint {
  readonly memory: readonly Need[];
  /** Bytes of one checkpoint. */
  readonly checkpointBytes: number;
  /** Bytes of what is written at the end. */
  readonly resultBytes: number;
}

/** What is trained, where it is known. */
export type RunStructures = { readonly genotype: Genotype } | { readonly supports: "first" | "heaviest" };

/** Throws `E_DEVICE_MEMORY` if a program is larger than any machine's device, and what drawing the first supports throws. */
export async function runFootprint(
  config: RunConfig,
  choice: RunStructures,
  threads: number | "auto",
): Promise<RunFootprint> {
  const space = dartsCells(config);
  const supports = "genotype" in choice ? null : supportsOf(config, space, choice);
  const derived = (spec: DartsMacro) =>
    "genotype" in choice ? derivedNetwork(spec, choice.genotype) : searchedSpace(space, spec).network(supports!);
  const { search, oneStage, retrain } = config;
  const searchBytes = supports === null ? 0 : await searchStepBytes(config, space, supports, threads);
  const device = new PlanningDevice({ threads });
  const step = await WeightStep.compile(device, derived(retrain.network), {
    ...{ ...retrain, mixture: false, dropPath: retrain.dropPathRate > 0 },
  });
  const spec = (oneStage ?? search)?.network;
  const keepsSearched = oneStage !== null || !("genotype" in choice);
  const searched = spec !== undefined && keepsSearched ? superNetwork(searchedSpace(space, spec)) : null;
  const values = Math.max(searched === null ? 0 : valueBytes(searched), valueBytes(step.network));
  // Both devices of a two-stage run count: the memory of the first is given back some time after it was closed.
  const steps =
    oneStage !== null
      ? [{ what: "steps", bytes: Math.max(searchBytes, step.peakBytes) }]
      : [
          ...(searchBytes === 0 ? [] : [{ what: "steps of the search", bytes: searchBytes }]),
          { what: "steps of training", bytes: step.peakBytes },
        ];
  return {
    memory: [...steps, { what: "weights and their copies", bytes: COPIES * values }, { what: "the rest", bytes: REST }],
    checkpointBytes: values,
    resultBytes: 2 * 4 * parameterCount(step.network.parameters) + testImageBytes(config) + SMALL_FILES,
  };
}

/** Pixels of test images that a run keeps, if each were kept. */
function testImageBytes({ data, retrain }: RunConfig): number {
  const { imageSize, imageChannels } = retrain.network;
  const shape = { ...imageSize, channels: imageChannels === 1 ? 1 : 3 } as const;
  return Math.min(TEST_IMAGES_LIMIT, data.testImages * imageLength(shape));
}

/** Of the larger one of the programs of a search: they use one block in turn. */
async function searchStepBytes(
  { search, oneStage }: RunConfig,
  space: DartsCells,
  supports: Supports,
  threads: number | "auto",
): Promise<number> {
  const device = new PlanningDevice({ threads });
  if (oneStage !== null) {
    const options = { ...oneStage, mixture: true, dropPath: false, returnsMixtureGradient: true };
    const build = searchedSpace(space, oneStage.network).network(supports);
    return (await WeightStep.compile(device, build, options)).peakBytes;
  }
  if (search === null) return 0;
  const { network, batch, recompute } = search;
  const regular = { labelSmoothing: 0, auxiliaryWeight: 0, mixture: true, dropPath: false };
  const build = searchedSpace(space, network).network(supports);
  const weightStep = await WeightStep.compile(device, build, { ...search, ...regular });
  const stepOptions = { batch, updatesRunning: false, recompute };
  const architectureStep = await ArchitectureStep.compile(device, build, stepOptions);
  return Math.max(weightStep.peakBytes, architectureStep.peakBytes);
}

/** Of everything that a device keeps for a network: parameters, a velocity for each, running statistics. */
function valueBytes({
  parameters,
  runningStatistics,
}: Pick<WeightStep["network"], "parameters" | "runningStatistics">) {
  return 4 * (2 * parameterCount(parameters) + parameterCount(runningStatistics));
}

function supportsOf(
  config: RunConfig,
  space: DartsCells,
  { supports }: { readonly supports: "first" | "heaviest" },
): Supports {
  return supports === "first" ? firstSupports(config, space) : heaviestSupports(space);
}

/** What the search begins with: drawn from the seed of the run. */
function firstSupports({ seed, search, oneStage }: RunConfig, space: DartsCells): Supports {
  const streams = new RandomStreams(seed);
  if (oneStage !== null) {
    return drawArchitecture({ space: searchedSpace(space, oneStage.network), streams }, oneStage).supports;
  }
  return new CompressedArchitecture(space.groups, streams, search!.architecture).supports;
}

/** Primitives by how much memory their steps take, the largest first. */
const HEAVY = ["sep_conv_5x5", "sep_conv_3x3", "dil_conv_5x5", "dil_conv_3x3"];

function heaviestSupports(space: DartsCells): Supports {
  const rank = (primitive: string) => (HEAVY.includes(primitive) ? HEAVY.indexOf(primitive) : HEAVY.length);
  return space.groups.map(({ candidates, sparsity }) => {
    const indices = candidates.map((_, index) => index);
    indices.sort((a, b) => rank(candidates[a]!.primitive) - rank(candidates[b]!.primitive) || b - a);
    return indices.slice(0, sparsity).sort((a, b) => a - b);
  });
}
