import { useEffect, useRef, useState } from "preact/hooks";
import { readRecovery } from "../data/read-events.ts";
import type { Recovery } from "../data/recovery.ts";
import type { RunSnapshot } from "../data/run-store.ts";
import type { RunSource } from "../data/source.ts";

interface ShownRecovery {
  readonly recovery: Recovery;
  /** The one before it, null for the first, and where that cannot be read. */
  readonly before: Recovery | null;
  /** Why it cannot be read. */
  readonly beforeError: string | null;
}

export interface RecoveryState {
  readonly shown: ShownRecovery | null;
  /** Why the one that is asked for cannot be shown. */
  readonly error: string | null;
}

/**
 * The recovery after `epoch` and the one before; those that were thinned out are asked for. Until both are there, those that were shown last;
 * null if none were.
 */
export function useRecovery(
  source: RunSource,
  id: string,
  { recoveries, recoveryEpochs }: RunSnapshot,
  epoch: number | null,
): RecoveryState {
  const place = epoch === null ? recoveryEpochs.length - 1 : recoveryEpochs.indexOf(epoch);
  const wanted = [recoveryEpochs[place], recoveryEpochs[place - 1]];
  const [fetched, setFetched] = useState<ReadonlyMap<number, Recovery | string>>(new Map());
  const missing = wanted.filter(
    (number) =>
      number !== undefined && !fetched.has(number) && !recoveries.some((recovery) => recovery.epoch === number),
  ) as readonly number[];
  useEffect(() => {
    let isCurrent = true;
    for (const number of missing) {
      const keep = (value: Recovery | string) =>
        isCurrent && setFetched((old) => new Map([...old].slice(-50)).set(number, value));
      source
        .recovery(id, number)
        .then(readRecovery)
        .then(keep, (error: Error) => keep(error.message));
    }
    return () => {
      isCurrent = false;
    };
  }, [source, id, missing.join()]);
  const [recovery, before] = wanted.map((number) =>
    number === undefined
      ? undefined
      : (recoveries.findLast((candidate) => candidate.epoch === number) ?? fetched.get(number)),
  );
  const last = useRef<(ShownRecovery & { readonly id: string }) | null>(null);
  if (typeof recovery === "string") return { shown: null, error: `epoch ${wanted[0]}: ${recovery}` };
  const isThere = recovery !== undefined && (before !== undefined || wanted[1] === undefined);
  if (isThere) {
    const [readable, beforeError] = typeof before === "string" ? [null, before] : [before ?? null, null];
    last.current = { id, recovery, before: readable, beforeError };
  }
  return { shown: last.current?.id === id ? last.current : null, error: null };
}
