/** @file Options that a comparison gives to one strategy alone. */
import { usageError } from "./command.ts";

export type StrategySettings = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** From `STRATEGY.OPTION=VALUE`. Throws a usage error for anything else. */
export function strategySettings(given: readonly string[]): StrategySettings {
  const settings = new Map<string, Record<string, unknown>>();
  for (const text of given) {
    const [, strategy, option, value] = /^([\w-]+)\.(\w+)=(.*)$/.exec(text) ?? [];
    if (strategy === undefined) throw usageError(`--set: got ${text}, expected STRATEGY.OPTION=VALUE`);
    settings.set(strategy, { ...settings.get(strategy), [option!]: optionValue(value!) });
  }
  return settings;
}

/** From `OPTION=VALUE`. Throws a usage error for anything else. */
export function optionsOf(given: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    given.map((text) => {
      const [, option, value] = /^(\w+)=(.*)$/.exec(text) ?? [];
      if (option === undefined) throw usageError(`--option: got ${text}, expected OPTION=VALUE`);
      return [option, optionValue(value!)];
    }),
  );
}

function optionValue(text: string): unknown {
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}
