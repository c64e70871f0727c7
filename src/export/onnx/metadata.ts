/**
 * @file What a model file says about itself besides its numbers, as ONNX metadata entries under the keys that readers
 * of image classifiers look for: `task`, `names`, `imgsz`, `channels`, and ours: `mean`, `std`, `input_range`,
 * `layout`, `channel_order`, and how images are prepared; of data with tasks `tasks`, what they are called, and `names_NAME` of each but the first. Values are
 * text; all but words are JSON.
 */
import { BOUNDS } from "../../bounds.ts";
import { countOf } from "../../count-of.ts";
import { CROPPED, type Fitting, type OtherTask } from "../../data/index.ts";
import { IstaNasError } from "../../error.ts";
import { parseJson } from "../../files/index.ts";
import type { Value } from "../../graph/index.ts";
import { checkClassNames } from "./check-class-names.ts";
import { fittingEntries, readFitting } from "./fitting.ts";
import type { Normalisation } from "./normalisation.ts";
import { outputNames } from "./output-names.ts";
import { type DecodedModel, decodeModel, ELEMENT_TYPE, type TensorMessage, type ValueInfoMessage } from "./schema.ts";

/** Of an image: red, green, blue and how opaque. */
const MOST_CHANNELS = 4;

/** Extents of one image that a model takes. */
export interface ModelInputShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface OnnxMetadata {
  /** The model's input `images` is `[N, channels, height, width]`. */
  readonly inputShape: ModelInputShape;
  /** In the order of the logits. */
  readonly classNames: readonly string[];
  /** What the classes are called as a task; missing in a model whose data had no names for them. */
  readonly taskName?: string;
  /** Missing in a model of one task. */
  readonly otherTasks?: readonly OtherTask[];
  /** How images of other proportions come to that height and width. */
  readonly fitting: Fitting;
  /** All entries of the file, `names` among them. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface MetadataSource {
  readonly images: Value;
  readonly classNames: readonly string[];
  readonly taskName?: string;
  readonly otherTasks?: readonly OtherTask[];
  readonly normalisation: Normalisation;
  readonly fitting?: Fitting;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** How image files become pixels: what src/data/image-decoder.ts does. */
const PREPARATION = {
  orientation: "turned as EXIF says",
  alpha: "laid on white",
  colour_space: "sRGB",
} as const;

/** The entries of a file, in order. `names` is a JSON object from class index to name. Throws `E_ONNX_METADATA`. */
export function metadataEntries(source: MetadataSource): readonly { readonly key: string; readonly value: string }[] {
  const [, height, width, channels] = source.images.shape;
  const common = {
    task: "classify",
    names: numbered(source.classNames),
    ...taskEntries(source),
    imgsz: JSON.stringify([height, width]),
  };
  const ofPixels = {
    channels: JSON.stringify(channels),
    mean: JSON.stringify(source.normalisation.mean),
    std: JSON.stringify(source.normalisation.standardDeviation),
    input_range: JSON.stringify([0, 255]),
    layout: "NCHW",
    channel_order: channels === 1 ? "grey" : "RGB",
    ...PREPARATION,
    ...fittingEntries(source.fitting ?? CROPPED),
  };
  // How pixel values are made is said beside the file.
  const own = { ...common, ...(source.input === "pixel_values" ? {} : ofPixels) };
  const more = source.metadata ?? {};
  for (const key of Object.keys(more)) {
    if (Object.hasOwn(own, key)) {
      throw new IstaNasError(`onnx: metadata: got key ${key}, expected none of ${Object.keys(own).join(", ")}`, {
        code: "E_ONNX_METADATA",
        kind: "usage",
      });
    }
  }
  return Object.entries({ ...own, ...more }).map(([key, value]) => ({ key, value }));
}

function taskEntries({ taskName, otherTasks = [] }: MetadataSource): Readonly<Record<string, string>> {
  if (taskName === undefined) return {};
  return {
    tasks: JSON.stringify([taskName, ...otherTasks.map(({ name }) => name)]),
    ...Object.fromEntries(otherTasks.map(({ name, classNames }) => [`names_${name}`, numbered(classNames)])),
  };
}

function numbered(names: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(names.map((name, index) => [index, name])));
}

/**
 * Reads the parts of a model file that using it takes.
 * @throws E_ONNX_FORMAT for bytes that are not an ONNX model.
 * @throws E_ONNX_INPUT if it has no float32 input `images` `[N, C, H, W]` of fixed C, H and W.
 * @throws E_ONNX_OUTPUT if it lacks one of the outputs `logits` and `probabilities`, or those of another task.
 * @throws E_ONNX_NAMES if its metadata do not name the classes 0 to K - 1, or `tasks` are no names.
 * @throws E_ONNX_CLASSES if there are not as many names as logits, or one is empty or given twice.
 * @throws E_ONNX_METADATA if it says that images are fitted in a way that is not known.
 * @throws E_ONNX_NOT_FINITE if a parameter is not a finite number.
 */
export function readOnnxMetadata(bytes: Uint8Array): OnnxMetadata {
  const { graph, metadataProps } = decode(bytes);
  const metadata = Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]));
  assertOutputs(graph.output, undefined);
  const shape = inputShape(graph.input);
  const names = classNames(metadata["names"], "names");
  const [taskName, ...others] = taskNames(metadata["tasks"]);
  for (const name of others) assertOutputs(graph.output, name);
  const otherTasks = others.map((name) => ({
    name,
    classNames: classNames(metadata[`names_${name}`], `names_${name}`),
  }));
  const tasks = [{ name: undefined, classNames: names }, ...otherTasks];
  for (const task of tasks) assertClasses(graph.output, task);
  for (const tensor of graph.initializer) checkFinite(tensor);
  return {
    ...{ inputShape: shape, classNames: names, fitting: readFitting(metadata, shape.channels), metadata },
    ...(taskName === undefined ? {} : { taskName }),
    ...(otherTasks.length === 0 ? {} : { otherTasks }),
  };
}

/** Of the first task without a name. */
function assertOutputs(outputs: readonly ValueInfoMessage[], task: string | undefined): void {
  const { logits, probabilities } = outputNames(task);
  if ([logits, probabilities].every((name) => outputs.some((output) => output.name === name))) return;
  throw modelError("E_ONNX_OUTPUT", "outputs", list(outputs), `${logits} and ${probabilities}`);
}

function assertClasses(
  outputs: readonly ValueInfoMessage[],
  task: { readonly name: string | undefined; readonly classNames: readonly string[] },
): void {
  const own = Object.values(outputNames(task.name));
  for (const { name, type } of outputs) {
    const classes = (type?.tensorType?.shape?.dim ?? []).at(-1);
    if (!own.includes(name) || classes === undefined || !("dimValue" in classes)) continue;
    checkClassNames(task.classNames, classes.dimValue, `onnx: output ${name}`, "E_ONNX_CLASSES");
  }
}

/** None where the metadata do not speak of tasks. */
function taskNames(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const error = () =>
    modelError("E_ONNX_NAMES", "metadata tasks", text, `a JSON list of at most ${BOUNDS.tasks} names, each once`);
  const names = parseJson(text, { wrong: error });
  const areNames =
    Array.isArray(names) && names.length <= BOUNDS.tasks && names.every((name) => typeof name === "string");
  if (!areNames || new Set(names).size < names.length) throw error();
  return names as readonly string[];
}

function checkFinite({ name, dataType, rawData }: TensorMessage): void {
  if (dataType !== ELEMENT_TYPE.float32 || rawData === undefined) return;
  for (let at = 3; at < rawData.length; at += 4) {
    // The exponent of what is infinite or not a number has all its bits set.
    if ((rawData[at]! & 0x7f) !== 0x7f || (rawData[at - 1]! & 0x80) === 0) continue;
    const value = new DataView(rawData.buffer, rawData.byteOffset + at - 3, 4).getFloat32(0, true);
    throw new IstaNasError(`onnx: parameter ${name}: got ${value} at ${(at - 3) / 4}, expected a finite number`, {
      code: "E_ONNX_NOT_FINITE",
      hint: "the file is damaged, or its training went wrong: export it again, or train again",
    });
  }
}

function decode(bytes: Uint8Array): DecodedModel & { readonly graph: NonNullable<DecodedModel["graph"]> } {
  let model: DecodedModel;
  try {
    model = decodeModel(bytes);
  } catch (cause) {
    throw formatError("bytes that are no protocol buffer message", cause);
  }
  const { graph } = model;
  if (graph === null || model.irVersion < 1 || model.opsetImport.length === 0) {
    throw formatError("a message without graph, IR version or operator set");
  }
  return { ...model, graph };
}

function inputShape(inputs: readonly ValueInfoMessage[]): ModelInputShape {
  const input = inputs.find(({ name }) => name === "images");
  const tensor = input?.type?.tensorType;
  const extents = (tensor?.shape?.dim ?? []).map((dim) => ("dimValue" in dim ? Math.max(0, dim.dimValue) : null));
  const [, channels, height, width] = extents;
  if (tensor?.elemType !== ELEMENT_TYPE.float32 || extents.length !== 4 || !channels || !height || !width) {
    throw modelError("E_ONNX_INPUT", "inputs", list(inputs), "a float32 input images [N, C, H, W] of fixed C, H and W");
  }
  const most = BOUNDS.imageSide;
  if (height > most || width > most || channels > MOST_CHANNELS) {
    const got = `images of ${height}x${width} with ${countOf(channels, "channel")}`;
    throw modelError("E_ONNX_INPUT", "inputs", got, `at most ${most}x${most} with ${MOST_CHANNELS}`);
  }
  return { channels, height, width };
}

function classNames(text: string | undefined, key: string): readonly string[] {
  const error = () =>
    modelError("E_ONNX_NAMES", `metadata ${key}`, text ?? "nothing", 'a JSON object such as {"0": "cat", "1": "dog"}');
  const names = parseJson(text ?? "", { wrong: error });
  if (typeof names !== "object" || names === null) throw error();
  const count = Object.keys(names).length;
  if (count > BOUNDS.classes) {
    throw modelError("E_ONNX_NAMES", `metadata ${key}`, `${count} names`, `at most ${BOUNDS.classes}`);
  }
  const ordered = Array.from({ length: count }, (_, index) => (names as Record<string, unknown>)[index]);
  if (count === 0 || !ordered.every((name) => typeof name === "string")) throw error();
  return ordered;
}

function list(values: readonly ValueInfoMessage[]): string {
  return values.length === 0 ? "none" : values.map(({ name }) => name).join(", ");
}

function modelError(code: string, where: string, got: string, expected: string): IstaNasError {
  return new IstaNasError(`onnx: ${where}: got ${got}, expected ${expected}`, {
    code,
    kind: "usage",
    hint: "use a model that ista-nas wrote",
  });
}

function formatError(got: string, cause?: unknown): IstaNasError {
  return new IstaNasError(`onnx: model: got ${got}, expected an ONNX file`, {
    code: "E_ONNX_FORMAT",
    kind: "usage",
    hint: "the file is damaged, cut short, or of another format",
    cause,
  });
}
