/**
 * @file Batches that the training images can fill. A batch that was not typed becomes smaller where there are too few images for it, which is said; one
 * that was typed is refused. Rates of a preset go down with their batch.
 */
import { countOf } from "../../count-of.ts";
import { IstaNasError } from "../../error.ts";
import { type FlagValues, spelling } from "../flags.ts";
import type { RunInputs } from "./run-inputs.ts";
import { DEFAULT_BATCH } from "./settings.ts";

/** What takes batches, and from how many images. */
interface Phase {
  readonly flag: "batch" | "retrainBatch";
  readonly rate: "learningRate" | "retrainRate";
  readonly name: string;
  readonly images: number;
  /** `each half of the training images has 16`. */
  readonly source: string;
}

function searchOfHalves(trainImages: number): Phase {
  const images = Math.floor(trainImages / 2);
  const source = `each half of the training images has ${images}`;
  return { flag: "batch", rate: "learningRate", name: "the search", images, source };
}

function trainingOnAll(images: number, flag: Phase["flag"]): Phase {
  const source = `the data have ${countOf(images, "training image")}`;
  const rate = flag === "batch" ? "learningRate" : "retrainRate";
  return { flag, rate, name: "the training", images, source };
}

/**
 * The flags of a run with batches that fit, in the place of its preset's or the default ones.
 * @throws E_BATCH_TOO_LARGE for one that was typed and does not fit, with the flag and the largest that fits
 */
export function fitBatches({ flags, typed, data, terminal }: RunInputs, kind: "two-stage" | "one-network"): FlagValues {
  const { count } = data.train;
  const phases =
    kind === "two-stage"
      ? [searchOfHalves(count), trainingOnAll(count, "retrainBatch")]
      : [trainingOnAll(count, "batch")];
  let fitted: FlagValues = flags;
  for (const phase of phases) {
    const { flag, rate, name, images, source } = phase;
    const wanted = flags[flag] ?? flags.batch ?? DEFAULT_BATCH;
    const batch = wanted <= images ? wanted : smaller(phase, typed);
    const own = flags[rate];
    const scaled = own === undefined || typed[rate] !== undefined ? {} : { [rate]: (own * batch) / wanted };
    fitted = { ...fitted, [flag]: batch, ...scaled };
    if (batch < wanted) {
      terminal.line(`batch: ${name} takes ${countOf(batch, "image")} a step, not ${wanted}: ${source}`);
    }
  }
  return fitted;
}

/** The batches of runs that are given none, for so many training images. */
export function defaultBatches(trainImages: number): { readonly search: number; readonly training: number } {
  const { images } = searchOfHalves(trainImages);
  return { search: fitting(Math.max(1, images)), training: fitting(trainImages) };
}

function smaller({ flag, images, source }: Phase, typed: FlagValues): number {
  const given = typed[flag] === undefined && typed.batch !== undefined ? "batch" : flag;
  const got = typed[given];
  if (got === undefined) return fitting(images);
  throw new IstaNasError(`--${spelling(given)}: got ${got}, expected at most ${images}: ${source}`, {
    code: "E_BATCH_TOO_LARGE",
    kind: "usage",
    hint: `--${spelling(given)} ${images} is the largest that fits; without the flag one that fits is chosen`,
  });
}

/** The default, or the largest power of two that so many images fill. */
function fitting(images: number): number {
  return Math.min(DEFAULT_BATCH, 2 ** Math.floor(Math.log2(images)));
}
