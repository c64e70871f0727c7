/** @file What is timed: a run in both runtimes, or a model file in onnxruntime, and in the other one too if it lies in its run folder. */
import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { IstaNasError } from "../../error.ts";
import {
  type AnyModel,
  onnxBytes,
  openAnyModel,
  RuntimeUnavailable,
  readModel,
  readOnnxMetadata,
  storedNumbers,
} from "../../export/index.ts";
import { countMacs, parameterCount } from "../../network/index.ts";
import { RunFolder } from "../../store/index.ts";
import { readWeights } from "../../train/index.ts";
import type { PartNames } from "../run-parts.ts";
import { assertModelThere, openRunClassifier, type RunClassifier } from "../trained-model.ts";
import { engineSide } from "./engine-side.ts";
import { onnxSide } from "./onnx-side.ts";
import type { SpeedSide } from "./speed-side.ts";

const MODEL_FILE = "model.onnx";
const WEIGHTS_FILE = "weights.safetensors";

/** How large a network is. */
export interface ModelSizes {
  /** Of the .onnx file; of a run that has none, of the one that it would be. */
  readonly modelBytes: number;
  /** Of `weights.safetensors`; null without a run. */
  readonly weightBytes: number | null;
  /** Trained numbers; null without a run. */
  readonly parameters: number | null;
  /** Numbers in the initializers of the .onnx file; null where they cannot be told. */
  readonly storedNumbers: number | null;
  /** Multiply-accumulates an image; null without a run. */
  readonly macs: number | null;
}

export interface SpeedSubject {
  readonly sizes: ModelSizes;
  /** Channels, height and width of one image; whatever another program's model takes. */
  readonly imageShape: readonly number[];
  /** Version of onnxruntime; null where it is not timed. */
  readonly onnxruntime: string | null;
  /** Why a runtime is not timed. */
  readonly remarks: readonly string[];
  /** The sides with so many threads each; their user closes them. */
  open(threads: number): Promise<readonly SpeedSide[]>;
}

/** `model`: a run folder or an .onnx file. Throws as `benchmark` does. */
export async function openSubject(spec: { readonly model: string } & Pick<PartNames, "space">): Promise<SpeedSubject> {
  const { model } = spec;
  assertModelThere(model);
  return statSync(model).isDirectory() ? ofRun(model, null, spec) : ofFile(model, spec);
}

async function ofFile(path: string, names: Pick<PartNames, "space">): Promise<SpeedSubject> {
  const bytes = readModel(path);
  const folder = dirname(path);
  const isOwn = isOwnModel(bytes);
  if (isOwn && basename(path) === MODEL_FILE && RunFolder.isRun(folder)) return ofRun(folder, bytes, names);
  const why = isOwn ? "an .onnx file outside its run folder has no network for it" : "ista-nas did not write the model";
  const opened = await openAnyModel(bytes, { threads: 1 });
  await opened.close();
  return {
    sizes: {
      modelBytes: bytes.length,
      weightBytes: null,
      parameters: null,
      storedNumbers: storedNumbers(bytes),
      macs: null,
    },
    ...{ imageShape: opened.imageShape, onnxruntime: opened.version },
    remarks: [`timed in onnxruntime alone, not in our own runtime: ${why}`],
    open: async (threads) => [onnxSide(await openAnyModel(bytes, { threads }), threads)],
  };
}

/** `file`: the bytes of its model file, if they were read already. */
async function ofRun(path: string, file: Uint8Array | null, names: Pick<PartNames, "space">): Promise<SpeedSubject> {
  const openEngine = (threads: number) => openRunClassifier(path, { ...names, threads, batch: 1 });
  const run = await openEngine(1);
  const { bytes, ...facts } = await factsOf(run, file).finally(() => run.close());
  return {
    ...facts,
    async open(threads) {
      const engine = engineSide(await openEngine(threads));
      if (facts.onnxruntime === null) return [engine];
      try {
        return [onnxSide(await openAnyModel(bytes, { threads }), threads), engine];
      } catch (error) {
        await engine.close();
        throw error;
      }
    },
  };
}

async function factsOf(
  { folder, config, classifier, device }: RunClassifier,
  file: Uint8Array | null,
): Promise<Omit<SpeedSubject, "open"> & { readonly bytes: Uint8Array }> {
  const { network } = classifier;
  const kept = file ?? (folder.hasFile(MODEL_FILE) ? readModel(folder.pathOf(MODEL_FILE)) : null);
  const bytes = kept ?? onnxBytes(config, network, readWeights(device, network));
  const { imageSize, imageChannels } = config.training.network;
  const opened = await openIfThere(bytes);
  return {
    bytes,
    sizes: {
      modelBytes: bytes.length,
      weightBytes: folder.sizeOf(WEIGHTS_FILE),
      parameters: parameterCount(network.parameters),
      storedNumbers: storedNumbers(bytes),
      macs: countMacs(network.graph, 1),
    },
    imageShape: [imageChannels, imageSize.height, imageSize.width],
    onnxruntime: typeof opened === "string" ? null : opened.version,
    remarks: typeof opened === "string" ? [`not timed in onnxruntime: ${opened}`] : [],
  };
}

/** A model that was opened and closed again, or why there is no runtime for it. */
async function openIfThere(bytes: Uint8Array): Promise<AnyModel | string> {
  try {
    const model = await openAnyModel(bytes, { threads: 1 });
    await model.close();
    return model;
  } catch (error) {
    if (error instanceof RuntimeUnavailable) return error.reason;
    throw error;
  }
}

/** Whether the model says of itself what ours do. */
function isOwnModel(bytes: Uint8Array): boolean {
  try {
    readOnnxMetadata(bytes);
    return true;
  } catch (error) {
    if (error instanceof IstaNasError) return false;
    throw error;
  }
}
