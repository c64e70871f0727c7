/**
 * @file The one table of flags. A command lists the names that it takes; help, parsing and the reference page come from
 * here, and a flag means the same in every command. Spaces and strategies bring their own.
 */
import { BOUNDS } from "../bounds.ts";
import { LOGGER_KINDS } from "../loggers/index.ts";
import {
  choiceFlag,
  type FlagTable,
  integerFlag,
  placeFlag,
  sizeFlag,
  switchFlag,
  textFlag,
  threadsFlag,
  wordsFlag,
} from "../options/index.ts";
import {
  BENCHMARK_FLAGS,
  type BenchmarkGiven,
  EVALUATE_FLAGS,
  type EvaluateGiven,
  EXPORT_FLAGS,
  type ExportGiven,
  type Flags,
  MEASURE_FLAGS,
  type MeasureGiven,
  NEW_RUN_FLAGS,
  type NewRunGiven,
  type PartFlags,
  partFlags,
  QUANTIZE_FLAGS,
  type QuantizeGiven,
  RESUME_FLAGS,
  type ResumeGiven,
  RUN_FLAGS,
  type RunOptions,
  unionOfFlags,
  VERDICT_FLAGS,
  type VerdictGiven,
} from "../run/index.ts";
import { SPACES } from "../spaces/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import { SEEDS_FLAG } from "./study/seeds-flag.ts";
import { SLURM_FLAGS, type SlurmGiven } from "./study/slurm-flags.ts";

/** Flags of commands, beside the options of runs. */
interface CommandGiven
  extends BenchmarkGiven,
    SlurmGiven,
    NewRunGiven,
    ResumeGiven,
    MeasureGiven,
    EvaluateGiven,
    ExportGiven,
    QuantizeGiven,
    VerdictGiven {
  readonly threads?: number | "auto";
  /** Bytes. */
  readonly imageMemory?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly allClasses?: boolean;
  readonly to?: "onnx" | "transformers.js" | "safetensors" | "module" | "genotype";
  readonly quantize?: boolean;
  readonly logTo?: string;
  readonly svg?: string;
  readonly measurement?: string;
  readonly dictionaryFile?: string;
  readonly tableFile?: string;
  readonly open?: boolean;
  readonly port?: number;
  readonly host?: string;
  readonly token?: string;
  readonly top?: number;
  readonly device?: "both" | "wasm" | "reference";
  readonly architectures?: number;
  readonly aloneEpochs?: number;
  readonly scoreImages?: number;
  readonly seeds?: readonly number[];
  readonly jobs?: number;
  readonly retries?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Values of the flags that were given. */
export type FlagValues = CommandGiven & RunOptions;

export const COMMAND_FLAGS: FlagTable<CommandGiven> = {
  threads: threadsFlag(),
  imageMemory: sizeFlag(
    "image-memory",
    "memory that decoded images may take, such as 512M: more of them are kept on the disk, beside the run folders, and read while the steps run; results do not depend on it (default: half of the memory there is)",
  ),
  ...{ ...SLURM_FLAGS, ...NEW_RUN_FLAGS, ...RESUME_FLAGS, ...MEASURE_FLAGS },
  ...{ ...BENCHMARK_FLAGS, ...EVALUATE_FLAGS, ...EXPORT_FLAGS, ...QUANTIZE_FLAGS, ...VERDICT_FLAGS },
  json: switchFlag("print one JSON object on standard output, everything else on standard error"),
  quiet: switchFlag("print nothing but errors, what --json promises, and text that is asked for"),
  allClasses: switchFlag("print all classes (default: of more than 20 the ten with the lowest recall)"),
  to: choiceFlag(
    "to",
    ["onnx", "transformers.js", "safetensors", "module", "genotype"],
    "what to write; transformers.js: a folder that this library loads; module: JavaScript for pages and programs that needs no package (default: onnx)",
  ),
  logTo: wordsFlag("to", "LOGS", LOGGER_KINDS, "whom to tell (default: those that the run was begun with)"),
  quantize: switchFlag(
    "onnx: in 8-bit integers, whose ranges come from the images that the run was trained on, and whose cost is measured on its test images",
  ),
  svg: placeFlag("svg", "FILE", "also write the drawing"),
  measurement: placeFlag("measurement", "FILE", "JSON list of m numbers, or - for standard input"),
  dictionaryFile: placeFlag("dictionary", "FILE", "JSON list of m rows of n numbers"),
  tableFile: placeFlag(
    "file",
    "FILE",
    "another table of the same form, gzipped or not, or - for standard input (default: the published one)",
  ),
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
  architectures: integerFlag(
    "architectures",
    "COUNT",
    "rank: how many are drawn and scored (default: 30, or 200 where published results are the truth)",
    { min: 2, max: BOUNDS.images },
  ),
  aloneEpochs: integerFlag(
    "alone-epochs",
    "COUNT",
    "rank: epochs of training each architecture alone (default: 10, or none where the space has published results)",
    { min: 1, max: BOUNDS.epochs },
  ),
  seeds: SEEDS_FLAG,
  jobs: integerFlag("jobs", "COUNT", "runs of a study at once, each with its share of the threads (default: 1)", {
    min: 1,
    max: 1024,
  }),
  retries: integerFlag(
    "retries",
    "COUNT",
    "how often a run of a study is gone on with whose process died (default: 2)",
    { min: 0, max: 1000 },
  ),
  dryRun: switchFlag("say what the runs of a study would be and take, and start none"),
  yes: switchFlag("start a study of more than 200 runs"),
  scoreImages: integerFlag("score-images", "COUNT", "rank: images that score an architecture at most (default: 5000)", {
    min: 1,
    max: BOUNDS.images,
  }),
};

/** Of what comes with the package. */
export const PART_FLAGS: PartFlags = partFlags(SPACES, STRATEGIES);

/** Every flag of the package by name. */
export const FLAGS: Flags = flagsOf(PART_FLAGS);

/** All flags where spaces and strategies bring these. Throws `E_MODULE` for a flag that is one of the command line's own. */
export function flagsOf(parts: PartFlags): Flags {
  return unionOfFlags([{ ...RUN_FLAGS, ...COMMAND_FLAGS }, ...Object.values(parts)]);
}
