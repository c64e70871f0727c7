/** @file A trained run's network as a JavaScript module that needs no package. */
import { join } from "node:path";
import {
  checkedModule,
  checkParity,
  describeParity,
  disagreement,
  encodeModule,
  isFailed,
  MODULE_OPENING,
} from "../export/index.ts";
import { RegularFile, UnreadableFile, writeOutputFolder } from "../files/index.ts";
import { inferencePass } from "../network/index.ts";
import { fittingOf } from "../store/index.ts";
import { readWeights } from "../train/index.ts";
import { assertOneTask } from "./assert-one-task.ts";
import { EXPORT_FLAGS, type ExportedModel, type WeightsSpec } from "./export-run.ts";
import { exportPlace, withRun } from "./exported-run.ts";
import { outputsOfRandomImages } from "./outputs-of-random-images.ts";
import { completeHost, type RunHostGiven } from "./run-host.ts";
import type { RunClassifier } from "./trained-model.ts";

/** Of the run folder, where no other place is named. */
const FOLDER = "module";

/**
 * Writes the network of a run as `model.js`, `model.d.ts`, `model.wasm` and `model.bin` into a folder, `module` in the run folder by default, and
 * checks it on random images.
 * @throws as `exportOnnx` does
 */
export function exportModule(spec: WeightsSpec, given: RunHostGiven = {}): Promise<ExportedModel> {
  const host = completeHost(given);
  const { file: ofFile } = EXPORT_FLAGS;
  return withRun("exportModule", spec, { file: ofFile }, host, async (run) => {
    assertOneTask(run, "--to module");
    const content = await moduleOf(run);
    const { file = run.folder.pathOf(FOLDER) } = spec;
    writeOutputFolder(file, content, { ...exportPlace(spec), isKnown: isModule });
    const { images, count, probabilities } = await outputsOfRandomImages(run);
    const model = await checkedModule(content);
    const parity = await checkParity({ model, images, count, expectedProbabilities: probabilities });
    host.onEvent({ kind: "exported", file, parity });
    if (isFailed(parity)) throw disagreement(describeParity(parity), "the module");
    return { file, parity };
  });
}

function moduleOf({ config, space, architecture, classifier, device }: RunClassifier) {
  const build = space.derivedNetwork(config.training.network, architecture);
  const network = build(inferencePass());
  const weights = readWeights(device, classifier.network);
  return encodeModule({
    ...{ graph: network.graph, images: network.images, logits: network.logits },
    parameters: (name) => weights.get(name)!.values,
    normalisation: config.normalisation,
    fitting: fittingOf(config),
    classNames: config.classNames,
    producerVersion: config.version,
  });
}

/** Whether a folder holds an earlier export. */
function isModule(folder: string): boolean {
  try {
    const file = RegularFile.open(join(folder, "model.js"), "followed");
    try {
      return file.readStart(MODULE_OPENING.length).toString() === MODULE_OPENING;
    } finally {
      file.close();
    }
  } catch (cause) {
    if (cause instanceof UnreadableFile) return false;
    throw cause;
  }
}
