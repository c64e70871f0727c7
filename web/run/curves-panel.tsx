/** @file Loss, accuracy, learning rate and time by epoch. */
import { useMemo, useState } from "preact/hooks";
import { LineChart } from "../charts/line-chart.tsx";
import { curvesOf } from "../data/run-curves.ts";
import { duration, figure, percent } from "../format.ts";
import type { PanelProps } from "../views/run-view.tsx";

const TASK_COLOURS = ["purple", "pink", "sky", "gold"] as const;
const NO_TASKS: readonly { readonly name: string }[] = [];

export function CurvesPanel({ source, id, snapshot, theme }: PanelProps) {
  const { rows, rowCount, detail } = snapshot;
  const [smoothing, setSmoothing] = useState(0);
  const [isLogarithmic, setLogarithmic] = useState(false);
  const { accuracy } = detail.line;
  const otherTasks = detail.config?.otherTasks ?? NO_TASKS;
  const charts = useMemo(() => {
    const { x, boundary, column } = curvesOf(rows);
    const test = x.map((_, index) => (index === x.length - 1 ? accuracy : null));
    return {
      x,
      boundary,
      loss: [
        { label: "training images", colour: "blue", values: column("loss") },
        { label: "steering images", colour: "orange", values: column("architecture_loss"), dash: [6, 3] },
      ],
      accuracy: [
        { label: "training images", colour: "blue", values: column("accuracy") },
        { label: "steering images", colour: "orange", values: column("architecture_accuracy"), dash: [6, 3] },
        ...otherTasks.map(({ name }, task) => ({
          ...{ label: `training images, ${name}`, colour: TASK_COLOURS[task % TASK_COLOURS.length]! },
          values: column(`accuracy_${task + 2}`),
        })),
        ...(accuracy === null ? [] : [{ label: "test images, once", colour: "green", values: test, isMark: true }]),
      ],
      rate: [{ label: "learning rate", colour: "purple", values: column("learning_rate") }],
      time: [
        { label: "seconds", colour: "blue", values: column("seconds") },
        { label: "of these waiting for batches", colour: "orange", values: column("stall_seconds"), dash: [6, 3] },
      ],
      norm: [{ label: "gradient norm", colour: "green", values: column("gradient_norm") }],
    };
  }, [rows, accuracy, otherTasks]);
  if (rows.length === 0) return <p class="empty">Nothing to draw before the first epoch is over.</p>;
  const common = { axis: "epoch", x: charts.x, boundary: charts.boundary, theme, smoothing };
  const address = source.fileAddress(id, "results.csv");
  return (
    <section aria-label="Curves">
      <div class="row">
        <label>
          Smoothing{" "}
          <input
            type="range"
            min={0}
            max={0.95}
            step={0.05}
            value={smoothing}
            aria-valuetext={smoothing === 0 ? "none" : String(smoothing)}
            onInput={(event) => setSmoothing(Number(event.currentTarget.value))}
          />
          <output>{smoothing === 0 ? "none" : smoothing.toFixed(2)}</output>
        </label>
        <label>
          <input
            type="checkbox"
            checked={isLogarithmic}
            onChange={(event) => setLogarithmic(event.currentTarget.checked)}
          />{" "}
          Logarithmic loss, rate and norm
        </label>
        <span class="spacer" />
        {address !== null && (
          <a class="button" href={address} download="results.csv">
            CSV
          </a>
        )}
      </div>
      <p class="muted">
        Drag to zoom, double-click for the whole curve.{" "}
        {charts.boundary !== null && "The dashed line is where training of what was found begins. "}
        {rows.length < rowCount && `Drawn are ${rows.length} of ${rowCount} epochs; the CSV file has all.`}
      </p>
      <div class="charts">
        <LineChart title="Loss" {...common} curves={charts.loss} format={figure} isLogarithmic={isLogarithmic} />
        <LineChart title="Accuracy" {...common} curves={charts.accuracy} format={(value) => percent(value, 1)} />
        <LineChart
          title="Learning rate"
          {...common}
          curves={charts.rate}
          format={figure}
          isLogarithmic={isLogarithmic}
          smoothing={0}
        />
        <LineChart
          title="Time of an epoch"
          {...common}
          curves={charts.time}
          format={(value) => (value < 10 ? `${figure(value)} s` : duration(value))}
        />
        <LineChart
          title="Gradient norm"
          {...common}
          curves={charts.norm}
          format={figure}
          isLogarithmic={isLogarithmic}
        />
      </div>
    </section>
  );
}
