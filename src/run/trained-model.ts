/** @file A trained network to be used: a run or an ONNX file of ours, computed by the engine, or another ONNX file, computed by onnxruntime. */
import { existsSync, statSync } from "node:fs";
import { type Fitting, type ImageShape, imageLength, normalisePixels, type OtherTask } from "../data/index.ts";
import { createWasmDevice, type Device } from "../device/index.ts";
import { IstaNasError } from "../error.ts";
import { checkClassNames, openOnnx, readModel, readOnnxGraph, readOnnxMetadata } from "../export/index.ts";
import { elementCount } from "../graph/index.ts";
import type { TaskShape } from "../network/index.ts";
import type { SearchSpace } from "../spaces/index.ts";
import {
  ARCHITECTURE_FILE,
  fittingOf,
  loadRunConfig,
  type RunConfig,
  RunFolder,
  runsToChoose,
  shownPath,
  whyNoRun,
} from "../store/index.ts";
import { Classifier } from "../train/index.ts";
import { inferenceArithmetic } from "./run-arithmetic.ts";
import { type PartNames, spaceOfRun } from "./run-parts.ts";
import { readRunWeights } from "./run-weights.ts";
import { softmax } from "./softmax.ts";

/** `space`: the module of a space of one's own, for a run that was searched in it. */
export interface OpenOptions extends Pick<PartNames, "space"> {
  readonly threads: number | "auto";
  /** Images that one call computes at most. */
  readonly batch: number;
}

/** The data that a network was trained on; null where they are not known. */
interface TrainedOn {
  readonly fingerprint: string | null;
  /** What a test split depends on that was taken out of the data. */
  readonly seed: number | null;
  readonly testFraction: number | null;
}

/** What a network takes and tells apart, and the images that it learned it from. */
export interface ModelInterface {
  readonly classNames: readonly string[];
  /** What the classes are called as a task; missing where the data had no name for them. */
  readonly taskName?: string;
  /** What else it tells apart. Missing in a network of one task. */
  readonly otherTasks?: readonly OtherTask[];
  readonly shape: ImageShape;
  /** How images of other proportions come to `shape`. */
  readonly fitting: Fitting;
  readonly trainedOn: TrainedOn;
}

export interface TrainedModel extends ModelInterface {
  /** Images that one call of `probabilities` takes at most. */
  readonly batch: number;
  /** Probabilities `[count, classCount]` of pixels `[count, H, W, C]`, 0 to 255. */
  probabilities(pixels: Uint8Array, count: number): Promise<ArrayLike<number>>;
  /** Those of all its tasks, the first one first. */
  allProbabilities(pixels: Uint8Array, count: number): Promise<readonly ArrayLike<number>[]>;
  close(): Promise<void>;
}

/**
 * Opens a run folder or an .onnx file. Throws `E_MODEL_NOT_FOUND`, and what opening either throws; computing with it
 * throws `E_MODEL_NOT_FINITE` for probabilities that are no numbers.
 */
export async function openTrainedModel(path: string, options: OpenOptions): Promise<TrainedModel> {
  assertModelThere(path);
  const model = await (statSync(path).isDirectory() ? openRun(path, options) : openFile(path, options));
  const tasks = [model.classNames, ...(model.otherTasks ?? []).map((task) => task.classNames)];
  const allProbabilities: TrainedModel["allProbabilities"] = async (pixels, count) => {
    const answers = await model.allProbabilities(pixels, count);
    for (const [task, probabilities] of answers.entries()) assertFinite(path, probabilities, tasks[task]!);
    return answers;
  };
  const probabilities: TrainedModel["probabilities"] = async (pixels, count) =>
    (await allProbabilities(pixels, count))[0]!;
  return { ...model, allProbabilities, probabilities };
}

function assertFinite(path: string, probabilities: ArrayLike<number>, classNames: readonly string[]): void {
  const wrong = Array.prototype.findIndex.call(probabilities, (value: number) => !Number.isFinite(value));
  if (wrong < 0) return;
  throw new IstaNasError(
    `model ${path}: probability of ${classNames[wrong % classNames.length]}: got ${probabilities[wrong]}, expected a finite number`,
    { code: "E_MODEL_NOT_FINITE", hint: "its training went wrong: train again, with a lower --learning-rate" },
  );
}

/** A model without what is made of its answers. */
type Opened = Omit<TrainedModel, "probabilities">;

/** Throws `E_MODEL_NOT_FOUND`. */
export function assertModelThere(path: string): void {
  if (existsSync(path)) return;
  throw new IstaNasError(
    `model ${shownPath(path)}: ${whyNoRun(path, "file or folder")}, expected a run folder or an .onnx file`,
    {
      code: "E_MODEL_NOT_FOUND",
      kind: "usage",
      hint: runsToChoose(path) ?? "a search or a training prints its run folder at the end",
    },
  );
}

async function openFile(path: string, options: OpenOptions): Promise<Opened> {
  const bytes = readModel(path);
  const { inputShape, classNames, taskName, otherTasks, fitting, metadata } = readOnnxMetadata(bytes);
  const { height, width, channels } = inputShape;
  const tasks = [{ name: undefined, classNames }, ...(otherTasks ?? [])];
  return {
    classNames,
    ...(taskName === undefined ? {} : { taskName }),
    ...(otherTasks === undefined ? {} : { otherTasks }),
    shape: { height, width, channels: channels === 1 ? 1 : 3 },
    fitting,
    trainedOn: trainedOnOf(metadata),
    batch: options.batch,
    ...((await openOwnFile(bytes, tasks, options)) ?? (await openForeignFile(bytes, options))),
  };
}

type Computing = Pick<TrainedModel, "allProbabilities" | "close">;

/** Null for a file that the engine cannot compute: of another program, or changed since it was written. */
async function openOwnFile(
  bytes: Uint8Array,
  tasks: readonly { readonly name: string | undefined; readonly classNames: readonly string[] }[],
  { threads, batch }: OpenOptions,
): Promise<Computing | null> {
  const others = tasks.flatMap(({ name }) => name ?? []);
  const own = readOnnxGraph(bytes, batch, others);
  if (own === null) return null;
  const { graph, images, parameters, normalised } = own;
  const outputs = Object.fromEntries([own.logits, ...own.otherLogits].map((logits, task) => [String(task), logits]));
  for (const [task, { name, classNames }] of tasks.entries()) {
    const where = name === undefined ? "logits" : `logits_${name}`;
    checkClassNames(classNames, outputs[task]!.shape[1]!, `onnx: output ${where}`, "E_ONNX_CLASSES");
  }
  const device = await createWasmDevice({ threads });
  try {
    for (const [name, values] of parameters) device.write(name, values);
    const executable = await device.compile({ graph, outputs });
    const length = elementCount(images.shape);
    return {
      async allProbabilities(pixels, count) {
        const padded = new Float32Array(length);
        padded.set(normalised(pixels));
        const answers = await executable.run({ images: padded });
        return tasks.map(({ classNames: { length: classCount } }, task) => {
          return softmax(answers[String(task)]!.subarray(0, count * classCount), classCount);
        });
      },
      close: () => device.close(),
    };
  } catch (error) {
    await device.close();
    if (error instanceof IstaNasError && error.kind === "internal") return null;
    throw error;
  }
}

async function openForeignFile(bytes: Uint8Array, { threads }: OpenOptions): Promise<Computing> {
  const session = await openOnnx(bytes, threads === "auto" ? {} : { threads });
  return {
    async allProbabilities(pixels, count) {
      const { probabilities, others } = await session.run(pixels, count);
      return [probabilities, ...others.map((task) => task.probabilities)];
    },
    close: () => session.close(),
  };
}

/** Files of earlier versions do not say it. */
function trainedOnOf({ data_sha256, seed, test_fraction }: Readonly<Record<string, string>>): TrainedOn {
  const number = (text: string | undefined) => (Number.isFinite(Number(text ?? "none")) ? Number(text) : null);
  return { fingerprint: data_sha256 ?? null, seed: number(seed), testFraction: number(test_fraction) };
}

async function openRun(path: string, options: OpenOptions): Promise<Opened> {
  const { batch } = options;
  const run = await openRunClassifier(path, options);
  const { config, classifier } = run;
  const model = interfaceOf(config);
  const length = imageLength(model.shape);
  return {
    ...model,
    batch,
    async allProbabilities(pixels, count) {
      const images = new Float32Array(batch * length);
      images.set(normalisePixels(pixels, config.normalisation));
      const answers = await classifier.allLogits(images);
      return answers.map((logits) => {
        const classCount = logits.length / batch;
        return softmax(logits.subarray(0, count * classCount), classCount);
      });
    },
    close: run.close,
  };
}

/** Those of the network of a run. */
export function interfaceOf(config: RunConfig): ModelInterface {
  const { classNames, otherTasks, seed, data } = config;
  const { imageSize, imageChannels } = config.training.network;
  return {
    classNames,
    ...(data.tasks === undefined ? {} : { taskName: data.tasks[0]! }),
    ...(otherTasks === undefined ? {} : { otherTasks }),
    shape: { ...imageSize, channels: imageChannels === 1 ? 1 : 3 },
    fitting: fittingOf(config),
    trainedOn: { fingerprint: data.fingerprint, seed, testFraction: data.testFraction },
  };
}

export interface RunClassifier {
  readonly folder: RunFolder;
  readonly config: RunConfig;
  readonly space: SearchSpace;
  /** Of `space`. */
  readonly architecture: unknown;
  readonly device: Device;
  readonly classifier: Classifier;
  close(): Promise<void>;
}

/**
 * The network of a run on a device of its own. Throws `E_RUN_WEIGHTS` if its weights do not fit its configuration,
 * `E_RUN_NOT_FINITE` if one of them is no finite number, and `E_RUN_CLASSES` if its class names do not fit its network.
 */
export async function openRunClassifier(path: string, options: OpenOptions): Promise<RunClassifier> {
  const { threads, batch } = options;
  const folder = RunFolder.open(path);
  const { config, space } = await spaceOfRun(folder.name, loadRunConfig(folder), options);
  const architecture = space.parse(folder.readText(ARCHITECTURE_FILE));
  checkClasses(folder, config);
  const build = space.derivedNetwork(config.training.network, architecture);
  const tensors = readRunWeights(folder, build);
  for (const [name, { data }] of tensors) checkFinite(folder, name, data);
  const device = await createWasmDevice({ threads, arithmetic: inferenceArithmetic(config) });
  try {
    for (const [name, { data }] of tensors) device.write(name, data);
    const classifier = await Classifier.compile(device, build, { batch });
    return { folder, config, space, architecture, device, classifier, close: () => device.close() };
  } catch (error) {
    await device.close();
    throw error;
  }
}

/** `labels.txt` says once more what the configuration says; runs that are not finished have none. */
function checkClasses(folder: RunFolder, { classNames, otherTasks, training }: RunConfig): void {
  checkClassNames(classNames, training.network.classCount, `run ${folder.name}: config.json`, "E_RUN_CLASSES");
  checkTasks(folder, otherTasks ?? [], training.network.otherTasks ?? []);
  if (!folder.has("labels.txt")) return;
  const labels = folder.readText("labels.txt").trimEnd().split(/\r?\n/);
  checkClassNames(labels, classNames.length, `run ${folder.name}: labels.txt`, "E_RUN_CLASSES");
  const other = classNames.findIndex((name, k) => name.trim() !== labels[k]!.trim());
  if (other < 0) return;
  throw new IstaNasError(
    `run ${folder.name}: labels.txt: got ${labels[other]} for logit ${other}, expected ${classNames[other]} as in config.json`,
    {
      code: "E_RUN_CLASSES",
      kind: "usage",
      hint: "names are not to be changed in a run folder: rename what is printed",
    },
  );
}

function checkTasks(folder: RunFolder, named: readonly OtherTask[], built: readonly TaskShape[]): void {
  const where = `run ${folder.name}: config.json`;
  const names = (tasks: readonly { readonly name: string }[]) => tasks.map(({ name }) => name).join(", ") || "none";
  if (names(named) !== names(built)) {
    throw new IstaNasError(`${where}: other tasks: got ${names(named)}, expected ${names(built)} as in its network`, {
      code: "E_RUN_CLASSES",
      kind: "usage",
      hint: "bring config.json back as the run wrote it",
    });
  }
  for (const [task, { name, classNames }] of named.entries()) {
    checkClassNames(classNames, built[task]!.classCount, `${where}: ${name}`, "E_RUN_CLASSES");
  }
}

function checkFinite(folder: RunFolder, name: string, data: ArrayLike<number>): void {
  const wrong = Array.prototype.findIndex.call(data, (value: number) => !Number.isFinite(value));
  if (wrong < 0) return;
  throw new IstaNasError(
    `run ${folder.name}: weights.safetensors: ${name}: got ${data[wrong]} at ${wrong}, expected a finite number`,
    {
      code: "E_RUN_NOT_FINITE",
      hint: "the file is damaged, or training went wrong: train again, with a lower --learning-rate",
    },
  );
}
