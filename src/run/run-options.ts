/**
 * @file What a run can be asked for: the command line gives it as flags (`retrainEpochs` is `--retrain-epochs`), a program as an object. Options of
 * a space or a strategy stand beside these under their own names.
 */
import { BOUNDS } from "../bounds.ts";
import { FITS, type Fit, SAMPLINGS, type Sampling } from "../data/index.ts";
import { ARITHMETICS, type Arithmetic } from "../device/index.ts";
import {
  choiceFlag,
  computeFlag,
  durationFlag,
  type FlagTable,
  integerFlag,
  namesFlag,
  numberFlag,
  placeFlag,
  switchFlag,
  textFlag,
} from "../options/index.ts";
import { SPACES } from "../spaces/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import { SCHEDULES, type Schedule } from "../train/index.ts";
import type { Afterwards } from "./afterwards.ts";

/** All may be missing; what each means and its default stand in `RUN_FLAGS`. */
export interface RunOptionsGiven {
  /** The kind of a space, or the path of a module that has one as its main export. */
  readonly space?: string;
  /** The same of a strategy; `auto`: the budget decides whether anything is searched. */
  readonly strategy?: string;
  readonly afterwards?: Afterwards;
  readonly settledEpochs?: number;
  readonly preset?: "demo" | "cifar10" | "imagenet";
  readonly batch?: number;
  readonly retrainBatch?: number;
  readonly retrainEpochs?: number;
  readonly learningRate?: number;
  readonly retrainRate?: number;
  readonly weightDecay?: number;
  readonly recompute?: boolean;
  readonly accumulate?: number;
  readonly warmupEpochs?: number;
  readonly schedule?: Schedule;
  readonly arithmetic?: Arithmetic;
  readonly seed?: number;
  /** Seconds. */
  readonly time?: number;
  /** Multiply-accumulates. */
  readonly compute?: number;
  readonly out?: string;
  readonly verdict?: boolean;
  readonly checkpointMinutes?: number;
  readonly checkpointsKept?: number;
  readonly maxLoss?: number;
  /** Names with commas between them. */
  readonly tasks?: string;
  readonly imageSize?: number;
  readonly fit?: Fit;
  readonly maxBadImages?: number;
  readonly testFraction?: number;
  readonly crop?: number;
  readonly flip?: "auto" | "on" | "off";
  readonly resizedCrop?: number;
  readonly colourJitter?: number;
  readonly hueJitter?: number;
  readonly cutout?: number;
  readonly dropPath?: number;
  readonly auxiliary?: number;
  readonly labelSmoothing?: number;
  /** `none`, `balanced`, or a file. */
  readonly classWeights?: string;
  readonly sampling?: Sampling;
}

export interface RunOptions extends RunOptionsGiven {
  /** Those of the space and the strategy, by name. */
  readonly [option: string]: unknown;
}

const kinds = (parts: readonly { readonly kind: string; readonly summary: string }[]) =>
  parts.map(({ kind, summary }) => `${kind}: ${summary}`).join("; ");

const CLASS_WEIGHTS =
  'how much an image counts in the loss of search and training, by its class: balanced in inverse proportion to the training images of its class; or a file, JSON such as {"cat": 1, "dog": 2.5} or lines of CLASS,WEIGHT, scaled to a mean of 1 over the training images (default: none)';

export const RUN_FLAGS: FlagTable<RunOptionsGiven> = {
  space: textFlag(
    "SPACE",
    `what may be found (default: ${SPACES[0]!.kind}). ${kinds(SPACES)}; or a module of your own, ./mine.mjs`,
  ),
  strategy: textFlag(
    "STRATEGY",
    `how it is found (default: ${STRATEGIES[0]!.kind}). ${kinds(STRATEGIES)}; auto: with --time or --compute, ${STRATEGIES[0]!.kind} where the budget is enough for a search, else the space's first baseline is trained; or a module of your own, ./mine.mjs`,
  ),
  afterwards: choiceFlag(
    "afterwards",
    ["retrain", "continue"],
    "what follows the search: train what was found from scratch, or continue with the weights that it has in the super-net, whose networks are then those of the training (default: as the strategy does)",
  ),
  settledEpochs: integerFlag(
    "settled-epochs",
    "COUNT",
    "end the search once what it keeps has not changed for so many epochs in a row; what is left of a budget goes to training (default: 0, never)",
    { min: 0, max: BOUNDS.epochs },
  ),
  preset: choiceFlag(
    "preset",
    ["demo", "cifar10", "imagenet"],
    "values for all flags that are not given; demo is taken for the data `demo`, cifar10 and imagenet are the published recipes",
  ),
  batch: integerFlag("batch", "COUNT", "images a step (default: 64, or what few images fill)", {
    min: 1,
    max: BOUNDS.batch,
  }),
  retrainBatch: integerFlag("retrain-batch", "COUNT", "images a step when retraining (default: as --batch)", {
    min: 1,
    max: BOUNDS.batch,
  }),
  retrainEpochs: integerFlag("retrain-epochs", "COUNT", "epochs of training what was found (default: 100)", {
    min: 1,
    max: BOUNDS.epochs,
  }),
  learningRate: numberFlag("learning-rate", "RATE", "first rate of SGD (default: 0.025 a batch of 64, in proportion)", {
    min: 0,
  }),
  retrainRate: numberFlag("retrain-rate", "RATE", "first rate of SGD when retraining (default: as --learning-rate's)", {
    min: 0,
  }),
  weightDecay: numberFlag("weight-decay", "RATE", "of the weights (default: 0.0003)", { min: 0 }),
  recompute: switchFlag("compute the inside of cells twice in each step: less memory, more time, the same result"),
  accumulate: integerFlag(
    "accumulate",
    "PARTS",
    "pass the batch of a step in so many equal parts and add up their gradients: the memory of a part, and the same step but for batch norm, which sees a part at a time (default: 1)",
    { min: 1, max: BOUNDS.batch },
  ),
  warmupEpochs: integerFlag(
    "warmup-epochs",
    "COUNT",
    "epochs at the beginning of a search and of a training from scratch in which the rate grows in equal steps to its own (default: 0)",
    { min: 0, max: BOUNDS.epochs },
  ),
  schedule: choiceFlag(
    "schedule",
    SCHEDULES,
    "how the rate of the training goes down: along a cosine, or a line whose last five epochs are gentler, as published for ImageNet (default: cosine)",
  ),
  arithmetic: choiceFlag(
    "arithmetic",
    ARITHMETICS,
    "how products are added: fused, rounded once, faster; or separate, rounded twice, which every machine has (default: fused where the processor does it). The last digits differ, and a run keeps to one",
  ),
  seed: integerFlag("seed", "NUMBER", "seed of every random draw (default: 1)", {}),
  time: durationFlag("time", "budget for the whole run, such as 20m: epochs are planned to fit it"),
  compute: computeFlag(
    "compute",
    "budget for the whole run in multiply-accumulates instead of time, such as 800G or 2T: the same run on every machine, whatever else it does",
  ),
  out: placeFlag("out", "FOLDER", "run folder, new or empty (default: runs/NAME; -2, -3, ... if it is taken)"),
  verdict: switchFlag(
    "also train, on top of --time, what no search has to find, each for as long as search and training took: does searching pay here?",
  ),
  checkpointMinutes: numberFlag(
    "checkpoint-minutes",
    "MINUTES",
    "write a checkpoint this often within an epoch, beside the one after each epoch (default: 10)",
    { min: 0 },
  ),
  checkpointsKept: integerFlag("checkpoints-kept", "COUNT", "how many of the newest checkpoints stay (default: 3)", {
    min: 1,
    max: BOUNDS.checkpoints,
  }),
  maxLoss: numberFlag("max-loss", "LOSS", "stop when the loss of a batch is larger (default: 1000)", { min: 0 }),
  tasks: namesFlag(
    "tasks",
    "NAMES",
    "what images are told apart by, with commas between: columns of a list such as texture,shape, or class and kind of demo; the first is the main one (default: their labels)",
    BOUNDS.tasks,
  ),
  imageSize: integerFlag(
    "image-size",
    "PIXELS",
    "side that images are resized to, 4 to 512 (default: their own up to 64, else 32)",
    { min: 4, max: BOUNDS.resizedSide },
  ),
  fit: choiceFlag(
    "fit",
    FITS,
    "how images of other proportions come to that size: crop cuts off what sticks out, pad keeps all of it and fills up with the mean colour, stretch changes proportions (default: pad if a crop would throw away more than a fifth of an image on average, else crop)",
  ),
  maxBadImages: numberFlag("max-bad-images", "RATE", "share of unreadable images to leave out (default: 0.01)", {
    min: 0,
    max: 1,
  }),
  testFraction: numberFlag(
    "test-fraction",
    "RATE",
    "share kept for testing if the data have no test split (default: 0.2)",
    { min: 0.01, max: 0.9 },
  ),
  crop: integerFlag("crop", "PIXELS", "zeros around an image before a random crop (default: an eighth of the side)", {
    min: 0,
    max: BOUNDS.imageSide,
  }),
  flip: choiceFlag("flip", ["auto", "on", "off"], "random mirror images (default: auto, on for colour, off for grey)"),
  resizedCrop: numberFlag(
    "resized-crop",
    "SHARE",
    "take boxes that keep at least this share of an image's area, with sides of 3:4 to 4:3, scaled to its size, instead of --crop; 0.08 as published for ImageNet (default: 0, none)",
    { min: 0, max: 1 },
  ),
  colourJitter: numberFlag(
    "colour-jitter",
    "SHARE",
    "change brightness, contrast and saturation by up to this share, in random order; 0.4 as published for ImageNet (default: 0, none)",
    { min: 0, max: 1 },
  ),
  hueJitter: numberFlag(
    "hue-jitter",
    "SHARE",
    "turn the hue by up to this share of the colour wheel, among the changes of --colour-jitter; 0.2 as published for ImageNet (default: 0, none)",
    { min: 0, max: 0.5 },
  ),
  cutout: integerFlag("cutout", "PIXELS", "side of the square that is blanked when retraining (default: 0, none)", {
    min: 0,
    max: BOUNDS.imageSide,
  }),
  dropPath: numberFlag("drop-path", "RATE", "largest drop path probability when retraining (default: 0)", {
    min: 0,
    max: 1,
    belowMax: true,
  }),
  auxiliary: numberFlag("auxiliary", "WEIGHT", "weight of the auxiliary head's loss (default: 0, no head)", { min: 0 }),
  classWeights: {
    ...placeFlag("class-weights", "FILE", CLASS_WEIGHTS),
    valueName: "none|balanced|FILE",
  },
  sampling: choiceFlag(
    "sampling",
    SAMPLINGS,
    "balanced: an epoch, as long as before, shows each class equally often, in search and training alike (default: as-is)",
  ),
  labelSmoothing: numberFlag("label-smoothing", "RATE", "share of each target spread over all classes (default: 0)", {
    min: 0,
    max: 1,
    belowMax: true,
  }),
};
