/**
 * @file What a run will take, before it takes it: its programs are planned for the supports that the search begins with, and not run. Which
 * candidates come later is not known, so a search can come to need more; how much at most is told apart.
 */
import type { Supports } from "../choice/index.ts";
import { imageLength } from "../data/index.ts";
import { PlanningDevice } from "../device/index.ts";
import { type Network, parameterCount } from "../network/index.ts";
import { RandomStreams } from "../random/index.ts";
import { heaviestSupports, superNetwork } from "../search/index.ts";
import { type Need, type RunConfig, TEST_IMAGES_LIMIT } from "../store/index.ts";
import { WeightStep } from "../train/index.ts";
import { hasOneNetwork } from "./afterwards.ts";
import type { RunParts } from "./run-parts.ts";
import { proxySpace, searchedSpace } from "./searched-space.ts";

/** Bytes that a run takes beside its programs and their values: Node, batches, exporting. Measured; see docs/reference/run.md. */
const REST = 64 * 2 ** 20;
/** Batches that are there at a time: of the step, and of the one after it. */
const BATCHES = 2;
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

/** What is trained, where it is known; else what the search is taken to keep. */
export type FootprintOf = { readonly architecture: unknown } | { readonly supports: "first" | "heaviest" };

/** Throws `E_DEVICE_MEMORY` if a program is larger than any machine's device, and what drawing the first supports throws. */
export async function runFootprint(
  config: RunConfig,
  parts: RunParts,
  what: FootprintOf,
  threads: number | "auto",
): Promise<RunFootprint> {
  const { space, strategy } = parts;
  const { training } = config;
  const supports = "architecture" in what ? null : supportsOf(config, parts, what.supports);
  const searchBytes = supports === null ? 0 : await searchStepBytes(config, parts, supports, threads);
  const build =
    "architecture" in what
      ? space.derivedNetwork(training.network, what.architecture)
      : space.superNetwork(training.network, supports!);
  const step = await WeightStep.compile(new PlanningDevice({ threads }), build, {
    ...{ ...training, mixture: false, dropPath: training.dropPathRate > 0 },
  });
  const isOne = hasOneNetwork(strategy);
  const holdsSuperNetwork = strategy !== null && strategy.images !== "none" && (isOne || supports !== null);
  const searched = holdsSuperNetwork ? superNetwork(searchedSpace(space, config.strategy!.network)) : null;
  const proxy = searched === null ? null : proxySpace(space, config.strategy!);
  const searchValues = [searched, ...(proxy === null ? [] : [superNetwork(proxy)])]
    .map((network) => (network === null ? 0 : valueBytes(network)))
    .reduce((sum, bytes) => sum + bytes, 0);
  const values = Math.max(searchValues, valueBytes(step.network));
  // Where gradients are added up, a sum for each parameter, which has a velocity as well.
  const sums = (training.accumulate ?? 1) > 1 ? values / 2 : 0;
  // Both devices count where one comes after the other: the memory of the first is given back some time after it was closed.
  const steps = isOne
    ? [{ what: "steps", bytes: Math.max(searchBytes, step.peakBytes) }]
    : [
        ...(searchBytes === 0 ? [] : [{ what: "steps of the search", bytes: searchBytes }]),
        { what: "steps of training", bytes: step.peakBytes },
      ];
  return {
    memory: [
      ...steps,
      { what: "weights and their copies", bytes: COPIES * values + sums },
      ...batchNeeds(config, parts),
      { what: "the rest", bytes: REST },
    ],
    checkpointBytes: values,
    resultBytes: 2 * 4 * parameterCount(step.network.parameters) + testImageBytes(config) + SMALL_FILES,
  };
}

/** Small ones are among the rest. */
function batchNeeds({ training, strategy: planned }: RunConfig, { strategy }: RunParts): readonly Need[] {
  const { imageSize, imageChannels } = training.network;
  const ofSearch = planned === null ? 0 : (strategy?.batchOf(planned.options) ?? 0);
  const images = BATCHES * Math.max(training.batch, ofSearch);
  const bytes = 4 * images * imageSize.height * imageSize.width * imageChannels;
  return bytes < REST / 2 ? [] : [{ what: "batches", bytes }];
}

/** Pixels of test images that a run keeps, if each were kept. */
function testImageBytes({ data, training }: RunConfig): number {
  const { imageSize, imageChannels } = training.network;
  const shape = { ...imageSize, channels: imageChannels === 1 ? 1 : 3 } as const;
  return Math.min(TEST_IMAGES_LIMIT, data.testImages * imageLength(shape));
}

async function searchStepBytes(
  config: RunConfig,
  { space, strategy }: RunParts,
  supports: Supports,
  threads: number | "auto",
): Promise<number> {
  if (strategy?.trial === undefined) return 0;
  const { network, options } = config.strategy!;
  const device = new PlanningDevice({ threads });
  const proxy = proxySpace(space, config.strategy!);
  return (await strategy.trial({ device, space: searchedSpace(space, network), proxy, supports }, options)).peakBytes;
}

/** Of everything that a device keeps for a network: parameters, a velocity for each, running statistics. */
function valueBytes({ parameters, runningStatistics }: Pick<Network, "parameters" | "runningStatistics">): number {
  return 4 * (2 * parameterCount(parameters) + parameterCount(runningStatistics));
}

/** `first`: what the search begins with, drawn from the seed of the run. */
function supportsOf(config: RunConfig, { space, strategy }: RunParts, which: "first" | "heaviest"): Supports {
  if (which === "heaviest") return heaviestSupports(space.groups);
  const { network, options } = config.strategy!;
  const streams = new RandomStreams(config.seed);
  return strategy!.firstSupports({ space: searchedSpace(space, network), streams }, options);
}
