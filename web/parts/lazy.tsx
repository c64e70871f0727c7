/** @file Views whose code is fetched apart from the page's, so that the first one does not wait for all. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { RETRY_AFTER } from "../data/retry.ts";

export interface LazyView<P> {
  /** Says that it is being fetched until it is there; asks again while the server is gone. */
  readonly View: ComponentType<P>;
  /** Fetches it before it is shown. Rejects if the server does not answer. */
  fetch(): Promise<void>;
}

const fetchers: LazyView<object>["fetch"][] = [];

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): LazyView<P> {
  let Loaded: ComponentType<P> | null = null;
  const fetch = async () => {
    Loaded ??= await load();
  };
  function View(props: P) {
    const [, setLoaded] = useState(Loaded !== null);
    useEffect(() => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const retry = () => {
        timer = setTimeout(attempt, RETRY_AFTER);
      };
      const attempt = () => fetch().then(() => setLoaded(true), retry);
      attempt();
      return () => clearTimeout(timer);
    }, []);
    return Loaded === null ? <p class="muted">Fetching this view…</p> : <Loaded {...props} />;
  }
  fetchers.push(fetch);
  return { View, fetch };
}

/** Fetches all views, so that they can be shown without the server too. */
export async function fetchLazyViews(): Promise<void> {
  await Promise.allSettled(fetchers.map((fetch) => fetch()));
}
