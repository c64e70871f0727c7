/** @file One option of a run, as it is given by a flag: how it is written, what it means, and how its text becomes a value. */
import { IstaNasError } from "../error.ts";

/** A JSON Schema, draft 2020-12. */
export type FlagSchema = Readonly<Record<string, unknown>>;

export interface Flag<T> {
  /** What stands for the value in the help, or null for a switch. */
  readonly valueName: string | null;
  readonly description: string;
  /** Throws `E_FLAG_VALUE`; `as`: how the flag is typed, without the dashes in front, if not as it was made. */
  parse(text: string, as?: string): T;
  /** The text of a value, where `String` writes another one. */
  format?(value: T): string;
  /** What a file of flags may say, for editors. Default: any text. */
  readonly schema?: FlagSchema;
}

const TEXT: FlagSchema = { type: "string" };

function usageError(name: string, got: string, expected: string): IstaNasError {
  return new IstaNasError(`--${name}: got ${got}, expected ${expected}`, { code: "E_FLAG_VALUE", kind: "usage" });
}

interface Range {
  readonly min?: number;
  readonly max?: number;
  /** Whether `max` itself is out of range. */
  readonly belowMax?: boolean;
}

function expectation(noun: string, { min, max, belowMax }: Range): string {
  if (min !== undefined && max !== undefined) return `${noun} from ${min} to ${belowMax ? "below " : ""}${max}`;
  return min === undefined ? noun : `${noun} of at least ${min}`;
}

function rangeSchema(type: "integer" | "number", { min, max, belowMax }: Range): FlagSchema {
  return {
    type,
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { [belowMax ? "exclusiveMaximum" : "maximum"]: max }),
  };
}

function inRange(value: number, { min = -Infinity, max = Infinity, belowMax }: Range): boolean {
  return value >= min && (belowMax ? value < max : value <= max);
}

/** A whole number. */
export function integerFlag(name: string, valueName: string, description: string, range: Range): Flag<number> {
  return {
    valueName,
    description,
    schema: rangeSchema("integer", range),
    parse(text, as = name) {
      const value = Number(text);
      if (text.trim() === "" || !Number.isSafeInteger(value) || !inRange(value, range)) {
        throw usageError(as, text, expectation("an integer", range));
      }
      return value;
    },
  };
}

/** A finite number. */
export function numberFlag(name: string, valueName: string, description: string, range: Range): Flag<number> {
  return {
    valueName,
    description,
    schema: rangeSchema("number", range),
    parse(text, as = name) {
      const value = Number(text);
      if (text.trim() === "" || !Number.isFinite(value) || !inRange(value, range)) {
        throw usageError(as, text, expectation("a number", range));
      }
      return value;
    },
  };
}

/** One of a few words. */
export function choiceFlag<const T extends string>(name: string, choices: readonly T[], description: string): Flag<T> {
  return {
    valueName: choices.join("|"),
    description,
    schema: { enum: choices },
    parse(text, as = name) {
      const choice = choices.find((known) => known === text);
      if (choice === undefined) throw usageError(as, text, `one of ${choices.join(", ")}`);
      return choice;
    },
  };
}

/** Numbers above 0 with commas between them, such as 40,25,20,15: what each of several parts is given, in proportion. Their text is the value. */
export function sharesFlag(name: string, description: string, most: number): Flag<string> {
  return {
    valueName: "SHARES",
    description,
    parse(text, as = name) {
      const shares = sharesOf(text);
      if (shares.length > most || !shares.every((share) => Number.isFinite(share) && share > 0)) {
        throw usageError(as, text, `at most ${most} numbers above 0 with commas between them`);
      }
      return text;
    },
  };
}

/** The numbers in the value of a `sharesFlag`. */
export function sharesOf(text: string): readonly number[] {
  return text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
}

/** Some of a few words, each once, with commas between them, such as synflow,snip. Their text is the value. */
export function wordsFlag(
  name: string,
  valueName: string,
  words: readonly string[],
  description: string,
): Flag<string> {
  return {
    valueName,
    description,
    parse(text, as = name) {
      const given = wordsOf(text);
      if (new Set(given).size < given.length || !given.every((word) => words.includes(word))) {
        throw usageError(as, text, `one or more of ${words.join(", ")}, each once, with commas between them`);
      }
      return text;
    },
  };
}

/** A name of letters, digits, `_` and `-` that begins with one of the first two. */
export const PLAIN_NAME: RegExp = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,63}$/u;

/** Names of letters, digits, `_` and `-`, each once, with commas between them, such as texture,shape. Their text is the value. */
export function namesFlag(name: string, valueName: string, description: string, most: number): Flag<string> {
  return {
    valueName,
    description,
    parse(text, as = name) {
      const given = wordsOf(text);
      const plain = given.map((word) => word.toLowerCase().replace(/[_-]/g, ""));
      const areNames = given.every((word) => PLAIN_NAME.test(word));
      if (!areNames || given.length > most || new Set(plain).size < given.length) {
        throw usageError(
          as,
          text,
          `at most ${most} names of letters, digits, _ and -, each once, with commas between them`,
        );
      }
      return text;
    },
  };
}

/** The words in the value of a `wordsFlag` or a `namesFlag`. */
export function wordsOf(text: string): readonly string[] {
  return text.split(",").map((word) => word.trim());
}

/** Any text. */
export function textFlag(valueName: string, description: string): Flag<string> {
  return { valueName, description, parse: (text) => text };
}

/** A file or a folder. */
export function placeFlag(name: string, valueName: "FILE" | "FOLDER", description: string): Flag<string> {
  return {
    valueName,
    description,
    parse(text, as = name) {
      if (text.trim() === "") throw usageError(as, JSON.stringify(text), `the name of a ${valueName.toLowerCase()}`);
      return text;
    },
  };
}

/** A flag without a value. */
export function switchFlag(description: string): Flag<boolean> {
  return { valueName: null, description, schema: { type: "boolean" }, parse: () => true };
}

function anyOf(...schemas: readonly FlagSchema[]): FlagSchema {
  return { anyOf: schemas };
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** The number above 0 in `text`, which ends in one of `units`; 0 if there is none. */
function quantityOf(text: string, units: Readonly<Record<string, number>>): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([A-Za-z])$/.exec(text) ?? [];
  return unit !== undefined && Object.hasOwn(units, unit) ? Number(digits) * units[unit]! : 0;
}

interface Quantity {
  readonly valueName: string;
  readonly units: Readonly<Record<string, number>>;
  /** What a number without a unit counts, for the schema. */
  readonly counts: string;
  readonly expected: string;
  format(quantity: number): string;
}

/** A number above 0 with a unit. */
function quantityFlag(name: string, description: string, quantity: Quantity): Flag<number> {
  const { valueName, units, counts, expected, format } = quantity;
  const schema = anyOf({ type: "number", exclusiveMinimum: 0, description: counts }, TEXT);
  return {
    ...{ valueName, description, schema, format },
    parse(text, as = name) {
      const given = quantityOf(text, units);
      if (!(given > 0)) throw usageError(as, text, expected);
      return given;
    },
  };
}

/** A length of time such as 90s, 20m or 1.5h, in seconds. */
export function durationFlag(name: string, description: string): Flag<number> {
  return quantityFlag(name, description, {
    ...{ valueName: "TIME", units: UNITS, counts: "seconds", expected: "a time such as 90s, 20m or 2h" },
    format: (seconds) => `${seconds}s`,
  });
}

const BYTES = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** An amount of memory such as 512M or 4G, in bytes. */
export function sizeFlag(name: string, description: string): Flag<number> {
  return quantityFlag(name, description, {
    ...{ valueName: "SIZE", units: BYTES, counts: "bytes", expected: "a size such as 4G or 1500M" },
    format: (bytes) => `${Math.ceil(bytes / BYTES.K)}K`,
  });
}

const MILLIONS: Readonly<Record<string, number>> = { M: 1, G: 1e3, T: 1e6, P: 1e9 };

/** Beyond it whole millions cannot be told from each other. */
const LARGEST_COMPUTE = 1e21;

/** A number of multiply-accumulates such as 800G or 2T: whole millions, at most 1e21. */
export function computeFlag(name: string, description: string): Flag<number> {
  return {
    valueName: "COUNT",
    description,
    schema: anyOf({ type: "number", exclusiveMinimum: 0 }, TEXT),
    parse(text, as = name) {
      const macs = 1e6 * Math.round(quantityOf(text, MILLIONS));
      if (!(macs > 0 && macs <= LARGEST_COMPUTE)) {
        throw usageError(as, text, "a number of multiply-accumulates such as 500M, 800G or 2T");
      }
      return macs;
    },
    format: (macs) => `${Math.round(macs / 1e6)}M`,
  };
}

/** What a plan is to choose. */
export const AUTO = "auto";

/** A flag that also takes `auto`; `meaning`: what that is. */
export function orAuto<T>(flag: Flag<T>, meaning: string): Flag<T | typeof AUTO> {
  const { valueName, description, parse, format = String, schema = TEXT } = flag;
  return {
    valueName: `${AUTO}|${valueName}`,
    description: `${description}; ${AUTO}: ${meaning}`,
    schema: anyOf({ const: AUTO }, schema),
    parse: (text, as) => (text === AUTO ? AUTO : parse(text, as)),
    format: (value) => (value === AUTO ? AUTO : format(value)),
  };
}

/** A number of threads, or `auto`. */
export function threadsFlag(): Flag<number | "auto"> {
  const count = integerFlag("threads", "COUNT", "", { min: 1, max: 32 });
  return {
    valueName: "auto|COUNT",
    description: "threads that compute; results do not depend on it (default: auto, one a core, at most 32)",
    schema: anyOf({ const: AUTO }, count.schema ?? TEXT),
    parse: (text, as) => (text === "auto" ? "auto" : count.parse(text, as)),
  };
}

/** The options that a command, a space or a strategy takes, by name: `freezeEpsilon` is typed `--freeze-epsilon`. */
export type FlagTable<Given> = { readonly [Name in keyof Given]-?: Flag<NonNullable<Given[Name]>> };
