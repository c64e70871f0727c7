/**
 * @file What the page takes from a journal and a table, checked: both may be of another version, torn, or changed by hand. What is not as it
 * should be is left out and told of, and the rest is shown.
 */

import { PRIMITIVES } from "../../src/spaces/darts/index.ts";
import type { JournalEntry, ResultsRow } from "../../src/store/index.ts";
import { plain } from "../format.ts";
import type { Recovery } from "./recovery.ts";

/** A recovery that cannot be shown. */
export interface DamagedRecovery {
  readonly epoch: number | null;
  readonly reason: string;
}

export interface ReadRecoveries {
  readonly recoveries: readonly Recovery[];
  readonly damaged: readonly DamagedRecovery[];
}

type Json = Readonly<Record<string, unknown>>;

const MOST_GROUPS = 32;
const MOST_KEPT = 2 * PRIMITIVES.length;
const LONGEST_MEASUREMENT = 1000;
const SHOWN = 40;

/** Whether it can be listed as an event. */
export function isEvent(entry: unknown): entry is JournalEntry {
  return isObject(entry) && typeof entry["time"] === "string" && typeof entry["kind"] === "string";
}

/** Whether it is the row of an epoch, with nothing but numbers. */
export function isRow(row: unknown): row is ResultsRow {
  if (!isObject(row)) return false;
  const { phase, ...figures } = row;
  return (
    (phase === "search" || phase === "retrain") && isCount(figures["epoch"]) && Object.values(figures).every(isNumber)
  );
}

/** Those that are whole. All of a run have as many groups: `groupCount`, or without it what most of them have. */
export function readRecoveries(entries: readonly unknown[], groupCount: number | null): ReadRecoveries {
  const recoveries: Recovery[] = [];
  const damaged: DamagedRecovery[] = [];
  for (const entry of entries) {
    try {
      recoveries.push(readRecovery(entry));
    } catch (error) {
      damaged.push({ epoch: epochOf(entry), reason: (error as Error).message });
    }
  }
  const expected = groupCount ?? commonest(recoveries.map(({ groups }) => groups.length));
  const fitting = recoveries.filter(({ groups }) => groups.length === expected);
  for (const { epoch, groups } of recoveries) {
    if (groups.length !== expected) {
      damaged.push({ epoch, reason: `groups: got ${groups.length}, expected ${expected} as in the others` });
    }
  }
  return { recoveries: fitting, damaged };
}

/** Throws an error that says what is wrong. */
export function readRecovery(entry: unknown): Recovery {
  const event = need(entry, "event", isObject, "an object");
  need(event["epoch"], "epoch", isCount, "a number of an epoch");
  need(event["time"], "time", (value) => typeof value === "string", "text");
  const groups = need(event["groups"], "groups", isList, "a list");
  const isWhole = groups.length > 0 && groups.length % 2 === 0 && groups.length <= MOST_GROUPS;
  need(groups.length, "groups", () => isWhole, `an even number up to ${MOST_GROUPS}`);
  const nodes = groups.length / 2;
  for (const [index, group] of groups.entries()) {
    checkGroup(group, `groups[${index}]`, PRIMITIVES.length * (2 + (index % nodes)));
  }
  const exploration = event["exploration"] ?? null;
  if (exploration !== null) checkExploration(exploration, groups.length);
  if (event["frozen"] !== undefined) need(event["frozen"], "frozen", isList, "a list");
  return { ...event, exploration } as unknown as Recovery;
}

function checkGroup(value: unknown, at: string, candidates: number): void {
  const group = need(value, at, isObject, "an object");
  need(group["group"], `${at}.group`, (name) => typeof name === "string", "text");
  const isKept = (index: unknown) => isCount(index) && index < candidates;
  const support = need(
    group["support"],
    `${at}.support`,
    (list): list is readonly unknown[] =>
      isList(list) &&
      list.length > 0 &&
      list.length <= MOST_KEPT &&
      list.every(isKept) &&
      new Set(list).size === list.length,
    `candidates below ${candidates}`,
  );
  for (const name of ["code", "edgeWeights"]) {
    need(group[name], `${at}.${name}`, isFigures(support.length), `${support.length} numbers`);
  }
  if (group["fullCode"] !== undefined) {
    need(group["fullCode"], `${at}.fullCode`, isFigures(candidates), `${candidates} numbers`);
  }
  const measurement = group["measurement"] ?? [];
  const isMeasurement = isList(measurement) && measurement.length <= LONGEST_MEASUREMENT && measurement.every(isFigure);
  need(measurement, `${at}.measurement`, () => isMeasurement, "a list of numbers");
  need(group["relativeResidual"] ?? null, `${at}.relativeResidual`, isFigure, "a number");
}

function checkExploration(value: unknown, groups: number): void {
  const exploration = need(value, "exploration", isObject, "an object");
  for (const name of ["distinctGenotypes", "share", "neverActive", "candidates"]) {
    need(exploration[name], `exploration.${name}`, isNumber, "a number");
  }
  need(exploration["switches"], "exploration.switches", isFigures(groups), `${groups} numbers`);
  const nodes = groups / 2;
  const isSteps = (list: unknown, index: number) => isFigures(PRIMITIVES.length * (2 + (index % nodes)))(list);
  const steps = exploration["steps"];
  const areSteps = isList(steps) && steps.length === groups && steps.every(isSteps);
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

function commonest(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of numbers) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 0;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
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
