/**
 * @file The one table of flags. A command lists the names that it takes; help, parsing and the reference page come from
 * here, and a flag means the same in every command.
 */
import { BOUNDS } from "../bounds.ts";
import type { DictionaryDistribution, LassoSolverName } from "../sparse/index.ts";
import {
  choiceFlag,
  durationFlag,
  type Flag,
  integerFlag,
  numberFlag,
  placeFlag,
  switchFlag,
  textFlag,
  threadsFlag,
} from "./flag.ts";

/** Values of the flags that were given. */
export interface FlagValues {
  readonly strategy?: "two-stage" | "one-stage";
  readonly maxSearchEpochs?: number;
  readonly freezeRule?: "distance" | "support";
  readonly freezeEpsilon?: number;
  readonly freezePatience?: number;
  readonly maxParameters?: number;
  readonly maxMacs?: number;
  readonly costWeight?: number;
  readonly preset?: "demo" | "cifar10";
  readonly channels?: number;
  readonly cells?: number;
  readonly epochs?: number;
  readonly retrainEpochs?: number;
  readonly retrainChannels?: number;
  readonly retrainCells?: number;
  readonly batch?: number;
  readonly retrainBatch?: number;
  readonly seed?: number;
  readonly threads?: number | "auto";
  /** Seconds. */
  readonly time?: number;
  readonly out?: string;
  readonly checkpointMinutes?: number;
  readonly checkpointsKept?: number;
  readonly new?: boolean;
  readonly maxLoss?: number;
  readonly with?: string;
  readonly data?: string;
  readonly takeOver?: boolean;
  readonly json?: boolean;
  readonly open?: boolean;
  readonly port?: number;
  readonly host?: string;
  readonly token?: string;
  readonly recompute?: boolean;
  readonly imageSize?: number;
  readonly maxBadImages?: number;
  readonly testFraction?: number;
  readonly split?: "test" | "train" | "all";
  readonly learningRate?: number;
  readonly retrainRate?: number;
  readonly architectureRate?: number;
  readonly weightDecay?: number;
  readonly measurements?: number;
  readonly l1Weight?: number;
  readonly dictionary?: DictionaryDistribution;
  readonly solver?: LassoSolverName;
  readonly sparsity?: number;
  readonly crop?: number;
  readonly flip?: "auto" | "on" | "off";
  readonly cutout?: number;
  readonly dropPath?: number;
  readonly auxiliary?: number;
  readonly labelSmoothing?: number;
  readonly to?: "onnx" | "safetensors" | "genotype";
  readonly opset?: number;
  readonly file?: string;
  readonly svg?: string;
  readonly measurement?: string;
  readonly dictionaryFile?: string;
  readonly top?: number;
  readonly device?: "both" | "wasm" | "reference";
}

export type FlagName = keyof FlagValues;

/** Every flag has a row: forgetting one is a type error. */
export const FLAGS: { readonly [K in FlagName]-?: Flag<NonNullable<FlagValues[K]>> } = {
  strategy: choiceFlag(
    "strategy",
    ["two-stage", "one-stage"],
    "search and retrain, or search and go on with the same weights (default: two-stage)",
  ),
  maxSearchEpochs: integerFlag(
    "max-search-epochs",
    "COUNT",
    "one-stage: epochs after which groups that still move are frozen (default: 120)",
    { min: 1, max: BOUNDS.epochs },
  ),
  freezeRule: choiceFlag(
    "freeze-rule",
    ["distance", "support"],
    "one-stage: a group freezes when its code, or its support, stands still (default: distance)",
  ),
  freezeEpsilon: numberFlag("freeze-epsilon", "DISTANCE", "one-stage: how far a code may move (default: 0.001)", {
    min: 0,
  }),
  freezePatience: integerFlag("freeze-patience", "COUNT", "one-stage: epochs in a row (default: 1)", {
    min: 1,
    max: BOUNDS.epochs,
  }),
  maxParameters: integerFlag("max-parameters", "COUNT", "one-stage: most parameters of the network", { min: 1 }),
  maxMacs: integerFlag("max-macs", "COUNT", "one-stage: most multiply-accumulates an image", { min: 1 }),
  costWeight: numberFlag(
    "cost-weight",
    "WEIGHT",
    "one-stage: how much dearer to the sparse code a large candidate is (default: 0)",
    { min: 0 },
  ),
  preset: choiceFlag(
    "preset",
    ["demo", "cifar10"],
    "values for all flags that are not given; demo is taken for the data `demo`, cifar10 is the published recipe",
  ),
  channels: integerFlag("channels", "COUNT", "width of the first cells, a multiple of 4 (default: 16)", {
    min: 1,
    max: BOUNDS.channels,
  }),
  cells: integerFlag("cells", "COUNT", "number of cells (default: 8)", { min: 1, max: BOUNDS.cells }),
  epochs: integerFlag("epochs", "COUNT", "epochs (default: 50 of search, 100 of training)", {
    min: 1,
    max: BOUNDS.epochs,
  }),
  retrainEpochs: integerFlag("retrain-epochs", "COUNT", "epochs of training what was found (default: 100)", {
    min: 1,
    max: BOUNDS.epochs,
  }),
  retrainChannels: integerFlag("retrain-channels", "COUNT", "width of the final network (default: as --channels)", {
    min: 1,
    max: BOUNDS.channels,
  }),
  retrainCells: integerFlag("retrain-cells", "COUNT", "cells of the final network (default: as --cells)", {
    min: 1,
    max: BOUNDS.cells,
  }),
  batch: integerFlag("batch", "COUNT", "images a step (default: 64, or what few images fill)", {
    min: 1,
    max: BOUNDS.batch,
  }),
  retrainBatch: integerFlag("retrain-batch", "COUNT", "images a step when retraining (default: as --batch)", {
    min: 1,
    max: BOUNDS.batch,
  }),
  seed: integerFlag("seed", "NUMBER", "seed of every random draw (default: 1)", {}),
  threads: threadsFlag(),
  time: durationFlag("time", "budget for the whole run, such as 20m: epochs are planned to fit it"),
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
  new: switchFlag("start a new run beside the unfinished one that --out names"),
  with: textFlag(
    "CHANGES",
    "settings to change from here on, such as retrain-epochs=100,time=2h; the run folder keeps a record",
  ),
  data: placeFlag(
    "data",
    "FOLDER",
    "where the data are now, if they were moved or this is another machine; checked file by file",
  ),
  takeOver: switchFlag(
    "also take a run from a process of which cannot be told whether it is over: on another host, in another container",
  ),
  out: placeFlag("out", "FOLDER", "run folder, new or empty (default: runs/NAME; -2, -3, ... if it is taken)"),
  recompute: switchFlag("compute the inside of cells twice in each step: less memory, more time, the same result"),
  json: switchFlag("print one JSON object on standard output, everything else on standard error"),
  imageSize: integerFlag(
    "image-size",
    "PIXELS",
    "side that images are resized to, 4 to 512 (default: their own up to 64, else 32)",
    {
      min: 4,
      max: BOUNDS.resizedSide,
    },
  ),
  maxBadImages: numberFlag("max-bad-images", "RATE", "share of unreadable images to leave out (default: 0.01)", {
    min: 0,
    max: 1,
  }),
  testFraction: numberFlag(
    "test-fraction",
    "RATE",
    "share kept for testing if the data have no test split (default: 0.2)",
    {
      min: 0.01,
      max: 0.9,
    },
  ),
  split: choiceFlag(
    "split",
    ["test", "train", "all"],
    "images to measure on (default: the test images if the network was trained on these data, else the test split if they come with one, else all)",
  ),
  learningRate: numberFlag("learning-rate", "RATE", "first rate of SGD (default: 0.025 a batch of 64, in proportion)", {
    min: 0,
  }),
  retrainRate: numberFlag("retrain-rate", "RATE", "first rate of SGD when retraining (default: as --learning-rate's)", {
    min: 0,
  }),
  architectureRate: numberFlag(
    "architecture-rate",
    "RATE",
    "rate of Adam on the measurements (default: 0.0006; one-stage: 0.0003)",
    {
      min: 0,
    },
  ),
  weightDecay: numberFlag("weight-decay", "RATE", "of the weights (default: 0.0003)", { min: 0 }),
  measurements: integerFlag("measurements", "COUNT", "length of each measurement (default: 7)", {
    min: 1,
    max: BOUNDS.measurements,
  }),
  l1Weight: numberFlag("l1-weight", "WEIGHT", "weight of the l1 norm in the recovery (default: 0.00001)", { min: 0 }),
  dictionary: choiceFlag(
    "dictionary",
    ["uniform", "gaussian", "unit-norm"],
    "how dictionaries are drawn (default: uniform, as published)",
  ),
  solver: choiceFlag(
    "solver",
    ["exact", "fista", "ista", "coordinate-descent"],
    "how the LASSO is solved (default: exact)",
  ),
  sparsity: integerFlag("sparsity", "COUNT", "entries kept (default: 2)", { min: 1, max: BOUNDS.dictionary }),
  crop: integerFlag("crop", "PIXELS", "zeros around an image before a random crop (default: an eighth of the side)", {
    min: 0,
    max: BOUNDS.imageSide,
  }),
  flip: choiceFlag("flip", ["auto", "on", "off"], "random mirror images (default: auto, on for colour, off for grey)"),
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
  labelSmoothing: numberFlag("label-smoothing", "RATE", "share of each target spread over all classes (default: 0)", {
    min: 0,
    max: 1,
    belowMax: true,
  }),
  to: choiceFlag("to", ["onnx", "safetensors", "genotype"], "what to write (default: onnx)"),
  file: placeFlag("file", "FILE", "where to write (default: in the run folder; genotype: standard output)"),
  svg: placeFlag("svg", "FILE", "also write the drawing of both cells"),
  measurement: placeFlag("measurement", "FILE", "JSON list of m numbers, or - for standard input"),
  dictionaryFile: placeFlag("dictionary", "FILE", "JSON list of m rows of n numbers"),
  opset: integerFlag("opset", "VERSION", "onnx: operator set, for programs that know no newer one (default: 13)", {
    min: 11,
    max: 17,
  }),
  open: switchFlag("also serve the page, open it in a browser, and keep it up until Ctrl-C"),
  port: integerFlag("port", "PORT", "where to listen (default: 6174, or any free one; 0: any free one)", {
    min: 0,
    max: 65535,
  }),
  host: textFlag("HOST", "address to bind to (default: 127.0.0.1, this machine alone; any other asks for a token)"),
  token: textFlag(
    "TOKEN",
    "what the address has to carry, 16 characters or more (default: none on this machine, else a random one)",
  ),
  top: integerFlag("top", "COUNT", "classes to print for each image (default: 3)", { min: 1 }),
  device: choiceFlag("device", ["both", "wasm", "reference"], "devices to check (default: both)"),
};

/** The flag as typed: `--retrain-epochs`; `dictionaryFile` is typed `--dictionary` in the one command that has it. */
export function spelling(name: FlagName): string {
  const word = name === "dictionaryFile" ? "dictionary" : name;
  return word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
