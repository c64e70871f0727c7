/**
 * @file The values of one group by epoch: a row a candidate, a column a selection, colour for the value that the strategy decides by, an outline
 * for what was kept, a bar through what the search had given up. The pointer or the arrow keys read single values.
 */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RunSpace } from "../../src/server/index.ts";
import { givenUp, type Selection } from "../data/selection.ts";
import { figure } from "../format.ts";
import { useWidth } from "../parts/use-width.ts";
import type { Theme } from "../theme.ts";
import { drawNoMore, drawSoon } from "./draw-queue.ts";

export interface ValueMapProps {
  readonly space: RunSpace;
  /** Number of the group in it. */
  readonly index: number;
  readonly selections: readonly Selection[];
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

export function ValueMap({ space, index, selections, selected, onSelect, theme }: ValueMapProps) {
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(holder);
  const [field, setField] = useState<Field | null>(null);
  const { candidates, name } = space.groups[index]!;
  const height = candidates.length * ROW;
  const step = Math.min(18, (width - LABEL) / Math.max(1, selections.length));
  const frozenFrom = selections.findIndex(({ groups }) => groups[index]!.isFrozen);
  const largest = useMemo(() => {
    let most = 0;
    for (const { groups } of selections) {
      for (const value of groups[index]!.values ?? []) most = Math.max(most, Math.abs(value ?? 0));
    }
    return most;
  }, [selections, index]);
  const stripes = useMemo(() => stripesOf(space, index), [space, index]);

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
    const [positive, negative, ink, line] = [colour("positive"), colour("negative"), colour("ink"), colour("line")];
    context.clearRect(0, 0, width, height);
    context.font = "10px system-ui, sans-serif";
    context.textBaseline = "middle";
    for (const [row, candidate] of candidates.entries()) {
      if (stripes[row]) {
        context.fillStyle = colour("stripe");
        context.fillRect(0, row * ROW, LABEL + selections.length * step, ROW);
      }
      context.fillStyle = colour("muted");
      context.fillText(candidate.name, 2, row * ROW + ROW / 2 + 0.5, LABEL - 8);
    }
    for (const [column, { groups }] of selections.entries()) {
      const { support, values } = groups[index]!;
      const x = LABEL + column * step;
      context.fillStyle = line;
      for (const candidate of givenUp(groups[index]!, candidates.length)) {
        context.fillRect(x, candidate * ROW + ROW / 2 - 1.5, step, 3);
      }
      for (const candidate of candidates.keys()) {
        const value = values?.[candidate] ?? 0;
        if (value === 0) continue;
        context.globalAlpha = 0.12 + 0.88 * Math.sqrt(Math.abs(value) / (largest || 1));
        context.fillStyle = value > 0 ? positive : negative;
        context.fillRect(x, candidate * ROW + 1, Math.max(step - (step > 4 ? 1 : 0), 0.75), ROW - 2);
      }
      context.globalAlpha = 1;
      context.strokeStyle = ink;
      context.fillStyle = ink;
      for (const candidate of support) {
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
  }, [width, height, selections, selected, theme, field, frozenFrom, step, largest, candidates, index]);

  useEffect(() => () => drawNoMore(canvas), []);

  const at = (event: MouseEvent): Field | null => {
    const box = canvas.current!.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - LABEL) / step);
    const candidate = Math.floor((event.clientY - box.top) / ROW);
    return column >= 0 && column < selections.length && candidate >= 0 && candidate < candidates.length
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
        column: bounded(from.column + columns, selections.length),
        candidate: bounded(from.candidate + rows, candidates.length),
      });
    }
    event.preventDefault();
  };
  return (
    <figure class="code-map" ref={holder}>
      <figcaption>
        <h2>{name}</h2>
        <span class="muted">
          {frozenFrom < 0 ? "" : `frozen from epoch ${selections[frozenFrom]!.epoch}, `}largest size {figure(largest)}
        </span>
      </figcaption>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={`Values of ${name}: ${candidates.length} candidates by ${selections.length} selections. Arrow keys read values, enter shows that epoch.`}
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
        {field === null ? "\u00a0" : describe(space, index, selections, field)}
      </p>
    </figure>
  );
}

/** Which candidates stand on a stripe: every other run of those that read one source, where the drawing says what they read. */
function stripesOf({ layout }: RunSpace, index: number): readonly boolean[] {
  const fed = layout.panels.flatMap(({ nodes }) => nodes.flatMap(({ groups }) => groups));
  const sources = fed.find(({ group }) => group === index)?.terms.map((term) => term?.source) ?? [];
  let isStriped = false;
  return sources.map((source, candidate) => {
    const before = sources[candidate - 1];
    if (source !== undefined && before !== undefined && source !== before) isStriped = !isStriped;
    return isStriped;
  });
}

function describe(space: RunSpace, index: number, selections: readonly Selection[], field: Field): string {
  const { epoch, groups, exploration } = selections[Math.min(field.column, selections.length - 1)]!;
  const { support, values, weights, isFrozen } = groups[index]!;
  const isGivenUp = givenUp(groups[index]!, space.groups[index]!.candidates.length).includes(field.candidate);
  const value = values?.[field.candidate] ?? null;
  const place = support.indexOf(field.candidate);
  const kept = weights === null ? "kept" : `kept with weight ${figure(weights[place])}`;
  return [
    `epoch ${epoch}: ${space.groups[index]!.candidates[field.candidate]!.name}`,
    `value ${value === null ? "not recorded" : figure(value)}`,
    place < 0 ? (isGivenUp ? "given up" : "not kept") : kept,
    ...(exploration === null ? [] : [`${exploration.steps[index]![field.candidate]} training steps`]),
    ...(isFrozen ? ["frozen"] : []),
  ].join(", ");
}
