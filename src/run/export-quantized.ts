/**
 * @file A trained run's network as an ONNX file of 8-bit integers. The ranges of its activations come from training images;
 * what the integers cost is measured on the test images, and a file that costs too much is not written.
 */
import { countOf } from "../count-of.ts";
import { type ImageSplit, imageLength } from "../data/index.ts";
import { IstaNasError } from "../error.ts";
import {
  assertQuantizedOpset,
  calibrateOnnx,
  onnxBytes,
  type PairedDifference,
  pairedDifference,
  quantizeOnnx,
} from "../export/index.ts";
import { printableName, writeOutput } from "../files/index.ts";
import { type FlagTable, numberFlag } from "../options/index.ts";
import { percent } from "../percent.ts";
import { RandomStreams } from "../random/index.ts";
import { readWeights } from "../train/index.ts";
import { assertOneTask } from "./assert-one-task.ts";
import { lastLocation } from "./data-of-run.ts";
import { EXPORT_FLAGS, type OnnxSpec } from "./export-run.ts";
import { exportPlace, withRun } from "./exported-run.ts";
import { type MeasuredImages, openMeasuredImages } from "./measured-images.ts";
import { rightAnswers } from "./right-answers.ts";
import { completeHost, type RunHost, type RunHostGiven } from "./run-host.ts";
import { interfaceOf, type RunClassifier } from "./trained-model.ts";

/** Training images whose activations give the ranges. */
const CALIBRATION_IMAGES = 256;
/** What the command line takes as flags of its own. */
export interface QuantizeGiven {
  /** Percentage points of the test accuracy. Default: 1. */
  readonly maxLossOfAccuracy?: number;
}

const DEFAULT_MOST_LOSS = 1;

export const QUANTIZE_FLAGS: FlagTable<QuantizeGiven> = {
  maxLossOfAccuracy: numberFlag(
    "max-loss-of-accuracy",
    "POINTS",
    `quantize: percentage points of the test accuracy that integers may cost, or nothing is written (default: ${DEFAULT_MOST_LOSS})`,
    { min: 0, max: 100 },
  ),
};

export interface QuantizedSpec extends OnnxSpec, QuantizeGiven {
  /** Where the images are that the run was trained on. Default: where its last session found them. */
  readonly data?: string;
}

export interface QuantizedModel {
  readonly file: string;
  readonly bytes: number;
  /** Of the same network in float32. */
  readonly float32Bytes: number;
  readonly calibrationImages: number;
  readonly testImages: number;
  /** Of the file, 0 to 1, as onnxruntime computes it on this machine. */
  readonly testAccuracy: number;
  /** Of the same network in float32, on the same images. */
  readonly float32TestAccuracy: number;
  /** Percentage points, above 0 where integers are worse. */
  readonly lossOfAccuracy: number;
  /** Where the loss on all such images lies with 95 % confidence. */
  readonly lossInterval: readonly [low: number, high: number];
}

/**
 * Writes the network of a run as ONNX of 8-bit integers.
 * @throws E_USAGE_OPTION, E_FLAG_VALUE, E_ONNX_OPSET, what `openRunClassifier` and `openMeasuredImages` throw; E_QUANTIZE_DATA for images other than those of the
 * run; E_ONNX_RUNTIME_MISSING, E_ONNX_RUNTIME_BROKEN; E_QUANTIZE_LOSS if it loses too much; E_EXPORT_WRITE. Then no file is written.
 */
export function exportQuantized(spec: QuantizedSpec, given: RunHostGiven = {}): Promise<QuantizedModel> {
  const host = completeHost(given);
  return withRun("exportQuantized", spec, { ...EXPORT_FLAGS, ...QUANTIZE_FLAGS, data: null }, host, async (run) => {
    assertOneTask(run, "--quantize");
    const { config, classifier, folder, device } = run;
    const { maxLossOfAccuracy: most = DEFAULT_MOST_LOSS } = spec;
    if (spec.opset !== undefined) assertQuantizedOpset(spec.opset);
    const bytes = onnxBytes(config, classifier.network, readWeights(device, classifier.network), spec);
    const measured = await openImages(run, spec, host);
    const { images, count } = calibrationImages(config.seed, measured.data.train);
    const threads = host.threads === "auto" ? {} : { threads: host.threads };
    const ranges = await calibrateOnnx({ model: bytes, images, count, ...threads });
    const float32 = await rightAnswers(bytes, measured, host);
    const int8 = await rightAnswers(quantizeOnnx({ model: bytes, ranges }), measured, host);
    const difference = pairedDifference(float32, int8);
    const shares = [float32, int8].map(shareOf) as [number, number];
    assertSmallLoss(difference, shares, measured.count, most);
    const quantized = quantizeOnnx({ model: bytes, ranges, metadata: entries(shares, measured.count, count) });
    const { file = folder.pathOf("model.int8.onnx") } = spec;
    writeOutput(file, quantized, exportPlace(spec));
    return {
      ...{ file, bytes: quantized.length, float32Bytes: bytes.length },
      ...{ calibrationImages: count, testImages: measured.count },
      ...{ testAccuracy: shares[1], float32TestAccuracy: shares[0] },
      lossOfAccuracy: points(difference.difference),
      lossInterval: [points(difference.interval[0]), points(difference.interval[1])],
    };
  });
}

/** The images of the run, and of them its test images as those to be measured. */
async function openImages(
  { config, folder }: RunClassifier,
  { data, run }: QuantizedSpec,
  host: RunHost,
): Promise<MeasuredImages> {
  const path = data ?? lastLocation(folder, config);
  const options = { maxBadImages: config.data.maxBadImageRate };
  const measured = await openMeasuredImages(path, interfaceOf(config), options, host);
  if (measured.part !== "own-test") {
    throw new IstaNasError(
      `export: data ${printableName(path)}: got other images than the run was trained on, expected the same: its test images say what is lost`,
      {
        code: "E_QUANTIZE_DATA",
        kind: "usage",
        hint: `say where they are now: ista-nas export ${run} DATA --quantize`,
      },
    );
  }
  const { data: found, description } = measured;
  const images = found.train.count + (found.test?.count ?? 0) + (found.validation?.count ?? 0);
  host.onEvent({ kind: "measured-data", report: found.report, images, description });
  return measured;
}

/** A random few, the same ones for the same seed and data. */
function calibrationImages(seed: number, train: ImageSplit): { readonly images: Uint8Array; readonly count: number } {
  const all = Uint32Array.from({ length: train.count }, (_, image) => image);
  const chosen = new RandomStreams(seed).stream("export/calibration").shuffle(all).subarray(0, CALIBRATION_IMAGES);
  const length = imageLength(train.shape);
  const images = new Uint8Array(chosen.length * length);
  for (const [k, image] of chosen.entries()) {
    images.set(train.pixels.subarray(image * length, (image + 1) * length), k * length);
  }
  return { images, count: chosen.length };
}

function shareOf(right: Uint8Array): number {
  return right.reduce((sum, one) => sum + one, 0) / right.length;
}

/** Exact for losses that are whole images. */
function points(share: number): number {
  return Math.round(1e8 * share) / 1e6;
}

function assertSmallLoss(
  { difference, interval }: PairedDifference,
  [float32, int8]: readonly [number, number],
  images: number,
  most: number,
): void {
  if (points(difference) <= most) return;
  const [low, high] = interval.map((bound) => points(bound).toFixed(2));
  throw new IstaNasError(
    `export: test accuracy: got ${percent(int8)} in 8-bit integers and ${percent(float32)} in float32 on ${countOf(images, "image")}, ` +
      `a loss of ${points(difference).toFixed(2)} points (95 % interval ${low} to ${high}), expected at most ${most}`,
    {
      code: "E_QUANTIZE_LOSS",
      hint: "nothing was written: ship the float32 model, or allow more with --max-loss-of-accuracy",
    },
  );
}

/** What the file says of itself. */
function entries(
  [float32, int8]: readonly [number, number],
  testImages: number,
  calibrationImages: number,
): Readonly<Record<string, string>> {
  return {
    quantization: "int8, static, QDQ; weights by output channel, activations uint8 by tensor",
    calibration_images: String(calibrationImages),
    test_images: String(testImages),
    test_accuracy: String(int8),
    float32_test_accuracy: String(float32),
  };
}
