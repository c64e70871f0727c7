import { useLayoutEffect, useState } from "preact/hooks";
import { type RunSnapshot, RunStore } from "./run-store.ts";
import type { RunSource } from "./source.ts";

export interface RunState {
  /** Null before the first answer. */
  readonly snapshot: RunSnapshot | null;
  readonly error: Error | null;
}

/** A run as it is now; asks again when `id` changes. */
export function useRun(source: RunSource, id: string): RunState {
  const [state, setState] = useState<RunState & { readonly id: string }>({ id, snapshot: null, error: null });
  // Before the first frame is drawn: what is asked for comes meanwhile.
  useLayoutEffect(() => {
    const store = new RunStore(
      source,
      id,
      (snapshot) => setState({ id, snapshot, error: null }),
      (error) => setState({ id, snapshot: null, error }),
    );
    return () => store.close();
  }, [source, id]);
  return state.id === id ? state : { snapshot: null, error: null };
}
