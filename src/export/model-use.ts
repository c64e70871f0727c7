/** @file How an image file becomes the input of a model, in words and in programs that a reader may copy. */
import type { Fit, Fitting } from "../data/index.ts";

/** In the program of a reader: nothing here prints. */
const NODE_PRINTS = ["console", "log"].join(".");

export interface ModelUse {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly fitting: Fitting;
}

/** The section of the model card, Markdown. Each program prints the probabilities of `photo.jpg`. */
export function formatModelUse(use: ModelUse): string {
  const { height, width, channels } = use;
  const isGrey = channels === 1;
  const order = isGrey ? "one channel, the luminance" : "channels in the order red, green, blue";
  const [words, pillow, opencv, node] = [WORDS, PILLOW, OPENCV, NODE].map((by) => by[use.fitting.fit](use));
  return `## From an image to the input

Turn the image as its EXIF orientation says, convert it to sRGB, lay transparency on white, ${words}
Then ${order}, 0 to 255 as float32, channels first. Do not divide by 255 and subtract nothing: the model does it.
${isGrey ? "" : "OpenCV reads blue first: swap, or other classes come out. "}Another scaler gives slightly other probabilities.

Python, with onnxruntime:

\`\`\`python
import numpy as np
import onnxruntime
from PIL import Image, ImageOps

image = ImageOps.exif_transpose(Image.open("photo.jpg")).convert("RGBA")
image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("${isGrey ? "L" : "RGB"}")
${pillow}
images = ${isGrey ? "pixels[None, None]" : "pixels.transpose(2, 0, 1)[None]"}
session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
print(session.run(["probabilities"], {"images": images})[0][0].tolist())
\`\`\`

Python, with OpenCV:

\`\`\`python
import cv2

image = cv2.imread("photo.jpg", cv2.IMREAD_${isGrey ? "GRAYSCALE" : "COLOR"})
${opencv}
network = cv2.dnn.readNetFromONNX("model.onnx")
network.setInput(cv2.dnn.blobFromImage(image${isGrey ? "" : ", swapRB=True"}), "images")
print(network.forward("probabilities")[0].tolist())
\`\`\`

Node, with onnxruntime-node and sharp:

\`\`\`js
import * as ort from "onnxruntime-node";
import sharp from "sharp";

${node}
const pixels = await image.toColourspace("${isGrey ? "b-w" : "srgb"}").raw({ depth: "uchar" }).toBuffer();
const area = ${width * height};
const values = Float32Array.from(pixels, (_, i) => pixels[(i % area) * ${channels} + Math.floor(i / area)]);
const session = await ort.InferenceSession.create("model.onnx");
const images = new ort.Tensor("float32", values, [1, ${channels}, ${height}, ${width}]);
const { probabilities } = await session.run({ images });
${NODE_PRINTS}(JSON.stringify([...probabilities.data]));
\`\`\`
`;
}

/** Text for each way of fitting. */
type ByFit = Readonly<Record<Fit, (use: ModelUse) => string>>;

const SCALERS = "(to smaller with a Lanczos window of three lobes, to larger with a cubic)";

const WORDS: ByFit = {
  crop: ({ width, height }) => `scale it, in its proportions, until it
covers ${width}x${height} ${SCALERS}, cut off what sticks out evenly at
both sides.`,
  pad: ({ width, height, fitting: { padColour } }) => `scale it, in its proportions, until it
fits inside ${width}x${height} ${SCALERS}, lay it in the middle, and fill
the rest with ${padColour.length === 1 ? `grey ${padColour[0]}` : `red ${padColour[0]}, green ${padColour[1]}, blue ${padColour[2]}`}, the mean colour of the training images.`,
  stretch: ({ width, height }) => `stretch it to ${width}x${height}, whatever
its proportions ${SCALERS}.`,
};

const PILLOW: ByFit = {
  crop: ({ width, height }) => `shrinks = max(${width} / image.width, ${height} / image.height) < 1
pixels = np.asarray(ImageOps.fit(image, (${width}, ${height}), Image.LANCZOS if shrinks else Image.BICUBIC), np.float32)`,
  pad: ({ width, height, channels, fitting: { padColour } }) => {
    const canvas =
      channels === 1
        ? `"L", (${width}, ${height}), ${padColour[0]}`
        : `"RGB", (${width}, ${height}), (${padColour.join(", ")})`;
    return `scale = min(${width} / image.width, ${height} / image.height)
size = (max(1, int(image.width * scale + 0.5)), max(1, int(image.height * scale + 0.5)))
canvas = Image.new(${canvas})
image = image.resize(size, Image.LANCZOS if scale < 1 else Image.BICUBIC)
canvas.paste(image, ((${width} - size[0]) // 2, (${height} - size[1]) // 2))
pixels = np.asarray(canvas, np.float32)`;
  },
  stretch: ({ width, height }) => `shrinks = min(${width} / image.width, ${height} / image.height) < 1
pixels = np.asarray(image.resize((${width}, ${height}), Image.LANCZOS if shrinks else Image.BICUBIC), np.float32)`,
};

const OPENCV: ByFit = {
  crop: ({ width, height }) => `shrinks = max(${width} / image.shape[1], ${height} / image.shape[0]) < 1
scaler = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
scale = max(${width} / image.shape[1], ${height} / image.shape[0])
size = (max(${width}, round(image.shape[1] * scale)), max(${height}, round(image.shape[0] * scale)))
image = cv2.resize(image, size, interpolation=scaler)
top, left = (size[1] - ${height}) // 2, (size[0] - ${width}) // 2
image = image[top : top + ${height}, left : left + ${width}]`,
  pad: ({
    width,
    height,
    fitting: { padColour },
  }) => `scale = min(${width} / image.shape[1], ${height} / image.shape[0])
size = (max(1, int(image.shape[1] * scale + 0.5)), max(1, int(image.shape[0] * scale + 0.5)))
image = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
top, left = (${height} - size[1]) // 2, (${width} - size[0]) // 2
around = (top, ${height} - size[1] - top, left, ${width} - size[0] - left)
image = cv2.copyMakeBorder(image, *around, cv2.BORDER_CONSTANT, value=(${[...padColour].reverse().join(", ")}))`,
  stretch: ({ width, height }) => `shrinks = min(${width} / image.shape[1], ${height} / image.shape[0]) < 1
image = cv2.resize(image, (${width}, ${height}), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)`,
};

const SHARP = 'sharp("photo.jpg").autoOrient().flatten({ background: "#ffffff" })';

const NODE: ByFit = {
  crop: ({ width, height }) => `const image = ${SHARP}.resize(${width}, ${height}, { fit: "cover" });`,
  pad: ({ width, height, fitting: { padColour } }) => {
    const [r, g = r, b = r] = padColour;
    return `const from = (await sharp("photo.jpg").metadata()).autoOrient;
const scale = Math.min(${width} / from.width, ${height} / from.height);
const [w, h] = [from.width, from.height].map((side) => Math.max(1, Math.round(side * scale)));
const [top, left] = [Math.floor((${height} - h) / 2), Math.floor((${width} - w) / 2)];
const image = ${SHARP}.resize(w, h, { fit: "fill" }).extend({
  ...{ top, left, bottom: ${height} - h - top, right: ${width} - w - left },
  background: { r: ${r}, g: ${g}, b: ${b} },
});`;
  },
  stretch: ({ width, height }) => `const image = ${SHARP}.resize(${width}, ${height}, { fit: "fill" });`,
};
