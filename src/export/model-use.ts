/** @file How an image file becomes the input of a model, in words and in programs that a reader may copy. */

/** In the program of a reader: nothing here prints. */
const NODE_PRINTS = ["console", "log"].join(".");

export interface ModelUse {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** The section of the model card, Markdown. Each program prints the probabilities of `photo.jpg`. */
export function formatModelUse({ height, width, channels }: ModelUse): string {
  const isGrey = channels === 1;
  const order = isGrey ? "one channel, the luminance" : "channels in the order red, green, blue";
  return `## From an image to the input

Turn the image as its EXIF orientation says, convert it to sRGB, lay transparency on white, scale it, in its proportions, until it
covers ${width}x${height} (to smaller with a Lanczos window of three lobes, to larger with a cubic), cut off what sticks out evenly at
both sides. Then ${order}, 0 to 255 as float32, channels first. Do not divide by 255 and subtract nothing: the model does it.
${isGrey ? "" : "OpenCV reads blue first: swap, or other classes come out. "}Another scaler gives slightly other probabilities.

Python, with onnxruntime:

\`\`\`python
import numpy as np
import onnxruntime
from PIL import Image, ImageOps

image = ImageOps.exif_transpose(Image.open("photo.jpg")).convert("RGBA")
image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("${isGrey ? "L" : "RGB"}")
shrinks = max(${width} / image.width, ${height} / image.height) < 1
pixels = np.asarray(ImageOps.fit(image, (${width}, ${height}), Image.LANCZOS if shrinks else Image.BICUBIC), np.float32)
images = ${isGrey ? "pixels[None, None]" : "pixels.transpose(2, 0, 1)[None]"}
session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
print(session.run(["probabilities"], {"images": images})[0][0].tolist())
\`\`\`

Python, with OpenCV:

\`\`\`python
import cv2

image = cv2.imread("photo.jpg", cv2.IMREAD_${isGrey ? "GRAYSCALE" : "COLOR"})
shrinks = max(${width} / image.shape[1], ${height} / image.shape[0]) < 1
scaler = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
scale = max(${width} / image.shape[1], ${height} / image.shape[0])
size = (max(${width}, round(image.shape[1] * scale)), max(${height}, round(image.shape[0] * scale)))
image = cv2.resize(image, size, interpolation=scaler)
top, left = (size[1] - ${height}) // 2, (size[0] - ${width}) // 2
image = image[top : top + ${height}, left : left + ${width}]
network = cv2.dnn.readNetFromONNX("model.onnx")
network.setInput(cv2.dnn.blobFromImage(image${isGrey ? "" : ", swapRB=True"}), "images")
print(network.forward("probabilities")[0].tolist())
\`\`\`

Node, with onnxruntime-node and sharp:

\`\`\`js
import * as ort from "onnxruntime-node";
import sharp from "sharp";

const image = sharp("photo.jpg").autoOrient().flatten({ background: "#ffffff" }).resize(${width}, ${height}, { fit: "cover" });
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
