/** @file A trained run's network as a folder that transformers.js loads. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  describeParity,
  disagreement,
  isFailed,
  onnxBytes,
  openPixelValues,
  parityOf,
  TRANSFORMERS_MODEL,
  transformersFiles,
} from "../export/index.ts";
import { writeOutputFolder } from "../files/index.ts";
import { readWeights } from "../train/index.ts";
import { assertOneTask } from "./assert-one-task.ts";
import { EXPORT_FLAGS, type ExportedModel, type OnnxSpec } from "./export-run.ts";
import { exportPlace, withRun } from "./exported-run.ts";
import { outputsOfRandomImages } from "./outputs-of-random-images.ts";
import { completeHost, type RunHostGiven } from "./run-host.ts";
import { interfaceOf } from "./trained-model.ts";

/**
 * Writes the network of a run as a folder for transformers.js, by default `transformers.js` in the run folder. `file` is that folder.
 * @throws E_USAGE_OPTION, E_FLAG_VALUE, what `openRunClassifier` throws, E_EXPORT_FIT, E_EXPORT_WRITE; E_EXPORT_PARITY after the folder was written and told of, if
 * onnxruntime computes something else
 */
export function exportTransformers(spec: OnnxSpec, given: RunHostGiven = {}): Promise<ExportedModel> {
  const host = completeHost(given);
  return withRun("exportTransformers", spec, EXPORT_FLAGS, host, async (run) => {
    assertOneTask(run, "--to transformers.js");
    const { config, classifier, folder, device } = run;
    const weights = readWeights(device, classifier.network);
    const bytes = onnxBytes(config, classifier.network, weights, { opset: spec.opset, input: "pixel_values" });
    const model = { ...interfaceOf(config), normalisation: config.normalisation };
    const { file = folder.pathOf("transformers.js") } = spec;
    const files = { ...transformersFiles({ ...model, version: config.version }), [TRANSFORMERS_MODEL]: bytes };
    writeOutputFolder(file, files, { ...exportPlace(spec), isKnown: isExported });
    const parity = await parityOf(() => openPixelValues(bytes, model), await outputsOfRandomImages(run));
    host.onEvent({ kind: "exported", file, parity });
    if (isFailed(parity)) throw disagreement(describeParity(parity));
    return { file, parity };
  });
}

/** Whether a folder holds an earlier export. */
function isExported(folder: string): boolean {
  return existsSync(join(folder, TRANSFORMERS_MODEL));
}
