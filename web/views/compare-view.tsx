/** @file Several runs side by side: their curves on shared axes, what differs in their settings, their architectures. */
import type { ComponentChild } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { ResultsRow } from "../../src/store/index.ts";
import { type Curve, LineChart } from "../charts/line-chart.tsx";
import { flatten } from "../data/flatten.ts";
import { curvesOf } from "../data/run-curves.ts";
import type { RunSnapshot } from "../data/run-store.ts";
import { RunStore } from "../data/run-store.ts";
import type { RunSource } from "../data/source.ts";
import { count, duration, figure, percent } from "../format.ts";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { hrefOf } from "../router.ts";
import type { Theme } from "../theme.ts";
import { ComparedArchitectures } from "./compared-architectures.tsx";

export interface CompareViewProps {
  readonly source: RunSource;
  readonly ids: readonly string[];
  readonly theme: Theme;
}

type Metric = Exclude<keyof ResultsRow, "phase" | "epoch">;

const METRICS: readonly {
  readonly name: Metric;
  readonly title: string;
  readonly format: (value: number) => string;
}[] = [
  { name: "accuracy", title: "Accuracy on training images", format: (value) => percent(value, 1) },
  { name: "loss", title: "Loss on training images", format: figure },
  { name: "architecture_accuracy", title: "Accuracy on steering images", format: (value) => percent(value, 1) },
  { name: "learning_rate", title: "Learning rate", format: figure },
  { name: "seconds", title: "Seconds of an epoch", format: figure },
];
const COLOURS = ["blue", "orange", "green", "purple", "pink", "sky", "gold", "ink"] as const;
/** Settings that differ between most runs and say nothing. */
const TRIVIAL = /^(version|identity|classNames|normalisation\.)/;
/** Settings that are shown even where some run has none: a training has no strategy. */
const KINDS: readonly string[] = ["strategy.kind", "space.kind"];

export function CompareView({ source, ids, theme }: CompareViewProps) {
  const { runs, problems } = useRuns(source, ids);
  const [metric, setMetric] = useState<Metric>("accuracy");
  const { title, format } = METRICS.find(({ name }) => name === metric)!;
  const { x, curves } = useMemo(() => shared(ids, runs, metric), [ids.join("/"), runs, metric]);
  const present = ids.filter((id) => runs.has(id));
  return (
    <>
      <p class="crumbs">
        <a href={hrefOf({ view: "runs" })}>Runs</a> / compare
      </p>
      <div class="row">
        <h1>{ids.length} runs compared</h1>
        <span class="spacer" />
        <label>
          Curve{" "}
          <select value={metric} onChange={(event) => setMetric(event.currentTarget.value as Metric)}>
            {METRICS.map((choice) => (
              <option key={choice.name} value={choice.name}>
                {choice.title}
              </option>
            ))}
          </select>
        </label>
      </div>
      {[...problems].map(([id, reason]) => (
        <p key={id} class="warning" role="alert">
          {id} cannot be shown: {reason}
        </p>
      ))}
      <LineChart title={title} axis="epoch" x={x} curves={curves} format={format} theme={theme} height={300} />
      <h2>What differs</h2>
      <ScrollRegion label="What differs between the runs">
        <table class="differences">
          <thead>
            <tr>
              <th scope="col">Setting</th>
              {present.map((id) => (
                <th key={id} scope="col">
                  <a href={hrefOf({ view: "run", id, tab: "cells" })}>{id}</a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Outcome
              label="state"
              present={present}
              runs={runs}
              value={({ detail }) => <StateBadge condition={detail.line.condition} />}
            />
            <Outcome
              label="test accuracy"
              present={present}
              runs={runs}
              value={({ detail }) => percent(detail.line.accuracy)}
            />
            <Outcome
              label="parameters"
              present={present}
              runs={runs}
              value={({ detail }) => count(detail.line.parameters)}
            />
            <Outcome
              label="multiply-accumulates"
              present={present}
              runs={runs}
              value={({ detail }) => count(detail.line.macs)}
            />
            <Outcome label="time" present={present} runs={runs} value={({ detail }) => duration(detail.line.seconds)} />
            {differences(present, runs).map(([name, values]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {values.map((value, index) => (
                  <td key={present[index]}>{value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <ComparedArchitectures source={source} ids={present} runs={runs} />
    </>
  );
}

interface OutcomeProps {
  readonly label: string;
  readonly present: readonly string[];
  readonly runs: ReadonlyMap<string, RunSnapshot>;
  readonly value: (snapshot: RunSnapshot) => ComponentChild;
}

function Outcome({ label, present, runs, value }: OutcomeProps) {
  return (
    <tr>
      <th scope="row">{label}</th>
      {present.map((id) => (
        <td key={id}>{value(runs.get(id)!)}</td>
      ))}
    </tr>
  );
}

interface ComparedRuns {
  readonly runs: ReadonlyMap<string, RunSnapshot>;
  /** Why others cannot be shown. */
  readonly problems: ReadonlyMap<string, string>;
}

function useRuns(source: RunSource, ids: readonly string[]): ComparedRuns {
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());
  const [runs, setRuns] = useState<ReadonlyMap<string, RunSnapshot>>(new Map());
  useEffect(() => {
    setRuns(new Map());
    setProblems(new Map());
    const stores = ids.map(
      (id) =>
        new RunStore(
          source,
          id,
          (snapshot) => setRuns((old) => new Map(old).set(id, snapshot)),
          ({ message }) => setProblems((old) => new Map(old).set(id, message)),
        ),
    );
    return () => {
      for (const store of stores) store.close();
    };
  }, [source, ids.join("/")]);
  return { runs, problems };
}

function shared(
  ids: readonly string[],
  runs: ReadonlyMap<string, RunSnapshot>,
  metric: Metric,
): { readonly x: readonly number[]; readonly curves: readonly Curve[] } {
  const own = ids.map((id) => {
    const { x, column } = curvesOf(runs.get(id)?.rows ?? []);
    const values = column(metric);
    return new Map(x.map((epoch, index) => [epoch, values[index]!] as const));
  });
  const x = [...new Set(own.flatMap((points) => [...points.keys()]))].sort((a, b) => a - b);
  const curves = ids.map((id, index) => ({
    label: id,
    colour: COLOURS[index % COLOURS.length]!,
    values: x.map((epoch) => own[index]!.get(epoch) ?? null),
    ...(index >= COLOURS.length ? { dash: [6, 3] } : {}),
  }));
  return { x, curves };
}

/** Settings that not all of them have belong to other strategies, spaces or versions: their kinds are named, and say so. */
function differences(
  present: readonly string[],
  runs: ReadonlyMap<string, RunSnapshot>,
): readonly (readonly [string, readonly string[]])[] {
  const configs = present.map((id) => flatten(runs.get(id)!.detail.config ?? {}));
  const readable = configs.filter((_, index) => runs.get(present[index]!)!.detail.config !== null);
  const names = [...new Set(configs.flatMap((config) => [...config.keys()]))].filter((name) => !TRIVIAL.test(name));
  return names.flatMap((name) => {
    if (!KINDS.includes(name) && !readable.every((config) => config.has(name))) return [];
    const values = configs.map((config) => config.get(name) ?? "–");
    return new Set(values).size > 1 ? [[name, values] as const] : [];
  });
}
