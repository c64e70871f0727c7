/** @file How well each variant does for what it costs. */
import { useState } from "preact/hooks";
import type { StudyDetail } from "../../src/server/index.ts";
import { IntervalChart } from "../charts/interval-chart.tsx";
import { count, figure } from "../format.ts";
import { Choice } from "../parts/choice.tsx";

const COSTS = {
  seconds: { text: "time", label: "time of a whole run, seconds", format: figure },
  compute: { text: "compute", label: "multiply-accumulates of a whole run", format: count },
  parameters: { text: "parameters", label: "parameters", format: count },
  macs: { text: "multiply-accumulates", label: "multiply-accumulates of an image", format: count },
} as const;
type Cost = keyof typeof COSTS;

export function CostPanel({ detail }: { readonly detail: Pick<StudyDetail, "rows" | "baseline"> }) {
  const [cost, setCost] = useState<Cost>("seconds");
  const points = detail.rows.flatMap(({ variant, accuracy, ...means }) =>
    accuracy === null || means[cost] === null
      ? []
      : [{ name: variant, across: means[cost], up: accuracy.mean, half: accuracy.half }],
  );
  const { label, format } = COSTS[cost];
  return (
    <figure class="chart">
      <figcaption>
        <h2>Test accuracy by cost</h2>
        <Choice
          label="Cost"
          options={Object.entries(COSTS).map(([value, { text }]) => ({ value, text }))}
          value={cost}
          onChoose={(value) => setCost(value as Cost)}
        />
      </figcaption>
      {points.length === 0 ? (
        <p class="empty">A point for each variant comes with its first finished run that has this cost.</p>
      ) : (
        <IntervalChart
          points={points}
          baseline={detail.baseline}
          across={{ label, format, limits: [0, Number.POSITIVE_INFINITY] }}
          up={{ label: "test accuracy, %", format: figure, limits: [0, 100] }}
        />
      )}
      <p class="muted remark">Bars are intervals of 95 % over seeds, the dashed line the baseline.</p>
    </figure>
  );
}
