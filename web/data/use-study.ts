import { useEffect, useRef, useState } from "preact/hooks";
import type { StudyDetail } from "../../src/server/index.ts";
import type { RunSource } from "./source.ts";

export interface StudyState {
  /** Null before the first answer. */
  readonly detail: StudyDetail | null;
  readonly error: Error | null;
}

/** A study as it is now; asks again when `id` or `version` changes. `version`: of its line, null while the table is without it. */
export function useStudy(source: RunSource, id: string, version: string | null): StudyState {
  const [state, setState] = useState<StudyState & { readonly id: string }>({ id, detail: null, error: null });
  const shown = useRef<{ readonly id: string; readonly version: string | null }>({ id, version: null });
  const asked = useRef(0);
  const answered = useRef(0);
  useEffect(() => {
    if (version !== null && shown.current.id === id && shown.current.version === version) return;
    const number = ++asked.current;
    // An answer that comes late is shown unless a later one was there before; one about another study never is.
    const take = (detail: StudyDetail | null, error: Error | null) => {
      if (number <= answered.current) return;
      answered.current = number;
      shown.current = { id, version: detail?.line.version ?? null };
      setState({ id, detail, error });
    };
    source.study(id).then(
      (detail) => take(detail, null),
      (error: Error) => take(null, error),
    );
  }, [source, id, version]);
  return state.id === id ? state : { detail: null, error: null };
}
