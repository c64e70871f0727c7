/**
 * @file What a file of flags says to one command. Its keys are the names of flags, `retrainEpochs` for `--retrain-epochs`; under the name of a
 * command stands what is for that command alone.
 */
import { nearestName } from "../../files/index.ts";
import { type Flag, spelling } from "../../options/index.ts";
import type { Command } from "../command.ts";
import { COMMANDS } from "../commands/index.ts";
import { flagsOfCommand, type KnownFlags } from "../flags-of-command.ts";
import { configError } from "./config-error.ts";
import type { ConfigFile } from "./config-file.ts";
import { valueOfKey } from "./value-of-key.ts";

export interface ConfigValues {
  /** As messages say it. */
  readonly file: string;
  /** By the name of the flag: what the command takes. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Keys that are flags of other commands alone. */
  readonly others: readonly string[];
}

const SCHEMA = "$schema";

/** How the flag of that name is called in a file: as it is typed, in camelCase. */
export function keyOf(name: string): string {
  return spelling(name).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** What stands under the name of a command. A switch may be called as a command is: `verdict`. */
export function sectionOf({ content }: ConfigFile, command: string): Readonly<Record<string, unknown>> {
  const section = content[command];
  return isSection(section) ? section : {};
}

/** Throws `E_CONFIG_FILE` for a key that is no flag, or none of the command that its section is of, and for a value that its flag refuses. */
export function configValues(file: ConfigFile, command: Command, known: KnownFlags): ConfigValues {
  const own = keysOf(command, known);
  const all = new Map(COMMANDS.flatMap((one) => [...keysOf(one, known)]));
  const values = new Map<string, unknown>();
  const others: string[] = [];
  for (const [key, value] of Object.entries(file.content)) {
    if (key === SCHEMA) continue;
    const sectioned = COMMANDS.find(({ name }) => name === key);
    if (sectioned !== undefined && isSection(value)) continue;
    const flag = own.get(key) ?? all.get(key);
    if (flag === undefined) throw unknownKey(file.name, key, [...all.keys(), ...COMMANDS.map(({ name }) => name)]);
    const taken = valueOfKey(file.name, key, flag.name, value, flag.flag);
    if (own.has(key)) values.set(flag.name, taken);
    else others.push(key);
  }
  for (const one of COMMANDS) {
    const keys = one === command ? own : keysOf(one, known);
    for (const [key, value] of Object.entries(sectionOf(file, one.name))) {
      const flag = keys.get(key);
      const place = `${one.name}.${key}`;
      if (flag === undefined) throw unknownKey(file.name, place, [...keys.keys()], `a flag of ${one.name}`);
      const taken = valueOfKey(file.name, place, flag.name, value, flag.flag);
      if (one === command) values.set(flag.name, taken);
    }
  }
  return { file: file.name, values: new Map([...values].filter(([, value]) => value !== false)), others };
}

/** Whether the file has keys that no flag of `known` has: a module of one's own may bring them. */
export function hasUnknownKeys(file: ConfigFile, known: KnownFlags): boolean {
  const all = new Set(COMMANDS.flatMap((one) => [...keysOf(one, known).keys(), one.name, SCHEMA]));
  const sections = COMMANDS.map(({ name }) => sectionOf(file, name));
  return [file.content, ...sections].some((keys) => Object.keys(keys).some((key) => !all.has(key)));
}

interface NamedFlag {
  readonly name: string;
  readonly flag: Flag<unknown>;
}

function keysOf(command: Command, known: KnownFlags): ReadonlyMap<string, NamedFlag> {
  return new Map([...flagsOfCommand(command, known)].map(([name, flag]) => [keyOf(name), { name, flag }]));
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknownKey(file: string, place: string, keys: readonly string[], expected = "the name of a flag") {
  const near = nearestName(place.slice(place.indexOf(".") + 1), keys);
  const hint =
    near === undefined
      ? "--retrain-epochs is retrainEpochs; ista-nas COMMAND --help lists the flags"
      : `is ${near} meant?`;
  return configError(file, `got the key ${JSON.stringify(place)}, expected ${expected}`, { hint });
}
