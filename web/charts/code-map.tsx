/**
 * @file The sparse code of one node by epoch: a row a candidate, a column a recovery, colour for the value before it was truncated, an outline
 * for what was kept. The pointer or the arrow keys read single values.
 */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { NodeGroup } from "../../src/spaces/darts/index.ts";
import { codeAt, type Recovery, sourceName } from "../data/recovery.ts";
import { shortName } from "../data/short-name.ts";
import { figure } from "../format.ts";
import { useWidth } from "../parts/use-width.ts";
import type { Theme } from "../theme.ts";
import { drawNoMore, drawSoon } from "./draw-queue.ts";

export interface CodeMapProps {
  readonly group: NodeGroup;
  /** Number of the group in its space. */
  readonly index: number;
  readonly recoveries: readonly Recovery[];
  /** Column of the epoch that the page shows. */
  readonly selected: number;
  readonly onSelect: (column: number) => void;
  readonly theme: Theme;
}

const ROW = 13;
const LABEL = 108;

interface Field {
  readonly column: number;
  readonly candidate: number;
}

export function CodeMap({ group, index, recoveries, selected, onSelect, theme }: CodeMapProps) {
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(holder);
  const [field, setField] = useState<Field | null>(null);
  const { candidates, name } = group;
  const height = candidates.length * ROW;
  const step = Math.min(18, (width - LABEL) / Math.max(1, recoveries.length));
  const frozenFrom = recoveries.findIndex(({ frozen }) => frozen?.[index] === true);
  const largest = useMemo(() => {
    let most = 0;
    for (const { groups } of recoveries) {
      for (const candidate of candidates.keys())
        most = Math.max(most, Math.abs(codeAt(groups[index]!, candidate) ?? 0));
    }
    return most;
  }, [recoveries, candidates, index]);

  const draw = () => {
    if (width === 0 || canvas.current === null) return;
    const target = canvas.current;
    const ratio = devicePixelRatio;
    target.width = Math.round(width * ratio);
    target.height = Math.round(height * ratio);
    const context = target.getContext("2d")!;
    context.scale(ratio, ratio);
    const style = getComputedStyle(document.documentElement);
    const colour = (key: string) => style.getPropertyValue(`--${key}`).trim();
    // Read once: reading one takes longer than drawing a field.
    const [positive, negative, ink] = [colour("positive"), colour("negative"), colour("ink")];
    context.clearRect(0, 0, width, height);
    context.font = "10px system-ui, sans-serif";
    context.textBaseline = "middle";
    for (const [row, { primitive, source }] of candidates.entries()) {
      if (source % 2 === 1) {
        context.fillStyle = colour("stripe");
        context.fillRect(0, row * ROW, LABEL + recoveries.length * step, ROW);
      }
      context.fillStyle = colour("muted");
      context.fillText(`${sourceName(source)} ${shortName(primitive)}`, 2, row * ROW + ROW / 2 + 0.5);
    }
    for (const [column, recovery] of recoveries.entries()) {
      const state = recovery.groups[index]!;
      const x = LABEL + column * step;
      for (const candidate of candidates.keys()) {
        const value = codeAt(state, candidate);
        if (value === null || value === 0) continue;
        context.globalAlpha = 0.12 + 0.88 * Math.sqrt(Math.abs(value) / (largest || 1));
        context.fillStyle = value > 0 ? positive : negative;
        context.fillRect(x, candidate * ROW + 1, Math.max(step - (step > 4 ? 1 : 0), 0.75), ROW - 2);
      }
      context.globalAlpha = 1;
      context.strokeStyle = ink;
      context.fillStyle = ink;
      for (const candidate of state.support) {
        if (step > 5) context.strokeRect(x + 0.5, candidate * ROW + 1.5, step - 2, ROW - 3);
        else {
          context.fillRect(x, candidate * ROW + 0.5, Math.max(step, 1), 1);
          context.fillRect(x, (candidate + 1) * ROW - 1.5, Math.max(step, 1), 1);
        }
      }
    }
    if (frozenFrom >= 0) {
      context.fillStyle = colour("frozen");
      context.fillRect(LABEL + frozenFrom * step - 1, 0, 2, height);
    }
    context.strokeStyle = colour("accent");
    context.lineWidth = 1.5;
    context.strokeRect(LABEL + selected * step - 0.75, 0.75, Math.max(step, 3) + 0.5, height - 1.5);
    if (field !== null) {
      context.lineWidth = 2;
      context.strokeRect(LABEL + field.column * step - 1, field.candidate * ROW, Math.max(step, 3) + 1, ROW);
    }
  };
  useEffect(() => {
    drawSoon(canvas, draw);
  }, [width, height, recoveries, selected, theme, field, frozenFrom, step, largest, candidates, index]);

  useEffect(() => () => drawNoMore(canvas), []);

  const at = (event: MouseEvent): Field | null => {
    const box = canvas.current!.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - LABEL) / step);
    const candidate = Math.floor((event.clientY - box.top) / ROW);
    return column >= 0 && column < recoveries.length && candidate >= 0 && candidate < candidates.length
      ? { column, candidate }
      : null;
  };
  const move = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const [columns, rows] = steps[event.key] ?? [0, 0];
    if (event.key === "Enter" && field !== null) onSelect(field.column);
    else if (columns === 0 && rows === 0) return;
    else {
      const from = field ?? { column: selected, candidate: 0 };
      const bounded = (value: number, end: number) => Math.min(Math.max(value, 0), end - 1);
      setField({
        column: bounded(from.column + columns, recoveries.length),
        candidate: bounded(from.candidate + rows, candidates.length),
      });
    }
    event.preventDefault();
  };
  return (
    <figure class="code-map" ref={holder}>
      <figcaption>
        <h2>
          {group.cell === "normal" ? "normal" : "reduction"} cell, node {group.node}
        </h2>
        <span class="muted">
          {frozenFrom < 0 ? "" : `frozen from epoch ${recoveries[frozenFrom]!.epoch}, `}largest |z| {figure(largest)}
        </span>
      </figcaption>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={`Sparse codes of ${name}: ${candidates.length} candidates by ${recoveries.length} recoveries. Arrow keys read values, enter shows that epoch.`}
        style={{ height: `${height}px` }}
        onPointerMove={(event) => setField(at(event))}
        onPointerLeave={() => setField(null)}
        onClick={(event) => {
          const hit = at(event);
          if (hit !== null) onSelect(hit.column);
        }}
        onKeyDown={move}
      />
      <p class="readout" aria-live="polite">
        {field === null ? "\u00a0" : describe(group, index, recoveries, field)}
      </p>
    </figure>
  );
}

function describe(group: NodeGroup, index: number, recoveries: readonly Recovery[], field: Field): string {
  const recovery = recoveries[Math.min(field.column, recoveries.length - 1)]!;
  const state = recovery.groups[index]!;
  const { primitive, source } = group.candidates[field.candidate]!;
  const value = codeAt(state, field.candidate);
  const place = state.support.indexOf(field.candidate);
  const isFrozen = recovery.frozen?.[index] === true;
  return [
    `epoch ${recovery.epoch}: ${primitive} of ${sourceName(source)}`,
    `z ${value === null ? "not recorded" : figure(value)}`,
    place < 0 ? "not kept" : `kept with weight ${figure(state.edgeWeights[place])}`,
    `${recovery.exploration?.steps?.[index]?.[field.candidate] ?? 0} training steps`,
    ...(isFrozen ? ["frozen"] : []),
  ].join(", ");
}
