/** @file A host of runs whose events a test reads. */
import type { RunEvent, RunHost } from "../src/run/index.ts";

export interface CapturedHost {
  readonly host: RunHost;
  readonly events: readonly RunEvent[];
  /** The sentences that were said so far, a line each. */
  notes(): string;
}

export function captureHost(threads: number | "auto" = 1): CapturedHost {
  const events: RunEvent[] = [];
  return {
    host: { threads, onEvent: (event) => events.push(event) },
    events,
    notes: () => events.map((event) => (event.kind === "note" ? `${event.text}\n` : "")).join(""),
  };
}
