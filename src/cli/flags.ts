/**
 * @file The one table of flags. A command lists the names that it takes; help, parsing and the reference page come from
 * here, and a flag means the same in every command. Spaces and strategies bring their own.
 */
import { IstaNasError } from "../error.ts";
import {
  choiceFlag,
  type Flag,
  type FlagTable,
  integerFlag,
  placeFlag,
  spelling,
  switchFlag,
  textFlag,
  threadsFlag,
} from "../options/index.ts";
import { RUN_FLAGS, type RunOptions, retrainName } from "../run/index.ts";
import type { Strategy } from "../search/index.ts";
import { SPACES, type SpaceKind } from "../spaces/index.ts";
import { STRATEGIES } from "../strategies/index.ts";

/** Flags of commands, beside the options of runs. */
interface CommandGiven {
  readonly threads?: number | "auto";
  readonly new?: boolean;
  readonly with?: string;
  readonly data?: string;
  readonly takeOver?: boolean;
  readonly json?: boolean;
  readonly split?: "test" | "train" | "all";
  readonly to?: "onnx" | "safetensors" | "genotype";
  readonly opset?: number;
  readonly file?: string;
  readonly svg?: string;
  readonly measurement?: string;
  readonly dictionaryFile?: string;
  readonly open?: boolean;
  readonly port?: number;
  readonly host?: string;
  readonly token?: string;
  readonly top?: number;
  readonly device?: "both" | "wasm" | "reference";
}

/** Values of the flags that were given. */
export type FlagValues = CommandGiven & RunOptions;

const COMMAND_FLAGS: FlagTable<CommandGiven> = {
  threads: threadsFlag(),
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
  json: switchFlag("print one JSON object on standard output, everything else on standard error"),
  split: choiceFlag(
    "split",
    ["test", "train", "all"],
    "images to measure on (default: the test images if the network was trained on these data, else the test split if they come with one, else all)",
  ),
  to: choiceFlag("to", ["onnx", "safetensors", "genotype"], "what to write (default: onnx)"),
  file: placeFlag("file", "FILE", "where to write (default: in the run folder; genotype: standard output)"),
  svg: placeFlag("svg", "FILE", "also write the drawing"),
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

type Flags = Readonly<Record<string, Flag<unknown>>>;

/** What spaces and strategies add to a search. */
export interface PartFlags {
  /** Of the size of networks, and the same for the trained one. */
  readonly macro: Flags;
  readonly retrainMacro: Flags;
  readonly space: Flags;
  readonly strategy: Flags;
}

/** Throws `E_MODULE` for a part of one's own that gives a flag another meaning. */
export function partFlags(spaces: readonly SpaceKind[], strategies: readonly Strategy[]): PartFlags {
  const macro = union(spaces.map(({ macroFlags }) => macroFlags));
  const retrainMacro = Object.entries(macro).map(([name, flag]) => [retrainName(name), retrainFlag(name, flag)]);
  return {
    macro,
    retrainMacro: Object.fromEntries(retrainMacro),
    space: union(spaces.map(({ flags }) => flags)),
    strategy: union(strategies.map(({ flags }) => flags)),
  };
}

/** Of what comes with the package. */
export const PART_FLAGS: PartFlags = partFlags(SPACES, STRATEGIES);

/** Every flag of the package by name. */
export const FLAGS: Flags = flagsOf(PART_FLAGS);

/** All flags where spaces and strategies bring these. Throws `E_MODULE` for a flag that is one of the command line's own. */
export function flagsOf({ macro, retrainMacro, space, strategy }: PartFlags): Flags {
  return union([{ ...RUN_FLAGS, ...COMMAND_FLAGS }, macro, retrainMacro, space, strategy]);
}

function retrainFlag(name: string, { valueName, description, parse }: Flag<unknown>): Flag<unknown> {
  return {
    valueName,
    description: `of the final network (default: as --${spelling(name)}): ${description}`,
    parse: (text) => parse(text, spelling(retrainName(name))),
  };
}

/** Tables that may share flags, but no name for two of them. */
function union(tables: readonly Flags[]): Flags {
  const all: Record<string, Flag<unknown>> = {};
  for (const [name, flag] of tables.flatMap((table) => Object.entries(table))) {
    if (Object.hasOwn(all, name) && all[name] !== flag) {
      throw new IstaNasError(`--${spelling(name)}: got it with two meanings, expected one`, {
        code: "E_MODULE",
        kind: "usage",
        hint: "take another name for the option of your space or strategy",
      });
    }
    all[name] = flag;
  }
  return all;
}
