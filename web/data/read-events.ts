/**
 * @file What the page takes from a journal and a table, checked: both may be of another version, torn, or changed by hand. What is not as it
 * should be is left out and told of, and the rest is shown.
 */

import type { RunSpace } from "../../src/server/index.ts";
import type { JournalEntry, ResultsRow } from "../../src/store/index.ts";
import { plain } from "../format.ts";
import { fromRecovery } from "./old-selection.ts";
import type { Selection } from "./selection.ts";

/** A selection that cannot be shown. */
export interface DamagedSelection {
  readonly epoch: number | null;
  readonly reason: string;
}

export interface ReadSelections {
  readonly selections: readonly Selection[];
  readonly damaged: readonly DamagedSelection[];
}

type Json = Readonly<Record<string, unknown>>;

/** Kinds of events that tell what is kept in runs of format 2 and before. */
const OLD_KINDS: readonly unknown[] = ["recovery", "one-stage-recovery"];
const MOST_NAMES = 64;
const LONGEST_NAME = 100;
const LONGEST_VECTOR = 1024;
const SHOWN = 40;

/** Whether it can be listed as an event. */
export function isEvent(entry: unknown): entry is JournalEntry {
  return isObject(entry) && typeof entry["time"] === "string" && typeof entry["kind"] === "string";
}

/** Whether an event tells what is kept. */
export function isSelection({ kind }: JournalEntry): boolean {
  return kind === "selection" || OLD_KINDS.includes(kind);
}

/** Whether it is the row of an epoch, with nothing but numbers. */
export function isRow(row: unknown): row is ResultsRow {
  if (!isObject(row)) return false;
  const { phase, ...figures } = row;
  return (
    (phase === "search" || phase === "retrain") && isCount(figures["epoch"]) && Object.values(figures).every(isNumber)
  );
}

/** Those that are whole and fit the run's space. Without one there are none, and nothing can be said of them. */
export function readSelections(entries: readonly unknown[], space: RunSpace | null): ReadSelections {
  const selections: Selection[] = [];
  const damaged: DamagedSelection[] = [];
  for (const entry of space === null ? [] : entries) {
    try {
      selections.push(readSelection(entry, space!));
    } catch (error) {
      damaged.push({ epoch: epochOf(entry), reason: (error as Error).message });
    }
  }
  return { selections, damaged };
}

/** Throws an error that says what is wrong. */
export function readSelection(entry: unknown, space: RunSpace): Selection {
  const written = need(entry, "event", isObject, "an object");
  const counts = space.groups.map(({ candidates }) => candidates.length);
  const event = OLD_KINDS.includes(written["kind"]) ? fromRecovery(written, counts) : written;
  need(event["epoch"], "epoch", isCount, "a number of an epoch");
  need(event["time"], "time", isText, "text");
  const groups = need(event["groups"], "groups", isList, "a list");
  need(groups.length, "groups", (length) => length === counts.length, `${counts.length} as in the space`);
  for (const [index, group] of groups.entries()) checkGroup(group, `groups[${index}]`, space.groups[index]!);
  need(event["isAccepted"], "isAccepted", isBoolean, "true or false");
  checkFigures(event["figures"], "figures");
  if (event["fit"] !== undefined) checkFit(event["fit"]);
  const exploration = event["exploration"] ?? null;
  if (exploration !== null) checkExploration(exploration, counts);
  return { ...event, exploration } as unknown as Selection;
}

function checkGroup(value: unknown, at: string, { name, candidates }: RunSpace["groups"][number]): void {
  const group = need(value, at, isObject, "an object");
  need(group["group"], `${at}.group`, (given) => given === name, name);
  const count = candidates.length;
  const isKept = (index: unknown) => isCount(index) && index < count;
  const support = need(
    group["support"],
    `${at}.support`,
    (list): list is readonly unknown[] =>
      isList(list) && list.length <= count && list.every(isKept) && new Set(list).size === list.length,
    `candidates below ${count}`,
  );
  if (group["values"] !== null) need(group["values"], `${at}.values`, isFigures(count), `${count} numbers`);
  if (group["weights"] !== null) {
    need(group["weights"], `${at}.weights`, isFigures(support.length), `${support.length} numbers`);
  }
  need(group["changed"], `${at}.changed`, isBoolean, "true or false");
  need(group["isFrozen"], `${at}.isFrozen`, isBoolean, "true or false");
  checkFigures(group["figures"], `${at}.figures`);
  for (const [vector, list] of namedIn(group["vectors"], `${at}.vectors`)) {
    const isVector = isList(list) && list.length <= LONGEST_VECTOR && list.every(isFigure);
    need(list, `${at}.vectors.${vector}`, () => isVector, "a list of numbers");
  }
}

function checkFigures(value: unknown, at: string): void {
  for (const [name, figure] of namedIn(value, at)) need(figure, `${at}.${name}`, isFigure, "a number");
}

function namedIn(value: unknown, at: string): readonly (readonly [string, unknown])[] {
  const entries = Object.entries(need(value, at, isObject, "an object"));
  const isShort = entries.length <= MOST_NAMES && entries.every(([name]) => name.length <= LONGEST_NAME);
  need(entries.length, at, () => isShort, `at most ${MOST_NAMES} short names`);
  return entries;
}

function checkFit(value: unknown): void {
  const fit = need(value, "fit", isObject, "an object");
  const arePoints = (list: unknown): list is readonly unknown[] =>
    isList(list) && list.length <= LONGEST_VECTOR && list.every(isNumber);
  const { length } = need(fit["recovered"], "fit.recovered", arePoints, "a list of numbers");
  need(fit["measured"], "fit.measured", (list) => arePoints(list) && list.length === length, `${length} numbers`);
}

function checkExploration(value: unknown, counts: readonly number[]): void {
  const exploration = need(value, "exploration", isObject, "an object");
  for (const name of ["distinctGenotypes", "share", "neverActive", "candidates"]) {
    need(exploration[name], `exploration.${name}`, isNumber, "a number");
  }
  need(exploration["switches"], "exploration.switches", isFigures(counts.length), `${counts.length} numbers`);
  const steps = exploration["steps"];
  const areSteps =
    isList(steps) && steps.length === counts.length && steps.every((list, index) => isFigures(counts[index]!)(list));
  need(steps, "exploration.steps", () => areSteps, "a list of steps for each group");
}

function need<T>(value: unknown, name: string, is: (value: unknown) => value is T, expected: string): T;
function need(value: unknown, name: string, is: (value: unknown) => boolean, expected: string): void;
function need(value: unknown, name: string, is: (value: unknown) => boolean, expected: string): unknown {
  if (is(value)) return value;
  const text = value === undefined ? "nothing" : plain(value);
  throw new Error(`${name}: got ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}, expected ${expected}`);
}

function epochOf(entry: unknown): number | null {
  const epoch = isObject(entry) ? entry["epoch"] : null;
  return isCount(epoch) ? epoch : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isCount(value: unknown): value is number {
  return isNumber(value) && Number.isSafeInteger(value) && value >= 0;
}

/** JSON has null for a number that is not finite. */
function isFigure(value: unknown): boolean {
  return value === null || isNumber(value);
}

function isFigures(length: number): (value: unknown) => boolean {
  return (value) => isList(value) && value.length === length && value.every(isFigure);
}
