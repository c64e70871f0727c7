/** @file Views whose code is fetched apart from the page's, so that the first one does not wait for all. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { untilAnswered } from "../data/retry.ts";

export interface LazyView<P> {
  /** Says that it is being fetched until it is there. */
  readonly View: ComponentType<P>;
  /** Fetches it before it is shown; a server that is gone is asked until it is back. */
  fetch(): Promise<void>;
}

const fetchers: LazyView<object>["fetch"][] = [];

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): LazyView<P> {
  let Loaded: ComponentType<P> | null = null;
  const fetch = async () => {
    Loaded ??= await untilAnswered(load);
  };
  function View(props: P) {
    const [, setLoaded] = useState(Loaded !== null);
    useEffect(() => {
      fetch().then(() => setLoaded(true));
    }, []);
    return Loaded === null ? <p class="muted">Fetching this view…</p> : <Loaded {...props} />;
  }
  fetchers.push(fetch);
  return { View, fetch };
}

/** Fetches all views, so that they can be shown without the server too. */
export function fetchLazyViews(): void {
  for (const fetch of fetchers) fetch();
}
