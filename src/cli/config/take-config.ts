/** @file The flags of one call, those of a file among them, and what is said about the file. What was typed stands above it. */
import type { Flag } from "../../options/index.ts";
import type { Command, CommandInputs } from "../command.ts";
import { FLAGS, type FlagValues } from "../flags.ts";
import { type ConfigValues, keyOf } from "./config-values.ts";

/** Of these one is given at most: what was typed takes the place of the other. */
const BUDGETS = ["time", "compute"] as const;

export interface TakenConfig {
  readonly flags: FlagValues;
  /** One line; null if the file says nothing. */
  readonly note: string | null;
}

/** `fromFile`: names of the flags in `inputs` that nobody typed. Throws what the command would throw for those that were typed. */
export async function takeConfig(
  command: Command,
  inputs: CommandInputs,
  config: ConfigValues,
  fromFile: ReadonlySet<string>,
): Promise<TakenConfig> {
  const isTyped = (name: string) => inputs.flags[name] !== undefined && !fromFile.has(name);
  const replaced = BUDGETS.some(isTyped) ? BUDGETS.filter((name) => fromFile.has(name)) : [];
  const own = { ...inputs, flags: without(inputs.flags, replaced) };
  const left = new Set([...fromFile].filter((name) => !(replaced as readonly string[]).includes(name)));
  const leavesOut = await command.loadLeavesOut?.();
  const out = (await leavesOut?.(own, left)) ?? [];
  const taken = [...left].filter((name) => !out.includes(name));
  const parts = [
    ...(taken.length === 0 ? [] : [taken.map((name) => described(name, inputs.flags[name])).join(", ")]),
    ...(out.length + config.others.length === 0
      ? []
      : [`not for this: ${[...out.map(keyOf), ...config.others].join(", ")}`]),
  ];
  const note = parts.length === 0 ? null : `${config.file}: ${parts.join("; ")}`;
  return { flags: without(own.flags, out), note };
}

function without(flags: FlagValues, names: readonly string[]): FlagValues {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !names.includes(name)));
}

/** As it would be typed. */
function described(name: string, value: unknown): string {
  if (value === true) return keyOf(name);
  const { format = String } = (FLAGS[name] ?? {}) as Partial<Flag<unknown>>;
  return `${keyOf(name)} ${format(value)}`;
}
