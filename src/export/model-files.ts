/** @file What a finished run hands over: the model as ONNX with its check, weights, labels and a card. */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import type { Network } from "../network/index.ts";
import type { Diagram } from "../spaces/index.ts";
import { encodeSafetensors, fittingOf, type RunConfig, type RunFolder, type StoredTensor } from "../store/index.ts";
import type { Weights } from "../train/index.ts";
import { formatModelCard, type ModelFigures } from "./model-card.ts";
import {
  checkParity,
  encodeOnnx,
  type OnnxInput,
  type OpenModel,
  openOnnx,
  type ParityReport,
  RuntimeUnavailable,
} from "./onnx/index.ts";

/** Images that the check goes through at most. */
const PARITY_IMAGES = 1000;

/** Images `[N, H, W, C]`, 0 to 255, and what the engine made of them. */
export interface EngineOutputs {
  readonly images: Uint8Array;
  readonly count: number;
  /** `[N, classCount]` */
  readonly logits: ArrayLike<number>;
  /** `[N, classCount]` */
  readonly probabilities: ArrayLike<number>;
  /** Of the other tasks. Default: none. */
  readonly others?: readonly Pick<EngineOutputs, "logits" | "probabilities">[];
}

export interface ModelFilesInputs {
  readonly folder: RunFolder;
  readonly config: RunConfig;
  readonly diagram: Diagram;
  /** The network as an inference graph. */
  readonly network: Network;
  readonly weights: Weights;
  /** The network's size in a few words. */
  readonly size: string;
  /** Where its architecture and its weights come from, in sentences. */
  readonly origin: string;
  readonly test: EngineOutputs;
  readonly figures: ModelFigures;
}

/** Why a model was not checked: onnxruntime is missing or does not work. */
export interface ParitySkipped {
  readonly skipped: string;
}

export interface ModelFiles {
  /** Path of the ONNX file. */
  readonly model: string;
  /** The check in words. */
  readonly parity: string;
}

/**
 * Writes `model.onnx`, `parity.json`, `weights.safetensors`, `labels.txt`, of other tasks `labels_NAME.txt`, and `README.md` into the run folder.
 * Throws `E_EXPORT_PARITY` after writing them if onnxruntime disagrees with the engine.
 */
export async function writeModelFiles(inputs: ModelFilesInputs): Promise<ModelFiles> {
  const { folder, config, network, weights, test } = inputs;
  const bytes = onnxBytes(config, network, weights);
  const model = folder.write("model.onnx", bytes);
  folder.write("weights.safetensors", weightBytes(config, weights));
  folder.write("labels.txt", `${config.classNames.join("\n")}\n`);
  for (const task of config.otherTasks ?? []) {
    folder.write(`labels_${task.name}.txt`, `${task.classNames.join("\n")}\n`);
  }
  const report = await parityOf(bytes, test);
  folder.writeJson("parity.json", report);
  const parity = describeParity(report);
  folder.write("README.md", formatModelCard({ ...inputs, parity }));
  if (isFailed(report)) throw disagreement(parity);
  return { model, parity };
}

/** What an ONNX file is to be, where it is not the usual one. */
export interface OnnxForm {
  readonly opset?: number | undefined;
  readonly input?: OnnxInput;
}

/** The network as ONNX. Throws what `encodeOnnx` throws. */
export function onnxBytes(
  config: RunConfig,
  network: Network,
  weights: Weights,
  { opset, input }: OnnxForm = {},
): Uint8Array {
  return encodeOnnx({
    graph: network.graph,
    images: network.images,
    logits: network.logits,
    parameters: (name) => weights.get(name)!.values,
    normalisation: config.normalisation,
    fitting: fittingOf(config),
    classNames: config.classNames,
    ...tasksOf(config, network),
    producerVersion: config.version,
    ...(opset === undefined ? {} : { opset }),
    ...(input === undefined ? {} : { input }),
    metadata: {
      ...{ seed: String(config.seed), data: config.data.name, test_fraction: String(config.data.testFraction) },
      ...(config.data.fingerprint === null ? {} : { data_sha256: config.data.fingerprint }),
    },
  });
}

/** What a model file says of tasks; nothing where none were asked for. */
function tasksOf({ data, otherTasks = [] }: RunConfig, { otherLogits }: Network) {
  if (data.tasks === undefined) return {};
  return {
    taskName: data.tasks[0]!,
    otherTasks: otherTasks.map((task, index) => ({ ...task, logits: otherLogits![index]! })),
  };
}

/** All weights and running statistics as safetensors, float32. */
export function weightBytes(config: RunConfig, weights: Weights): Uint8Array {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { spec, values }] of weights) {
    tensors.set(name, { shape: spec.shape, data: Float32Array.from(values) });
  }
  return encodeSafetensors(tensors, { producer: `ista-nas ${config.version}`, layout: "NHWC" });
}

/** Compares a model, or what opens one, with the engine, or says why it cannot. */
export async function parityOf(
  model: Uint8Array | (() => Promise<OpenModel>),
  outputs: EngineOutputs,
): Promise<ParityReport | ParitySkipped> {
  const count = Math.min(outputs.count, PARITY_IMAGES);
  const part = <T>(values: ArrayLike<T>) =>
    Array.prototype.slice.call(values, 0, (values.length / outputs.count) * count);
  let session: OpenModel | null = null;
  try {
    session = await (model instanceof Uint8Array ? openOnnx(model) : model());
    return await checkParity({
      model: session,
      images: outputs.images.subarray(0, (outputs.images.length / outputs.count) * count),
      count,
      expectedProbabilities: part(outputs.probabilities),
      expectedLogits: part(outputs.logits),
      others: (outputs.others ?? []).map(({ probabilities, logits }) => ({
        ...{ expectedProbabilities: part(probabilities), expectedLogits: part(logits) },
      })),
    });
  } catch (error) {
    if (error instanceof RuntimeUnavailable) return { skipped: error.reason };
    throw error;
  } finally {
    await session?.close();
  }
}

/** A parity report in one line. */
export function describeParity(report: ParityReport | ParitySkipped): string {
  if ("skipped" in report) return `not checked, ${report.skipped}`;
  const { images, worstProbabilityDifference, differentClasses, passed } = report;
  const figures = `largest difference of a probability ${worstProbabilityDifference.toExponential(1)}, ${countOf(differentClasses, "other class")}`;
  return `${passed ? "passed" : "failed"} on ${countOf(images, "image")}: ${figures}`;
}

/** Whether the model was checked and did not pass. */
export function isFailed(report: ParityReport | ParitySkipped): boolean {
  return "passed" in report && !report.passed;
}

/** The error of a model that computes something else than the engine; `who`: what ran it. */
export function disagreement(parity: string, who = "onnxruntime"): IstaNasError {
  return new IstaNasError(`export: ${who} and the engine disagree: ${parity}`, {
    code: "E_EXPORT_PARITY",
    hint: "do not ship this model; please report it with the run folder",
  });
}
