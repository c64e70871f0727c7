/** @file A trained run's network as a file: ONNX for programs, safetensors for numbers. */
import {
  describeParity,
  disagreement,
  isFailed,
  onnxBytes,
  type ParityReport,
  type ParitySkipped,
  parityOf,
  weightBytes,
} from "../export/index.ts";
import { isFilePlace, writeOutput } from "../files/index.ts";
import { type FlagTable, integerFlag, placeFlag } from "../options/index.ts";
import { readWeights } from "../train/index.ts";
import { type ExportedRun, exportPlace, withRun } from "./exported-run.ts";
import { outputsOfRandomImages } from "./outputs-of-random-images.ts";
import { completeHost, type RunHostGiven } from "./run-host.ts";

/** What the command line takes as flags of its own. */
export interface ExportGiven {
  /** ONNX: 11 to 17. Default: 13. */
  readonly opset?: number;
  /** Default: `model.onnx`, `model.int8.onnx`, `weights.safetensors` or, folders, `transformers.js` or `module` in the run folder. */
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

export type WeightsSpec = ExportedRun;

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
    const bytes = onnxBytes(config, classifier.network, readWeights(device, classifier.network), spec);
    const { file = folder.pathOf("model.onnx") } = spec;
    const place = exportPlace(spec);
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
    writeOutput(file, weightBytes(config, readWeights(device, classifier.network)), exportPlace(spec));
    return file;
  });
}
