/** @file Points of two numbers each, drawn with the line on which both are equal. */
import { figure } from "../format.ts";

/** A number of each point. */
interface ScatterAxis {
  readonly label: string;
  readonly values: readonly number[];
}

export interface ScatterChartProps {
  readonly title: string;
  readonly across: ScatterAxis;
  /** As many values. */
  readonly up: ScatterAxis;
  /** What the points say in a few words. */
  readonly remark: string;
}

const [WIDTH, HEIGHT] = [480, 250];
const MARGIN = { left: 56, right: 12, top: 8, bottom: 34 };
const RIGHT = WIDTH - MARGIN.right;
const BASE = HEIGHT - MARGIN.bottom;

export function ScatterChart({ title, across, up, remark }: ScatterChartProps) {
  const x = scaleOf(across.values, MARGIN.left, RIGHT);
  const y = scaleOf(up.values, BASE, MARGIN.top);
  const [first, last] = [Math.max(x.low, y.low), Math.min(x.high, y.high)];
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <span class="muted">{remark}</span>
      </figcaption>
      <svg
        class="scatter"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title}: ${across.values.length} points, ${up.label} by ${across.label}; ${remark}`}
      >
        <path class="axis" d={`M ${MARGIN.left} ${MARGIN.top} V ${BASE} H ${RIGHT}`} />
        {first < last && <line class="equal" x1={x.at(first)} y1={y.at(first)} x2={x.at(last)} y2={y.at(last)} />}
        {across.values.map((value, point) => (
          <circle key={point} cx={x.at(value)} cy={y.at(up.values[point]!)} r={2.5} />
        ))}
        <text x={MARGIN.left} y={BASE + 14}>
          {figure(x.low)}
        </text>
        <text x={RIGHT} y={BASE + 14} text-anchor="end">
          {figure(x.high)}
        </text>
        <text x={(MARGIN.left + RIGHT) / 2} y={HEIGHT - 4} text-anchor="middle">
          {across.label}
        </text>
        <text x={MARGIN.left - 6} y={BASE} text-anchor="end">
          {figure(y.low)}
        </text>
        <text x={MARGIN.left - 6} y={MARGIN.top + 10} text-anchor="end">
          {figure(y.high)}
        </text>
        <text transform={`translate(12 ${(MARGIN.top + BASE) / 2}) rotate(-90)`} text-anchor="middle">
          {up.label}
        </text>
      </svg>
    </figure>
  );
}

interface Scale {
  readonly low: number;
  readonly high: number;
  at(value: number): number;
}

/** From `start` for the least value to `end` for the largest. */
function scaleOf(values: readonly number[], start: number, end: number): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return { low, high, at: (value) => start + ((value - low) / (high - low || 1)) * (end - start) };
}
