/** @file One run: what it is, how far it came, and its views. The epoch that is looked at is common to cells and codes. */
import { useEffect, useState } from "preact/hooks";
import { prepareLayouts } from "../cells/layouts.ts";
import type { RunSnapshot } from "../data/run-store.ts";
import type { RunSource } from "../data/source.ts";
import { useRun } from "../data/use-run.ts";
import { count, duration, percent } from "../format.ts";
import { Figures } from "../parts/figures.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { hrefOf, RUN_TABS, type RunTab } from "../router.ts";
import { CellsPanel } from "../run/cells-panel.tsx";
import { CodesPanel } from "../run/codes-panel.tsx";
import { CurvesPanel } from "../run/curves-panel.tsx";
import { DetailsPanel } from "../run/details-panel.tsx";
import { ExplorationPanel } from "../run/exploration-panel.tsx";
import { TryPanel } from "../run/try-panel.tsx";
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

const TITLES: Readonly<Record<RunTab, string>> = {
  cells: "Cells",
  codes: "Sparse codes",
  exploration: "Exploration",
  curves: "Curves",
  try: "Try it",
  details: "Details",
};

export function RunView({ source, id, tab, theme }: RunViewProps) {
  const { snapshot, error } = useRun(source, id);
  const [epoch, setEpoch] = useState<number | null>(null);
  useEffect(() => setEpoch(null), [id]);
  useEffect(prepareLayouts, []);
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
  const panel: PanelProps = { source, id, theme, snapshot, epoch, onEpoch: setEpoch };
  return (
    <>
      {source.kind === "server" && (
        <p class="crumbs">
          <a href={hrefOf({ view: "runs" })}>Runs</a> / {id}
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
      <Figures
        figures={[
          { label: "test accuracy", value: percent(line.accuracy) },
          { label: "parameters", value: count(line.parameters) },
          { label: "multiply-accumulates", value: count(line.macs) },
          { label: "time", value: duration(line.seconds) },
          { label: "data", value: line.data ?? "–" },
          { label: "strategy", value: line.strategy ?? "–" },
          { label: "seed", value: String(line.seed ?? "–") },
        ]}
      />
      <nav class="tabs" aria-label="Views of the run">
        {RUN_TABS.map((name) => (
          <a
            key={name}
            href={hrefOf({ view: "run", id, tab: name })}
            {...(name === tab ? { "aria-current": "page" as const } : {})}
          >
            {TITLES[name]}
          </a>
        ))}
      </nav>
      {tab === "cells" && <CellsPanel {...panel} />}
      {tab === "codes" && <CodesPanel {...panel} />}
      {tab === "exploration" && <ExplorationPanel {...panel} />}
      {tab === "curves" && <CurvesPanel {...panel} />}
      {tab === "try" && <TryPanel {...panel} />}
      {tab === "details" && <DetailsPanel {...panel} />}
    </>
  );
}
