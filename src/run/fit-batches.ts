/**
 * @file Batches that the training images can fill. A batch that was not given becomes smaller where there are too few images for it, which is said; one
 * that was given is refused. Rates of a preset go down with their batch.
 */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { spelling } from "../options/index.ts";
import type { Strategy } from "../search/index.ts";
import { DEFAULT_BATCH } from "../train/index.ts";
import { hasOneNetwork } from "./afterwards.ts";
import { partsFor } from "./parts-for.ts";
import { note } from "./run-host.ts";
import type { RunInputs } from "./run-inputs.ts";
import type { RunOptions } from "./run-options.ts";
import { HELD_OUT_WEIGHTS } from "./search-batches.ts";

/** What takes batches, and from how many images. */
interface Phase {
  readonly flag: "batch" | "retrainBatch";
  readonly rate: "learningRate" | "retrainRate";
  readonly name: string;
  readonly images: number;
  /** `each half of the training images has 16`. */
  readonly source: string;
}

/** `validationImages`: those that were given, 0 if none were. */
function searchOfTwoParts(trainImages: number, validationImages: number): Phase {
  const images = validationImages === 0 ? Math.floor(trainImages / 2) : Math.min(trainImages, validationImages);
  const source =
    validationImages === 0
      ? `each half of the training images has ${images}`
      : `there are ${countOf(trainImages, "training image")} and ${validationImages} for validation`;
  return { flag: "batch", rate: "learningRate", name: "the search", images, source };
}

/** Those held out are taken as often as they go into the others. */
function searchBesideHeldOut(trainImages: number): Phase {
  const weights = Math.round(HELD_OUT_WEIGHTS * trainImages);
  const heldOut = Math.max(1, trainImages - weights);
  const images = Math.min(weights, heldOut * Math.floor(weights / heldOut));
  const source = `there are ${countOf(trainImages, "training image")}, a tenth of which is held out`;
  return { flag: "batch", rate: "learningRate", name: "the search", images, source };
}

function searchOnAll(images: number): Phase {
  return { ...trainingOnAll(images, "batch"), name: "the search" };
}

function trainingOnAll(images: number, flag: Phase["flag"]): Phase {
  const source = `the data have ${countOf(images, "training image")}`;
  const rate = flag === "batch" ? "learningRate" : "retrainRate";
  return { flag, rate, name: "the training", images, source };
}

/**
 * The options of a run with batches that fit, in the place of its preset's or the default ones. `strategy`: null for a training.
 * @throws E_BATCH_TOO_LARGE for one that was given and does not fit, with the flag and the largest that fits
 */
export function fitBatches({ options, given, data, host }: RunInputs, strategy: Strategy | null): RunOptions {
  let fitted: RunOptions = options;
  for (const phase of phasesOf(strategy, data.train.count, data.validation?.count ?? 0)) {
    const { flag, rate, name, images, source } = phase;
    const wanted = options[flag] ?? options.batch ?? DEFAULT_BATCH;
    const batch = wanted <= images ? wanted : smaller(phase, given);
    const own = options[rate];
    const scaled = own === undefined || given[rate] !== undefined ? {} : { [rate]: (own * batch) / wanted };
    fitted = { ...fitted, [flag]: batch, ...scaled };
    if (batch < wanted) {
      note(host, `batch: ${name} takes ${countOf(batch, "image")} a step, not ${wanted}: ${source}`);
    }
  }
  // Parts of a preset go with the batches that fit.
  if (fitted.accumulate === undefined || given.accumulate !== undefined) return fitted;
  const batches = [fitted.batch, fitted.retrainBatch].filter((batch) => batch !== undefined);
  return { ...fitted, accumulate: partsFor(batches) };
}

function phasesOf(strategy: Strategy | null, images: number, validationImages: number): readonly Phase[] {
  const hasParts = strategy?.images === "halves" || (strategy?.images === "held-out" && validationImages > 0);
  const beside = strategy?.images === "held-out" ? searchBesideHeldOut(images) : null;
  const ofParts = hasParts ? searchOfTwoParts(images, validationImages) : beside;
  if (strategy === null || hasOneNetwork(strategy)) return [ofParts ?? trainingOnAll(images, "batch")];
  const retraining = trainingOnAll(images, "retrainBatch");
  if (strategy.images === "none") return [retraining];
  return [ofParts ?? searchOnAll(images), retraining];
}

/** The batches of runs that are given none, for so many training images and so many for validation. */
export function defaultBatches(
  trainImages: number,
  validationImages = 0,
): { readonly search: number; readonly training: number } {
  const { images } = searchOfTwoParts(trainImages, validationImages);
  return { search: fitting(Math.max(1, images)), training: fitting(trainImages) };
}

function smaller({ flag, images, source }: Phase, given: RunOptions): number {
  const name = given[flag] === undefined && given.batch !== undefined ? "batch" : flag;
  const got = given[name];
  if (got === undefined) return fitting(images);
  throw new IstaNasError(`--${spelling(name)}: got ${got}, expected at most ${images}: ${source}`, {
    code: "E_BATCH_TOO_LARGE",
    kind: "usage",
    hint: `--${spelling(name)} ${images} is the largest that fits; without the flag one that fits is chosen`,
  });
}

/** The default, or the largest power of two that so many images fill. */
function fitting(images: number): number {
  return Math.min(DEFAULT_BATCH, 2 ** Math.floor(Math.log2(images)));
}
