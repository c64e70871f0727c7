/** @file A trained run's network as a file: ONNX for programs, safetensors for numbers. */
import { normalisePixels } from "../data/index.ts";
import {
  describeParity,
  disagreement,
  type EngineOutputs,
  isFailed,
  onnxBytes,
  type ParityReport,
  type ParitySkipped,
  parityOf,
  weightBytes,
} from "../export/index.ts";
import { isFilePlace, type OutputPlace, writeOutput } from "../files/index.ts";
import { type FlagTable, integerFlag, placeFlag } from "../options/index.ts";
import { RandomStreams } from "../random/index.ts";
import { readWeights } from "../train/index.ts";
import { completeHost, type RunHost, type RunHostGiven } from "./run-host.ts";
import { RUN_FLAGS } from "./run-options.ts";
import type { PartNames } from "./run-parts.ts";
import { softmax } from "./softmax.ts";
import { takeGiven } from "./take-given.ts";
import { openRunClassifier, type RunClassifier } from "./trained-model.ts";

/** Where what is exported goes, as errors say it. */
export const EXPORT_PLACE: OutputPlace = { where: "export", flag: "--file", code: "E_EXPORT_WRITE" };

/** Random images that an exported model is checked on; the run's own check used its test images. */
const CHECK_IMAGES = 64;

/** What the command line takes as flags of its own. */
export interface ExportGiven {
  /** ONNX: 11 to 17. Default: 13. */
  readonly opset?: number;
  /** Default: `model.onnx`, `weights.safetensors` or, a folder, `module` in the run folder. */
  readonly file?: string;
}

export const EXPORT_FLAGS: FlagTable<ExportGiven> = {
  opset: integerFlag("opset", "VERSION", "onnx: operator set, for programs that know no newer one (default: 13)", {
    min: 11,
    max: 17,
  }),
  file: placeFlag(
    "file",
    "FILE",
    "where to write (default: in the run folder; genotype: standard output; module: a folder)",
  ),
};

export interface WeightsSpec extends Pick<ExportGiven, "file">, Pick<PartNames, "space"> {
  /** A run folder. */
  readonly run: string;
}

export interface OnnxSpec extends WeightsSpec, ExportGiven {}

export interface ExportedModel {
  readonly file: string;
  /** How far onnxruntime and the engine agree on random images, or why they were not compared. */
  readonly parity: ParityReport | ParitySkipped;
}

/**
 * Writes the network of a run as ONNX, and the check of the file beside it as `FILE.parity.json`.
 * @throws E_USAGE_OPTION, E_FLAG_VALUE, what `openRunClassifier` throws, E_EXPORT_WRITE; E_EXPORT_PARITY after the file was written and told of, if
 * onnxruntime computes something else
 */
export function exportOnnx(spec: OnnxSpec, given: RunHostGiven = {}): Promise<ExportedModel> {
  const host = completeHost(given);
  return withRun("exportOnnx", spec, EXPORT_FLAGS, host, async (run) => {
    const { config, classifier, folder, device } = run;
    const bytes = onnxBytes(config, classifier.network, readWeights(device, classifier.network), spec.opset);
    const { file = folder.pathOf("model.onnx") } = spec;
    const place = placeOf(spec);
    const hasPlaceBeside = isFilePlace(file, place);
    writeOutput(file, bytes, place);
    const parity = await parityOf(bytes, await outputsOfRandomImages(run));
    if (hasPlaceBeside) writeOutput(`${file}.parity.json`, `${JSON.stringify(parity, null, 2)}\n`, place);
    host.onEvent({ kind: "exported", file, parity });
    if (isFailed(parity)) throw disagreement(describeParity(parity));
    return { file, parity };
  });
}

/** Writes the weights and running statistics of a run as safetensors, and gives the file's path. Throws as `exportOnnx` does. */
export function exportWeights(spec: WeightsSpec, given: RunHostGiven = {}): Promise<string> {
  const { file: ofFile } = EXPORT_FLAGS;
  return withRun("exportWeights", spec, { file: ofFile }, completeHost(given), async (run) => {
    const { config, classifier, folder, device } = run;
    const { file = folder.pathOf("weights.safetensors") } = spec;
    writeOutput(file, weightBytes(config, readWeights(device, classifier.network)), placeOf(spec));
    return file;
  });
}

/** Opens a run, works with its network, and closes it. Throws E_USAGE_OPTION, E_FLAG_VALUE, and what `openRunClassifier` throws. */
export async function withRun<Result>(
  where: string,
  spec: WeightsSpec,
  flags: Partial<typeof EXPORT_FLAGS>,
  { threads }: RunHost,
  work: (run: RunClassifier) => Promise<Result>,
): Promise<Result> {
  takeGiven(spec, { where, needed: ["run"], flags: { ...flags, space: RUN_FLAGS.space } });
  const run = await openRunClassifier(spec.run, { ...spec, threads, batch: CHECK_IMAGES });
  try {
    return await work(run);
  } finally {
    await run.close();
  }
}

export function placeOf({ file }: WeightsSpec): OutputPlace {
  return { ...EXPORT_PLACE, isOwn: file === undefined };
}

/** What the engine makes of random images, which do not depend on what they are for. */
export async function outputsOfRandomImages({ config, classifier }: RunClassifier): Promise<EngineOutputs> {
  const { imageSize, imageChannels } = config.training.network;
  const stream = new RandomStreams(config.seed).stream("export/check");
  const images = Uint8Array.from({ length: CHECK_IMAGES * imageSize.height * imageSize.width * imageChannels }, () =>
    stream.integer(256),
  );
  const logits = await classifier.logits(normalisePixels(images, config.normalisation));
  const probabilities = softmax(logits, config.classNames.length);
  return { images, count: CHECK_IMAGES, logits, probabilities };
}
