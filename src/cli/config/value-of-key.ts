/** @file A value of a file of flags becomes what its flag makes of it: as it is, or as it is typed. */
import { inspect } from "node:util";
import { IstaNasError } from "../../error.ts";
import { type Flag, spelling } from "../../options/index.ts";
import { configError } from "./config-error.ts";

/** `place`: the key with its section. Throws `E_CONFIG_FILE` for what the flag does not take. */
export function valueOfKey(file: string, place: string, name: string, value: unknown, flag: Flag<unknown>): unknown {
  if (flag.valueName === null) {
    if (typeof value === "boolean") return value;
    throw configError(file, `${place}: got ${shown(value)}, expected true or false`);
  }
  const wrong = (expected: string) => configError(file, `${place}: got ${shown(value)}, expected ${expected}`);
  const parsed = parseAs(file, place, name, typed(value, flag), flag);
  if (typeof value === "string" || typeof parsed === typeof value) return parsed;
  // A list stands for its entries with commas between them, where a flag makes one of them.
  if (typeof value === "number" ? typeof parsed === "object" : Array.isArray(value) && Array.isArray(parsed))
    return parsed;
  throw wrong(typeof parsed === "string" ? "a text" : `a ${typeof parsed}`);
}

/** How a value would be typed: numbers in the flag's own unit, such as seconds, where they need one. */
function typed(value: unknown, flag: Flag<unknown>): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.join(",");
  if (typeof value !== "number") return shown(value);
  if (flag.format === undefined || isParsed(String(value), flag)) return String(value);
  return flag.format(value);
}

function isParsed(text: string, flag: Flag<unknown>): boolean {
  try {
    flag.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseAs(file: string, place: string, name: string, text: string, flag: Flag<unknown>): unknown {
  try {
    return flag.parse(text);
  } catch (cause) {
    if (!(cause instanceof IstaNasError)) throw cause;
    const message = cause.message.replace(`--${spelling(name)}: `, "");
    throw configError(file, `${place}: ${message}`, { cause });
  }
}

function shown(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 200 });
}
