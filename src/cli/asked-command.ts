/** @file The command that is asked for, or whose help is: its flags, and those of them that a file gives. */
import type { Flag } from "../options/index.ts";
import { COMMANDS } from "./commands/index.ts";
import type { ConfigValues } from "./config/config-values.ts";
import type { NamedParts } from "./flags-of-command.ts";
import type { GlobalOptions } from "./global-options.ts";

export interface AskedCommand {
  readonly name: string;
  readonly flags: ReadonlyMap<string, Flag<unknown>>;
  /** Null where there is no file, or only help is asked for. */
  readonly config: ConfigValues | null;
}

/**
 * Null where no command is named; what spaces and strategies bring is loaded for no other. Throws what loading a module of one's own throws, and
 * `E_CONFIG_FILE`.
 */
export async function askedCommand({ words, config: named }: GlobalOptions): Promise<AskedCommand | null> {
  const names = words.filter((word) => !word.startsWith("-"));
  const isHelp = names[0] === "help" || words.includes("--help") || words.includes("-h");
  const asked = names[0] === "help" ? names[1] : names[0];
  const command = COMMANDS.find(({ name }) => name === asked);
  if (command === undefined) return null;
  const { flagsOfCommand, knownFlags, typedParts } = await import("./flags-of-command.ts");
  const typed = typedParts(words);
  const file = isHelp ? null : await (await import("./config/config-file.ts")).readConfigFile(named);
  if (file === null)
    return { name: command.name, flags: flagsOfCommand(command, await knownFlags(typed)), config: null };
  const { configValues, hasUnknownKeys, sectionOf } = await import("./config/config-values.ts");
  const own = command.takesParts === true ? partsIn({ ...file.content, ...sectionOf(file, command.name) }) : {};
  let known = await knownFlags(oneOfEach(typed, own));
  if (hasUnknownKeys(file, known)) {
    const ofAny = partsIn(Object.assign({}, ...COMMANDS.map(({ name }) => sectionOf(file, name)), file.content));
    known = await knownFlags(oneOfEach(typed, own, ofAny));
  }
  return { name: command.name, flags: flagsOfCommand(command, known), config: configValues(file, command, known) };
}

/** The first that is named. */
function oneOfEach(...named: readonly NamedParts[]): NamedParts {
  return {
    space: named.find(({ space }) => space !== undefined)?.space,
    strategy: named.find(({ strategy }) => strategy !== undefined)?.strategy,
  };
}

/** Values of another type are refused where all are read. */
function partsIn({ space, strategy }: Readonly<Record<string, unknown>>): NamedParts {
  return {
    space: typeof space === "string" ? space : undefined,
    strategy: typeof strategy === "string" ? strategy : undefined,
  };
}
