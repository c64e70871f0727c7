/** @file Named points with the intervals that they lie in, one of which the others are compared with. */
import { useRef } from "preact/hooks";
import { useWidth } from "../parts/use-width.ts";
import { type Box, placeLabels } from "./place-labels.ts";
import { ticks } from "./ticks.ts";

interface IntervalPoint {
  readonly name: string;
  readonly across: number;
  readonly up: number;
  /** Half of the interval around `up`; null where there is none. */
  readonly half: number | null;
}

interface IntervalAxis {
  /** With its unit. */
  readonly label: string;
  readonly format: (value: number) => string;
  /** What values cannot be outside of: intervals end there. */
  readonly limits: readonly [number, number];
}

export interface IntervalChartProps {
  /** At least one. */
  readonly points: readonly IntervalPoint[];
  /** Name of the point that others are compared with. */
  readonly baseline: string;
  readonly across: IntervalAxis;
  readonly up: IntervalAxis;
}

const HEIGHT = 360;
const MARGIN = { left: 58, right: 10, top: 10, bottom: 44 };
const BASE = HEIGHT - MARGIN.bottom;
/** Pixels of one letter of a label, and from one tick to the next. */
const LETTER = 6.9;
const TICK = { across: 80, up: 45 };
const SIDE = 5;

export function IntervalChart(props: IntervalChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  return (
    <div class="interval-chart" ref={holder} style={{ minHeight: `${HEIGHT}px` }}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

function Drawing({ points, baseline, across, up, width }: IntervalChartProps & { readonly width: number }) {
  const room: Box = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: BASE };
  const ends = points.map(({ up: value, half }) => endsOf(value, half ?? 0, up.limits));
  const x = scaleOf(
    points.map((point) => point.across),
    across.limits,
    [room.left, room.right],
  );
  const y = scaleOf(ends.flat(), up.limits, [room.bottom, room.top]);
  const drawn = points.map((point, index) => ({
    ...point,
    isBaseline: point.name === baseline,
    label: point.name === baseline ? `${point.name} (baseline)` : point.name,
    ...{ x: x.at(point.across), y: y.at(point.up), low: y.at(ends[index]![0]), high: y.at(ends[index]![1]) },
  }));
  const labels = placeLabels(
    drawn.map((point) => ({ x: point.x, y: point.y, width: LETTER * point.label.length })),
    room,
  );
  const base = drawn.find(({ isBaseline }) => isBaseline);
  return (
    <svg
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={`${up.label} by ${across.label}: ${drawn.map((point) => `${point.label} ${up.format(point.up)} at ${across.format(point.across)}`).join("; ")}`}
    >
      {ticks(y.low, y.high, Math.floor((room.bottom - room.top) / TICK.up)).map((value) => (
        <g key={value}>
          <line class="grid" x1={room.left} x2={room.right} y1={y.at(value)} y2={y.at(value)} />
          <text x={room.left - 6} y={y.at(value) + 4} text-anchor="end">
            {up.format(value)}
          </text>
        </g>
      ))}
      {ticks(x.low, x.high, Math.max(4, Math.floor((room.right - room.left) / TICK.across))).map((value) => (
        <g key={value}>
          <line class="axis" x1={x.at(value)} x2={x.at(value)} y1={BASE} y2={BASE + 4} />
          <text x={x.at(value)} y={BASE + 17} text-anchor="middle">
            {across.format(value)}
          </text>
        </g>
      ))}
      <path class="axis" d={`M ${room.left} ${room.top} V ${BASE} H ${room.right}`} />
      <text x={(room.left + room.right) / 2} y={HEIGHT - 6} text-anchor="middle">
        {across.label}
      </text>
      <text transform={`translate(12 ${(room.top + BASE) / 2}) rotate(-90)`} text-anchor="middle">
        {up.label}
      </text>
      {base !== undefined && <line class="baseline" x1={room.left} x2={room.right} y1={base.y} y2={base.y} />}
      {drawn.map((point, index) => (
        <Point key={point.name} {...point} box={labels[index]!} />
      ))}
    </svg>
  );
}

interface PointProps {
  readonly label: string;
  readonly isBaseline: boolean;
  readonly half: number | null;
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  /** Of its label. */
  readonly box: Box;
}

function Point({ label, isBaseline, half, x, y, low, high, box }: PointProps) {
  const middle = (box.top + box.bottom) / 2;
  const nearest = Math.max(box.left, Math.min(box.right, x));
  return (
    <g class={isBaseline ? "point base" : "point"}>
      {half !== null && (
        <path
          class="interval"
          d={`M ${x} ${low} V ${high} M ${x - SIDE} ${low} h ${2 * SIDE} M ${x - SIDE} ${high} h ${2 * SIDE}`}
        />
      )}
      {Math.abs(middle - y) > 1 && <line class="leader" x1={x} y1={y} x2={nearest} y2={middle} />}
      {isBaseline ? (
        <rect x={x - SIDE} y={y - SIDE} width={2 * SIDE} height={2 * SIDE} />
      ) : (
        <circle cx={x} cy={y} r={SIDE} />
      )}
      <text class="name" x={box.left + 2} y={middle + 4}>
        {label}
      </text>
    </g>
  );
}

type Ends = readonly [number, number];

function endsOf(value: number, half: number, [least, most]: Ends): Ends {
  return [Math.max(least, value - half), Math.min(most, value + half)];
}

interface Scale {
  readonly low: number;
  readonly high: number;
  at(value: number): number;
}

/** With some room around the values, as far as the limits allow. */
function scaleOf(values: readonly number[], limits: Ends, [start, end]: Ends): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [low, high] = endsOf((least + most) / 2, 0.58 * (most - least) || Math.abs(most) / 10 || 1, limits);
  return { low, high, at: (value) => start + ((value - low) / (high - low || 1)) * (end - start) };
}
