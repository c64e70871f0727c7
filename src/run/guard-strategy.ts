/** @file A strategy of one's own at work: what it selects and what it would write down are looked at before they are used. */
import { isDeepStrictEqual } from "node:util";
import type { ChoiceGroup, Supports } from "../choice/index.ts";
import type { Search, SearchEvent, SearchRun, Strategy } from "../search/index.ts";
import type { TrainingPlace } from "../train/index.ts";
import {
  assertMembers,
  blame,
  blamed,
  blameLater,
  type Members,
  moduleError,
  type OwnModule,
  withMethods,
} from "./own-module.ts";

/** What the main export must have. */
export const STRATEGY_MEMBERS: Members = {
  ...{ kind: "string", summary: "string", title: "string", images: "string", afterwards: "string", flags: "object" },
  ...{ optionsSchema: "object", stateSchema: "object", changes: "object", presets: "object", options: "function" },
  ...{ batchOf: "function", ratesOf: "function", firstSupports: "function", start: "function" },
};

/** `strategy`, whose mistakes are errors that name its module. Throws `E_MODULE` for members that do not go together. */
export function guardStrategy(strategy: Strategy, module: OwnModule): Strategy {
  assertConsistent(strategy, module);
  return withMethods(strategy, {
    options: (given, training) => blame(module, "options", () => strategy.options(given, training)),
    ...(strategy.trainsAlone === undefined
      ? {}
      : { trainsAlone: (options) => blame(module, "trainsAlone", () => strategy.trainsAlone!(options)) }),
    batchOf: (options) => blame(module, "batchOf", () => strategy.batchOf(options)),
    ...(strategy.stepsOf === undefined
      ? {}
      : { stepsOf: (options) => blame(module, "stepsOf", () => strategy.stepsOf!(options)) }),
    ratesOf: (options) => {
      const rates = blame(module, "ratesOf", () => strategy.ratesOf(options));
      const unknown = rates.find(({ option }) => !Object.hasOwn(strategy.changes, option));
      if (unknown === undefined) return rates;
      throw moduleError(module, `ratesOf: got ${unknown.option}, expected one of changes`);
    },
    firstSupports: (context, options) =>
      blame(module, "firstSupports", () => {
        const supports = strategy.firstSupports(context, options);
        assertSupports(module, "firstSupports", context.space.groups, supports);
        return supports;
      }),
    ...(strategy.trial === undefined
      ? {}
      : { trial: (inputs, options) => blameLater(module, "trial", () => strategy.trial!(inputs, options)) }),
    start: (context, options, from) => {
      const search = blame(module, "start", () => strategy.start(context, options, from));
      assertMembers(module, "start(): ", search, { run: "function", state: "function" });
      return guardSearch(search, strategy, context.space.groups, module);
    },
  });
}

function guardSearch(
  search: Search,
  { stateSchema }: Strategy,
  groups: readonly ChoiceGroup[],
  module: OwnModule,
): Search {
  return {
    async *run(): SearchRun {
      try {
        const events = search.run();
        let next = await events.next();
        for (; !next.done; next = await events.next()) {
          assertEvent(module, groups, next.value);
          yield next.value;
        }
        assertSupports(module, "run: what was found", groups, next.value.supports);
        return next.value;
      } catch (error) {
        throw blamed(module, "run", error);
      }
    },
    state(): TrainingPlace {
      const state = blame(module, "state", () => search.state());
      const { data, error } = stateSchema.safeParse(state);
      if (error !== undefined) {
        const { path, message } = error.issues[0]!;
        throw moduleError(module, `state: stateSchema refuses it: ${path.join(".") || "the whole"}: ${message}`);
      }
      if (isDeepStrictEqual(data, state)) return state;
      throw moduleError(module, "state: stateSchema reads less or something else of it, expected all of it");
    },
  };
}

function assertConsistent(strategy: Strategy, module: OwnModule): void {
  const { images, needs, settles, afterwards, changes, epochsOption, trial } = strategy;
  const oneOf = (name: string, got: string, words: readonly string[]) => {
    if (!words.includes(got)) throw moduleError(module, `${name}: got ${got}, expected one of ${words.join(", ")}`);
  };
  oneOf("images", images, ["halves", "held-out", "all", "none"]);
  oneOf("afterwards", afterwards, ["retrain", "continue", "none"]);
  if (needs !== undefined) oneOf("needs", needs, ["widths", "nesting"]);
  for (const [name, change] of Object.entries(changes)) {
    assertMembers(module, `changes: ${name}: `, change, { get: "function", set: "function" });
  }
  if (epochsOption !== null && !Object.hasOwn(changes, epochsOption)) {
    throw moduleError(module, `epochsOption: got ${epochsOption}, expected null or one of changes`);
  }
  if (settles !== undefined && epochsOption === null) {
    throw moduleError(
      module,
      "settles: got it without epochsOption, expected it with the option that bounds the epochs",
    );
  }
  if (images !== "none" && typeof trial !== "function") {
    throw moduleError(module, `trial: got ${typeof trial}, expected a function of a strategy that takes images`);
  }
}

function assertEvent(module: OwnModule, groups: readonly ChoiceGroup[], event: SearchEvent): void {
  if (event.kind !== "selection") return;
  const names = event.groups.map(({ group }) => group);
  if (
    !isDeepStrictEqual(
      names,
      groups.map(({ name }) => name),
    )
  ) {
    throw moduleError(
      module,
      `run: selection of groups ${names.join(", ")}, expected those of the space, in its order`,
    );
  }
  assertSupports(
    module,
    "run: selection",
    groups,
    event.groups.map(({ support }) => support),
  );
}

/** Throws `E_MODULE` unless each group keeps 1 to `sparsity` of its candidates, indices ascending. */
function assertSupports(module: OwnModule, member: string, groups: readonly ChoiceGroup[], supports: Supports): void {
  for (const [group, { name, candidates, sparsity }] of groups.entries()) {
    const support = supports[group] ?? [];
    const isLegal = support.every((index, entry) => {
      const above = entry === 0 ? 0 : support[entry - 1]! + 1;
      return Number.isInteger(index) && index >= above && index < candidates.length;
    });
    if (isLegal && support.length >= 1 && support.length <= sparsity) continue;
    const expected = `1 to ${sparsity} ascending indices below ${candidates.length}`;
    throw moduleError(module, `${member}: ${name}: got [${support.join(", ")}], expected ${expected}`);
  }
}
