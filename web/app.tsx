import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RunLine, StudyLine } from "../src/server/index.ts";
import type { Connection, RunSource } from "./data/source.ts";
import { fetchLazyViews, lazy } from "./parts/lazy.tsx";
import { hrefOf, type Route, useRoute } from "./router.ts";
import { useTheme } from "./theme.ts";
import { RunView } from "./views/run-view.tsx";
import { RunsView } from "./views/runs-view.tsx";

/** Milliseconds after the first runs are shown. */
const BEFORE_OTHER_VIEWS = 500;

const compare = lazy(async () => (await import("./views/compare-view.tsx")).CompareView);
const study = lazy(async () => (await import("./views/study-view.tsx")).StudyView);

/** The whole page. */
export function App({ source }: { readonly source: RunSource }) {
  const route = useRoute();
  const { theme, toggle } = useTheme();
  const [lines, setLines] = useState<readonly RunLine[] | null>(null);
  const [studies, setStudies] = useState<readonly StudyLine[]>([]);
  const [connection, setConnection] = useState<Connection>(source.kind === "report" ? "embedded" : "live");
  const main = useRef<HTMLElement>(null);
  // Not only once the first frame is drawn.
  useLayoutEffect(
    () => source.followTable({ onRuns: setLines, onStudies: setStudies, onConnection: setConnection }),
    [source],
  );
  useEffect(() => {
    if (lines !== null) setTimeout(fetchLazyViews, BEFORE_OTHER_VIEWS);
  }, [lines === null]);
  const only = source.kind === "report" ? lines?.[0] : undefined;
  const shown =
    only !== undefined && route.view !== "run" ? ({ view: "run", id: only.id, tab: "cells" } as const) : route;
  // Of a server of one study alone that is what one comes to see.
  const all = studies.find(({ isAll }) => isAll);
  useEffect(() => {
    if (all !== undefined && location.hash === "") location.replace(hrefOf({ view: "study", id: all.id }));
  }, [all?.id]);
  const heading = headingOf(shown);
  useEffect(() => {
    document.title = `${heading} · ista-nas`;
  }, [heading]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        To the content
      </button>
      <header class="top">
        <a class="brand" href={only === undefined ? hrefOf({ view: "runs" }) : "#/"}>
          ista-nas
        </a>
        <span class="muted tagline">architectures by sparse coding</span>
        <span class="spacer" />
        <ConnectionState state={connection} />
        <button
          type="button"
          class="quiet"
          onClick={toggle}
          aria-label={`Switch to ${theme === "dark" ? "light" : "dark"} colours`}
        >
          {theme === "dark" ? "☀ light" : "☾ dark"}
        </button>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {shown.view === "runs" && <RunsView lines={lines} studies={studies} />}
        {shown.view === "study" && (
          <study.View source={source} id={shown.id} line={studies.find(({ id }) => id === shown.id) ?? null} />
        )}
        {shown.view === "run" && <RunView source={source} id={shown.id} tab={shown.tab} theme={theme} />}
        {shown.view === "compare" && <compare.View source={source} ids={shown.ids} theme={theme} />}
      </main>
    </>
  );
}

function headingOf(shown: Route): string {
  if (shown.view === "run" || shown.view === "study") return shown.id;
  return shown.view === "compare" ? "Compare" : "Runs";
}

function ConnectionState({ state }: { readonly state: Connection }) {
  return (
    <span class={`connection ${state}`} role="status">
      {state === "live" && "● following"}
      {state === "lost" && "▲ the server does not answer; trying again"}
      {state === "embedded" && "■ report"}
    </span>
  );
}
