/** @file One run: what it is, how far it came, and its views. The epoch that is looked at is common to architecture and values. */
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { RunSnapshot } from "../data/run-store.ts";
import type { RunSource } from "../data/source.ts";
import { useRun } from "../data/use-run.ts";
import { count, duration, percent } from "../format.ts";
import { Boundary } from "../parts/boundary.tsx";
import { Damage } from "../parts/damage.tsx";
import { type Figure, Figures } from "../parts/figures.tsx";
import { type LazyView, lazy } from "../parts/lazy.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { VerdictSection } from "../parts/verdict.tsx";
import { hrefOf, RUN_TABS, type RunTab } from "../router.ts";
import type { Theme } from "../theme.ts";

export interface RunViewProps {
  readonly source: RunSource;
  readonly id: string;
  readonly tab: RunTab;
  readonly theme: Theme;
}

/** What every view of a run is given. */
export interface PanelProps extends Pick<RunViewProps, "source" | "id" | "theme"> {
  readonly snapshot: RunSnapshot;
  /** Epoch to show, null: the last one there is. */
  readonly epoch: number | null;
  readonly onEpoch: (epoch: number | null) => void;
}

interface Panel {
  readonly title: string;
  readonly view: LazyView<PanelProps>;
  /** Whether it shows what is read last, the series of all epochs. */
  readonly needsSeries: boolean;
}

const PANELS: Readonly<Record<RunTab, Panel>> = {
  cells: {
    title: "Architecture",
    view: lazy(async () => (await import("../run/architecture-panel.tsx")).ArchitecturePanel),
    needsSeries: false,
  },
  codes: {
    title: "Values",
    view: lazy(async () => (await import("../run/values-panel.tsx")).ValuesPanel),
    needsSeries: true,
  },
  exploration: {
    title: "Exploration",
    view: lazy(async () => (await import("../run/exploration-panel.tsx")).ExplorationPanel),
    needsSeries: true,
  },
  curves: {
    title: "Curves",
    view: lazy(async () => (await import("../run/curves-panel.tsx")).CurvesPanel),
    needsSeries: true,
  },
  try: {
    title: "Try it",
    view: lazy(async () => (await import("../run/try-panel.tsx")).TryPanel),
    needsSeries: false,
  },
  details: {
    title: "Details",
    view: lazy(async () => (await import("../run/details-panel.tsx")).DetailsPanel),
    needsSeries: true,
  },
};

export function RunView({ source, id, tab, theme }: RunViewProps) {
  const { snapshot, error } = useRun(source, id);
  const [epoch, setEpoch] = useState<number | null>(null);
  useEffect(() => setEpoch(null), [id]);
  // Beside what is asked of the run; if the server is gone, the view asks again.
  useLayoutEffect(() => void PANELS[tab].view.fetch(), [tab]);
  if (error !== null) {
    return (
      <div class="empty" role="alert">
        <h1>{id}</h1>
        <p>This run cannot be shown: {error.message}</p>
        <a href={hrefOf({ view: "runs" })}>All runs</a>
      </div>
    );
  }
  if (snapshot === null) return <p class="muted">Reading {id}…</p>;
  const { line } = snapshot.detail;
  const { view, needsSeries } = PANELS[tab];
  const panel: PanelProps = { source, id, theme, snapshot, epoch, onEpoch: setEpoch };
  return (
    <>
      {source.kind === "server" && (
        <p class="crumbs">
          <a href={hrefOf({ view: "runs" })}>Runs</a> /{" "}
          {line.study !== null && (
            <>
              <a href={hrefOf({ view: "study", id: line.study })}>{line.study}</a> /{" "}
            </>
          )}
          {line.name}
        </p>
      )}
      <div class="row">
        <h1>{line.name}</h1>
        <StateBadge condition={line.condition} />
        <span class="muted">{line.progress ?? ""}</span>
      </div>
      {line.reason !== null && (
        <p class="warning" role="alert">
          {line.reason}
        </p>
      )}
      {caveatsOf(snapshot.detail.summary).map((caveat) => (
        <p class="warning" key={caveat}>
          {caveat}
        </p>
      ))}
      <Figures
        figures={[
          {
            label: accuracyLabel(snapshot.detail.summary?.["taskName"]),
            value: `${percent(line.accuracy)}${intervalOf(snapshot.detail.summary)}`,
          },
          ...macroF1Of(snapshot.detail.summary),
          ...otherTasksOf(snapshot.detail.summary),
          { label: "parameters", value: count(line.parameters) },
          { label: "multiply-accumulates", value: count(line.macs) },
          { label: "time", value: duration(line.seconds) },
          { label: "data", value: line.data ?? "–" },
          { label: "space", value: snapshot.detail.space?.kind ?? "–" },
          { label: "strategy", value: line.strategy ?? "–" },
          ...settledAtOf(snapshot.detail.summary),
          { label: "seed", value: String(line.seed ?? "–") },
        ]}
      />
      <VerdictSection summary={snapshot.detail.summary} />
      <nav class="tabs" aria-label="Views of the run">
        {RUN_TABS.map((name) => (
          <a
            key={name}
            href={hrefOf({ view: "run", id, tab: name })}
            {...(name === tab ? { "aria-current": "page" as const } : {})}
          >
            {PANELS[name].title}
          </a>
        ))}
      </nav>
      {tab !== "try" && <Damage snapshot={snapshot} />}
      {needsSeries && !snapshot.isWhole ? (
        <p class="muted">Reading the series…</p>
      ) : (
        <Boundary key={tab} subject={snapshot}>
          <view.View {...panel} />
        </Boundary>
      )}
    </>
  );
}

/** What the test accuracy says nothing or little about; nothing for runs of versions that did not tell. */
function caveatsOf(summary: Readonly<Record<string, unknown>> | null): readonly string[] {
  const caveats = summary?.["caveats"];
  return Array.isArray(caveats) ? caveats.filter((caveat) => typeof caveat === "string") : [];
}

/** ` of 8 (95 % interval 67.56 % to 100.00 %)`: what belongs to the accuracy; nothing for runs of versions that did not tell. */
function intervalOf(summary: Readonly<Record<string, unknown>> | null): string {
  const images = summary?.["testImages"];
  const interval = summary?.["testInterval"];
  if (typeof images !== "number" || !Array.isArray(interval)) return "";
  const [low, high] = interval.map((share) => percent(Number(share)));
  return ` of ${images} (95 % interval ${low} to ${high})`;
}

/** `task`: what the classes are called among several tasks. */
function accuracyLabel(task: unknown): string {
  return typeof task === "string" ? `test accuracy, ${task}` : "test accuracy";
}

/** The accuracy in each other task of the network; nothing where there is one. */
function otherTasksOf(summary: Readonly<Record<string, unknown>> | null): readonly Figure[] {
  const tasks = summary?.["otherTasks"];
  if (!Array.isArray(tasks)) return [];
  return tasks.flatMap((task: Readonly<Record<string, unknown>> | null) => {
    const [name, accuracy] = [task?.["name"], task?.["testAccuracy"]];
    if (typeof name !== "string" || typeof accuracy !== "number") return [];
    const interval = intervalOf({ ...task, testImages: summary?.["testImages"] });
    return [{ label: accuracyLabel(name), value: `${percent(accuracy)}${interval}` }];
  });
}

/** Nothing for runs of versions that did not tell. */
function macroF1Of(summary: Readonly<Record<string, unknown>> | null): readonly Figure[] {
  const share = summary?.["macroF1"];
  return typeof share === "number" ? [{ label: "macro F1", value: percent(share) }] : [];
}

/** Nothing for a search that came to its end by itself. */
function settledAtOf(summary: Readonly<Record<string, unknown>> | null): readonly Figure[] {
  const epoch = summary?.["settledAt"];
  return typeof epoch === "number" ? [{ label: "search settled", value: `after epoch ${epoch}` }] : [];
}
