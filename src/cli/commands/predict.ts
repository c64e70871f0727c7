/** @file `ista-nas predict`: class names and probabilities of images. One that cannot be read does not stop the others. */
import { statSync } from "node:fs";
import { countOf } from "../../count-of.ts";
import { findImages, ImageFailure, imageLength, loadImage } from "../../data/index.ts";
import { IstaNasError } from "../../error.ts";
import { printableName, toSystemPath } from "../../files/index.ts";
import { percent } from "../../percent.ts";
import { openTrainedModel, type TrainedModel } from "../../run/index.ts";
import type { CommandInputs } from "../command.ts";

const TOP = 3;
/** Images whose pixels are in memory at a time. */
const BATCH = 32;
const LISTED = 5;

type LikelyClasses = readonly { readonly name: string; readonly probability: number }[];

interface NamedImage {
  readonly image: string;
  readonly classes: LikelyClasses;
  /** In the other tasks of the network. Missing where there is one. */
  readonly otherTasks?: readonly { readonly name: string; readonly classes: LikelyClasses }[];
}

interface FailedImage {
  readonly image: string;
  readonly code: string;
  readonly reason: string;
  readonly hint: string | null;
}

export async function predict({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const [modelPath, ...paths] = positional as [string, ...string[]];
  const { threads = "auto" } = flags;
  const inputs = paths.flatMap(expandFolder);
  const model = await openTrainedModel(modelPath, { ...flags, threads, batch: Math.min(BATCH, inputs.length) });
  const images: NamedImage[] = [];
  const failures: FailedImage[] = [];
  try {
    for (let start = 0; start < inputs.length; start += model.batch) {
      for (const outcome of await nameImages(model, inputs.slice(start, start + model.batch), flags.top ?? TOP)) {
        terminal.line(describe(outcome));
        if ("reason" in outcome) failures.push(outcome);
        else if (flags.json === true) images.push(outcome);
      }
    }
    terminal.result({ model: modelPath, images, failures });
  } finally {
    await model.close();
  }
  if (failures.length > 0) throw failed(failures, inputs.length);
}

/** The images of a folder, or the path itself; a failure where there is none to name. */
function expandFolder(path: string): readonly (string | FailedImage)[] {
  try {
    if (statSync(toSystemPath(path), { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
    const found = findImages(path);
    if (found.length > 0) return found;
    const hint = "give the images, or a folder that holds some";
    return [{ image: path, code: "E_IMAGE_NOT_FOUND", reason: "the folder holds no images", hint }];
  } catch (error) {
    // What statSync throws, such as EACCES, opening the file says better.
    if (!(error instanceof IstaNasError)) return [path];
    return [{ image: path, code: error.code, reason: error.message, hint: error.hint ?? null }];
  }
}

/** Outcomes in the order of the inputs. */
async function nameImages(
  model: TrainedModel,
  inputs: readonly (string | FailedImage)[],
  top: number,
): Promise<readonly (NamedImage | FailedImage)[]> {
  const length = imageLength(model.shape);
  const pixels = new Uint8Array(inputs.length * length);
  const outcomes: (FailedImage | { readonly image: string; readonly index: number })[] = [];
  let count = 0;
  for (const input of inputs) {
    const loaded = typeof input === "string" ? await loadOrFail(input, model) : input;
    if (loaded instanceof Uint8Array) {
      pixels.set(loaded, count * length);
      outcomes.push({ image: input as string, index: count++ });
    } else outcomes.push(loaded);
  }
  const { otherTasks = [] } = model;
  const answers = count === 0 ? [] : await model.allProbabilities(pixels.subarray(0, count * length), count);
  return outcomes.map((outcome) => {
    if ("reason" in outcome) return outcome;
    const { image, index } = outcome;
    const likely = (classNames: readonly string[], task: number): LikelyClasses =>
      classNames
        .map((name, k) => ({ name, probability: answers[task]![index * classNames.length + k]! }))
        .sort((a, b) => b.probability - a.probability)
        .slice(0, top);
    const classes = likely(model.classNames, 0);
    if (otherTasks.length === 0) return { image, classes };
    const others = otherTasks.map(({ name, classNames }, task) => ({ name, classes: likely(classNames, task + 1) }));
    return { image, classes, otherTasks: others };
  });
}

async function loadOrFail(image: string, { shape, fitting }: TrainedModel): Promise<Uint8Array | FailedImage> {
  try {
    return await loadImage(image, shape, fitting);
  } catch (error) {
    if (!(error instanceof ImageFailure)) throw error;
    const { code, reason, hint = null } = error;
    return { image, code, reason, hint };
  }
}

function describe(outcome: NamedImage | FailedImage): string {
  const name = printableName(outcome.image);
  if ("reason" in outcome) return `${name}: not read: ${outcome.reason}`;
  const likely = (classes: LikelyClasses) => classes.map((row) => `${row.name} ${percent(row.probability)}`).join(", ");
  const others = (outcome.otherTasks ?? []).map((task) => `; ${task.name}: ${likely(task.classes)}`);
  return `${name}: ${likely(outcome.classes)}${others.join("")}`;
}

function failed(failures: readonly FailedImage[], total: number): IstaNasError {
  const listed = failures.slice(0, LISTED).map(({ image, reason }) => `${printableName(image)}: ${reason}`);
  const more = failures.length > LISTED ? ` and ${failures.length - LISTED} more` : "";
  const count = `${failures.length} of ${countOf(total, "image")}`;
  const hints = new Set(failures.map(({ hint }) => hint));
  const [hint] = hints.size === 1 ? hints : [];
  return new IstaNasError(`predict: ${count} could not be read: ${listed.join("; ")}${more}`, {
    code: "E_PREDICT_IMAGES",
    hint: hint ?? "the others are named; --json lists all that failed, each with its reason",
  });
}
