/**
 * @file Curves over epochs by uPlot: drag to zoom, double-click or the button to see all again, values under the cursor in the legend. With the
 * keyboard: arrows move the cursor, plus and minus zoom, escape shows all.
 */
import { useEffect, useMemo, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Theme } from "../theme.ts";
import { smoothed } from "./smoothed.ts";

export interface Curve {
  readonly label: string;
  /** Name of a colour of the page, such as `blue`. */
  readonly colour: string;
  /** In the order of the chart's `x`; null where there is nothing. */
  readonly values: readonly (number | null)[];
  readonly dash?: readonly number[];
  /** Points instead of a line. */
  readonly isMark?: boolean;
}

export interface LineChartProps {
  readonly title: string;
  /** What `x` counts. */
  readonly axis: string;
  readonly x: readonly number[];
  readonly curves: readonly Curve[];
  readonly format: (value: number) => string;
  readonly theme: Theme;
  readonly isLogarithmic?: boolean;
  /** 0: as measured, towards 1: smoother. */
  readonly smoothing?: number;
  /** Where a new phase begins. */
  readonly boundary?: number | null;
  readonly height?: number;
}

/** Ticks of epochs stand at whole numbers. */
const WHOLE_STEPS = [1, 2, 5]
  .flatMap((digit) => Array.from({ length: 7 }, (_, power) => digit * 10 ** power))
  .sort((a, b) => a - b);

export function LineChart(props: LineChartProps) {
  const { title, axis, x, curves, format, theme, isLogarithmic = false, smoothing = 0, boundary, height = 220 } = props;
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ boundary, format });
  latest.current = { boundary, format };
  const shape = curves.map(({ label, colour, isMark }) => `${label}/${colour}/${isMark ?? false}`).join();
  const data = useMemo(
    () =>
      [
        [...x],
        ...curves.map(({ values, isMark }) => {
          const line = isMark ? values : smoothed(values, smoothing);
          return isLogarithmic ? line.map((value) => (value !== null && value > 0 ? value : null)) : [...line];
        }),
      ] as unknown as uPlot.AlignedData,
    [x, curves, smoothing, isLogarithmic],
  );

  useEffect(() => {
    const element = holder.current!;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const axisStyle = { stroke: colour("muted"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
    const created = new uPlot(
      {
        width: element.clientWidth,
        height,
        cursor: { focus: { prox: 24 }, drag: { x: true, y: false } },
        scales: { x: { time: false }, y: isLogarithmic ? { distr: 3 } : {} },
        axes: [
          { ...axisStyle, size: 30, incrs: WHOLE_STEPS },
          {
            ...axisStyle,
            size: 64,
            values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : latest.current.format(tick))),
          },
        ],
        series: [
          { label: axis },
          ...curves.map(({ label, colour: name, dash, isMark }) => ({
            label,
            stroke: colour(name),
            width: 1.75,
            spanGaps: true,
            ...(dash === undefined ? {} : { dash: [...dash] }),
            ...(isMark
              ? { paths: () => null, points: { show: true, size: 9, fill: colour(name) } }
              : { points: { size: 4 } }),
            value: (_: uPlot, value: number | null) => (value === null ? "–" : latest.current.format(value)),
          })),
        ],
        hooks: { draw: [(self) => drawBoundary(self, latest.current.boundary, colour("muted"))] },
      },
      data,
      element,
    );
    plot.current = created;
    const resize = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      created.destroy();
      plot.current = null;
    };
  }, [shape, theme, isLogarithmic, height, axis]);

  useEffect(() => {
    const { current } = plot;
    if (current === null || current.data === data) return;
    const { min, max } = current.scales["x"]!;
    const all = current.data[0];
    const isZoomed = min != null && max != null && all.length > 1 && (min > all[0]! || max < all[all.length - 1]!);
    current.setData(data, !isZoomed);
    if (isZoomed) current.redraw();
  }, [data]);

  const reset = () => plot.current?.setData(plot.current.data, true);
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <button type="button" class="quiet" onClick={reset}>
          Whole curve<span class="unseen"> of {title}</span>
        </button>
      </figcaption>
      <section
        class="plot"
        ref={holder}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read values off the curve
        tabIndex={0}
        aria-label={`${title}: ${curves.map(({ label }) => label).join(", ")} by ${axis}. Arrow keys read values, plus and minus zoom.`}
        onKeyDown={(event) => plot.current !== null && onKey(event, plot.current, format, reset)}
      />
      <p class="unseen" aria-live="polite" />
    </figure>
  );
}

function onKey(event: KeyboardEvent, plot: uPlot, format: (value: number) => string, reset: () => void): void {
  const x = plot.data[0];
  if (x.length === 0) return;
  const { min, max } = plot.scales["x"] as { min: number; max: number };
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    const first = x.findIndex((value) => value >= min);
    const last = x.findLastIndex((value) => value <= max);
    const step = event.key === "ArrowRight" ? 1 : -1;
    const from = plot.cursor.idx ?? (step > 0 ? first - 1 : last + 1);
    const index = Math.min(Math.max(from + step, first), last);
    plot.setCursor({ left: plot.valToPos(x[index]!, "x"), top: plot.over.clientHeight / 2 });
    const figures = plot.series.map(({ label }, k) => {
      const value = plot.data[k]![index];
      return `${label} ${k === 0 ? value : value == null ? "–" : format(value)}`;
    });
    plot.root.closest("figure")!.querySelector("[aria-live]")!.textContent = figures.join(", ");
  } else if (event.key === "+" || event.key === "-") {
    const middle = plot.cursor.idx == null ? (min + max) / 2 : x[plot.cursor.idx]!;
    const factor = event.key === "+" ? 0.5 : 2;
    const limits = [x[0]!, x[x.length - 1]!] as const;
    plot.setScale("x", {
      min: Math.max(limits[0], middle - (middle - min) * factor),
      max: Math.min(limits[1], middle + (max - middle) * factor),
    });
  } else if (event.key === "Escape") reset();
  else return;
  event.preventDefault();
}

function drawBoundary(plot: uPlot, boundary: number | null | undefined, colour: string): void {
  if (boundary === null || boundary === undefined) return;
  const x = plot.valToPos(boundary, "x", true);
  const { left, top, width, height } = plot.bbox;
  if (x < left || x > left + width) return;
  plot.ctx.save();
  plot.ctx.strokeStyle = colour;
  plot.ctx.setLineDash([4, 4]);
  plot.ctx.beginPath();
  plot.ctx.moveTo(x, top);
  plot.ctx.lineTo(x, top + height);
  plot.ctx.stroke();
  plot.ctx.restore();
}
