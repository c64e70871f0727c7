/**
 * @file A network as transformers.js loads one: `config.json`, `preprocessor_config.json`, labels and `onnx/model.onnx`. The library knows families of networks by
 * name and computes whatever their file holds: ours is called a ResNet, whose class takes `pixel_values` and gives `logits`. Images are fitted to the network
 * by its own processors, with settings that come as near as these do to src/data/fit.ts.
 */
import type { Fit, Fitting, ImageShape } from "../data/index.ts";
import { IstaNasError } from "../error.ts";
import type { Normalisation } from "./onnx/index.ts";

/** Where the ONNX file is within the folder. */
export const TRANSFORMERS_MODEL = "onnx/model.onnx";

/** Lanczos of three lobes: in Node by sharp, as training images were scaled. */
const LANCZOS = 1;
const PIXEL = 1 / 255;
/** Processors of the library: the plain one, and one that pads evenly at both sides with a colour. */
const PROCESSORS: Readonly<Record<Fit, string>> = {
  crop: "ViTImageProcessor",
  stretch: "ViTImageProcessor",
  pad: "VLMImageProcessor",
};

export interface TransformersInputs {
  readonly classNames: readonly string[];
  /** Of the images that the network was trained on. */
  readonly shape: ImageShape;
  readonly fitting: Fitting;
  readonly normalisation: Normalisation;
  /** Of this package. */
  readonly version: string;
}

/** The text files of the folder, by name. Throws `E_EXPORT_FIT` for a size that is not square where images are cropped or padded. */
export function transformersFiles(inputs: TransformersInputs): Readonly<Record<string, string>> {
  return {
    "config.json": json(modelConfig(inputs)),
    "preprocessor_config.json": json(processorConfig(inputs)),
    "labels.txt": `${inputs.classNames.join("\n")}\n`,
  };
}

function modelConfig({ classNames, shape, version }: TransformersInputs): object {
  return {
    model_type: "resnet",
    architectures: ["ResNetForImageClassification"],
    num_channels: 3,
    num_labels: classNames.length,
    id2label: Object.fromEntries(classNames.map((name, index) => [index, name])),
    label2id: Object.fromEntries(classNames.map((name, index) => [name, index])),
    problem_type: "single_label_classification",
    image_size: shape.height,
    ista_nas_version: version,
    // In browsers the library would ask for a file of 8 bits.
    "transformers.js_config": { dtype: "fp32" },
  };
}

function processorConfig({ shape, fitting, ...inputs }: TransformersInputs): object {
  // Of one channel, the file makes grey of red, green and blue, and normalises that.
  const isGrey = shape.channels === 1;
  const { mean, standardDeviation } = isGrey ? IDENTITY : inputs.normalisation;
  return {
    image_processor_type: PROCESSORS[fitting.fit],
    do_convert_rgb: true,
    do_resize: true,
    resample: LANCZOS,
    ...sizes(fitting, shape, { mean, standardDeviation }),
    do_rescale: true,
    rescale_factor: PIXEL,
    do_normalize: !isGrey,
    image_mean: mean,
    image_std: standardDeviation,
  };
}

const IDENTITY = { mean: [0, 0, 0], standardDeviation: [1, 1, 1] };

function sizes(
  { fit, padColour }: Fitting,
  { height, width }: ImageShape,
  { mean, standardDeviation }: Normalisation,
): object {
  if (fit === "stretch") return { size: { height, width }, do_center_crop: false };
  if (height !== width) {
    throw new IstaNasError(
      `export: images of ${width}x${height} that ${fit === "crop" ? "are cropped" : "are padded"}: got another height than width, expected a square: transformers.js crops and pads to no other`,
      { code: "E_EXPORT_FIT", hint: "the plain file fits images in any size: --to onnx" },
    );
  }
  if (fit === "crop") return { size: { shortest_edge: height }, do_center_crop: true, crop_size: { height, width } };
  // The processor divides the colour by 255 and lays it beside pixels that are normalised already.
  const colour = mean.map((value, channel) => {
    const grey = padColour[padColour.length === 1 ? 0 : channel]!;
    return (grey * PIXEL - value) / standardDeviation[channel]! / PIXEL;
  });
  return {
    size: { shortest_edge: height, longest_edge: height },
    do_center_crop: false,
    do_pad: true,
    image_size: height,
    background_color: colour,
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
