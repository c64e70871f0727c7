/** @file Whether a search can be ended once what it keeps stands still: only where that is what it learned so far, and nothing else comes after it. */
import { IstaNasError } from "../error.ts";
import type { Strategy } from "../search/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import type { RunOptions } from "./run-options.ts";

/** Throws `E_USAGE_PART` for a strategy whose selections say nothing before its end, or whose weights would never be trained to theirs. */
export function assertCanSettle({ kind, settles, afterwards }: Strategy, settledEpochs: number | undefined): void {
  if ((settledEpochs ?? 0) === 0 || settles === true) return;
  const others = STRATEGIES.filter((strategy) => strategy.settles === true).map((strategy) => strategy.kind);
  const lack = afterwards === "none" ? "after which nothing is trained" : "which learns no number for each candidate";
  throw refused(
    `got it with strategy ${kind}, ${lack}, expected it with strategy ${others.join(", ")}`,
    `add --strategy ${others[0]}, or leave it out`,
  );
}

/** Throws `E_USAGE_PART` for a search that trains architectures alone in the end: it would not come to that. */
export function refuseSettling({ settledEpochs = 0 }: RunOptions, { kind }: Strategy): void {
  if (settledEpochs === 0) return;
  throw refused(
    `got it with a ${kind} search that trains architectures alone in the end, expected one that does not`,
    "leave either out: a search that has settled does not come to its end",
  );
}

function refused(what: string, hint: string): IstaNasError {
  return new IstaNasError(`--settled-epochs: ${what}`, { code: "E_USAGE_PART", kind: "usage", hint });
}
