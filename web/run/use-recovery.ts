import { useEffect, useRef, useState } from "preact/hooks";
import { asRecovery, type Recovery } from "../data/recovery.ts";
import type { RunSnapshot } from "../data/run-store.ts";
import type { RunSource } from "../data/source.ts";

export interface ShownRecovery {
  readonly recovery: Recovery;
  /** The one before it, null for the first. */
  readonly before: Recovery | null;
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
): ShownRecovery | null {
  const place = epoch === null ? recoveryEpochs.length - 1 : recoveryEpochs.indexOf(epoch);
  const wanted = [recoveryEpochs[place], recoveryEpochs[place - 1]];
  const [fetched, setFetched] = useState<ReadonlyMap<number, Recovery>>(new Map());
  const missing = wanted.filter(
    (number) =>
      number !== undefined && !fetched.has(number) && !recoveries.some((recovery) => recovery.epoch === number),
  ) as readonly number[];
  useEffect(() => {
    let isCurrent = true;
    for (const number of missing) {
      source.recovery(id, number).then(
        (entry) => isCurrent && setFetched((old) => new Map([...old].slice(-50)).set(number, asRecovery(entry))),
        () => {},
      );
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
  const isThere = recovery !== undefined && (before !== undefined || wanted[1] === undefined);
  const last = useRef<(ShownRecovery & { readonly id: string }) | null>(null);
  if (isThere) last.current = { id, recovery, before: before ?? null };
  return last.current?.id === id ? last.current : null;
}
