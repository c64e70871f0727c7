/** @file The parts of a new configuration that do not depend on how the architecture is found. */
import {
  balancedClassWeights,
  DEFAULT_BAD_IMAGE_RATE,
  DEFAULT_TEST_FRACTION,
  pixelStatistics,
  readClassWeights,
} from "../data/index.ts";
import type { RunConfig } from "../store/index.ts";
import { packageVersion } from "../version.ts";
import type { OpenedData } from "./open-data.ts";
import { newArithmetic } from "./run-arithmetic.ts";
import type { RunInputs } from "./run-inputs.ts";
import type { RunOptions } from "./run-options.ts";
import { DEFAULT_SEED, runSettings } from "./settings.ts";

/** `architectureName`: what a training was given is called. Throws `E_CLASS_WEIGHTS`. */
export function baseConfig(
  { options, data, space }: Pick<RunInputs, "options" | "data" | "space">,
  command: RunConfig["command"],
  architectureName: string | null,
): Omit<RunConfig, "strategy" | "training"> {
  const { part, module } = space;
  return {
    formatVersion: 3,
    version: packageVersion(),
    ...{ command, architectureName },
    seed: options.seed ?? DEFAULT_SEED,
    arithmetic: newArithmetic(options),
    ...runSettings(options),
    space: { kind: part.kind, ...(module === undefined ? {} : { module }), options: space.options },
    data: dataConfig(options, data),
    classNames: data.classNames,
    ...(data.otherTasks === undefined ? {} : { otherTasks: data.otherTasks }),
    normalisation: pixelStatistics(data.train),
    classWeights: classWeightsOf(options.classWeights, data),
    sampling: options.sampling ?? "as-is",
  };
}

function classWeightsOf(asked: string | undefined, { classNames, report }: OpenedData): RunConfig["classWeights"] {
  if (asked === undefined || asked === "none") return null;
  const counted = { classNames, counts: report.classes.map(({ trainCount }) => trainCount) };
  return asked === "balanced" ? balancedClassWeights(counted) : readClassWeights(asked, counted);
}

function dataConfig(
  options: RunOptions,
  { name, source, train, test, location, report, taskName, otherTasks = [] }: OpenedData,
): RunConfig["data"] {
  return {
    ...{ name, path: source.path, location, fingerprint: source.fingerprint, imageSize: options.imageSize ?? null },
    ...(taskName === undefined ? {} : { tasks: [taskName, ...otherTasks.map((task) => task.name)] }),
    fit: report.fit.kind,
    testFraction: options.testFraction ?? DEFAULT_TEST_FRACTION,
    maxBadImageRate: options.maxBadImages ?? DEFAULT_BAD_IMAGE_RATE,
    ...{ trainImages: train.count, testImages: test.count },
  };
}
