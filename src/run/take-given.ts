/** @file What a program asks for is checked as what is typed: by the same flags, in the same words. */
import { inspect } from "node:util";
import { IstaNasError } from "../error.ts";
import { nearestName } from "../files/index.ts";
import { type Flag, spelling } from "../options/index.ts";

export interface TakeOptions {
  /** What was called, as messages begin. */
  readonly where: string;
  /** Names that stand for the arguments of the command: texts that are not empty. Default: none. */
  readonly needed?: readonly string[];
  /** All other names; null for a value that is checked elsewhere. */
  readonly flags: Readonly<Record<string, Flag<unknown> | null>>;
  /** Where a name belongs that is none of these, if it is known there. */
  readonly placeOf?: (name: string) => string | null;
}

/**
 * What was given, by name: what is undefined counts as left out.
 * @throws E_USAGE_OPTION for a name that is not known, and for a needed one that is missing; E_FLAG_VALUE for a value that no flag would give
 */
export function takeGiven(given: unknown, options: TakeOptions): Readonly<Record<string, unknown>> {
  const { where, needed = [], flags } = options;
  if (typeof given !== "object" || given === null) throw usageError(where, `got ${shown(given)}, expected an object`);
  const taken: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || needed.includes(name)) continue;
    if (!Object.hasOwn(flags, name)) throw unknownName(name, options);
    const flag = flags[name]!;
    if (flag !== null) assertValue(spelling(name), value, flag);
    taken[name] = value;
  }
  for (const name of needed) {
    const value: unknown = (given as Readonly<Record<string, unknown>>)[name];
    if (typeof value === "string" && value.trim() !== "") taken[name] = value;
    else throw usageError(where, `${name}: got ${shown(value)}, expected a text that is not empty`);
  }
  return taken;
}

function assertValue(as: string, value: unknown, flag: Flag<unknown>): void {
  const isSwitch = flag.valueName === null;
  if (isSwitch && typeof value === "boolean") return;
  const parsed = isSwitch ? true : flag.parse(textOf(value, flag), as);
  if (parsed === value) return;
  throw new IstaNasError(`--${as}: got ${shown(value)}, expected a ${typeof parsed}`, {
    code: "E_FLAG_VALUE",
    kind: "usage",
  });
}

function textOf(value: unknown, { format = String }: Flag<unknown>): string {
  if (typeof value === "number") return format(value);
  return typeof value === "string" ? value : shown(value);
}

function unknownName(name: string, { where, needed = [], flags, placeOf }: TakeOptions): IstaNasError {
  const names = [...needed, ...Object.keys(flags)];
  const place = placeOf?.(name) ?? null;
  const near = nearestName(name, names);
  const hint = place ?? (near === undefined ? `there are ${names.join(", ")}` : `is ${near} meant?`);
  return usageError(where, `got ${shown(name)}, expected a name that it knows`, hint);
}

/** In one line, without anything that a terminal would follow. */
function shown(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 200 });
}

function usageError(where: string, what: string, hint?: string): IstaNasError {
  return new IstaNasError(`${where}: ${what}`, {
    code: "E_USAGE_OPTION",
    kind: "usage",
    ...(hint === undefined ? {} : { hint }),
  });
}
