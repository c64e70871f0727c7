/** @file All studies, and all runs in one table: sort by a heading, filter by any word, pick some to compare. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { RunLine, StudyLine } from "../../src/server/index.ts";
import { Sparkline } from "../charts/sparkline.tsx";
import { count, duration, moment, percent } from "../format.ts";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { hrefOf } from "../router.ts";
import { StudiesTable } from "../study/studies-table.tsx";

/** Rows that are drawn before the others, so that there is something to see at once. */
const FIRST_ROWS = 30;

interface Column {
  readonly heading: string;
  readonly key: (line: RunLine) => string | number | null;
  /** Left out where the page is narrow. */
  readonly isMinor?: boolean;
  readonly isFigure?: boolean;
}

const COLUMNS: readonly Column[] = [
  { heading: "Run", key: ({ name }) => name },
  { heading: "State", key: ({ condition }) => condition },
  { heading: "Progress", key: ({ progress }) => progress, isMinor: true },
  { heading: "Accuracy", key: ({ accuracy }) => accuracy, isFigure: true },
  { heading: "Parameters", key: ({ parameters }) => parameters, isFigure: true, isMinor: true },
  { heading: "MACs", key: ({ macs }) => macs, isFigure: true, isMinor: true },
  { heading: "Time", key: ({ seconds }) => seconds, isFigure: true, isMinor: true },
  { heading: "Strategy", key: ({ strategy }) => strategy, isMinor: true },
  { heading: "Data", key: ({ data }) => data, isMinor: true },
  { heading: "Seed", key: ({ seed }) => seed, isFigure: true, isMinor: true },
  { heading: "Changed", key: ({ changedAt }) => changedAt, isMinor: true },
];

export interface RunsViewProps {
  /** Null before the first answer. */
  readonly lines: readonly RunLine[] | null;
  readonly studies: readonly StudyLine[];
}

export function RunsView({ lines: all, studies }: RunsViewProps) {
  const [filter, setFilter] = useState("");
  const [sort, setSort] = useState({ heading: "Changed", isAscending: false });
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [isOfStudies, setIsOfStudies] = useState(false);
  const [rowLimit, setRowLimit] = useState(FIRST_ROWS);
  useEffect(() => {
    if (all !== null) setTimeout(() => setRowLimit(Number.POSITIVE_INFINITY));
  }, [all === null]);
  const hasOthers = all?.some(({ study }) => study === null) ?? false;
  const lines = useMemo(
    () => all?.filter(({ study }) => study === null || isOfStudies || !hasOthers) ?? null,
    [all, isOfStudies, hasOthers],
  );
  const shown = useMemo(
    () =>
      sorted(
        (lines ?? []).filter((line) => matches(line, filter)),
        sort,
      ),
    [lines, filter, sort],
  );
  if (lines === null) return <p class="muted">Looking for runs…</p>;
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  const present = chosen.filter((id) => lines.some((line) => line.id === id));
  return (
    <>
      {studies.length > 0 && (
        <section aria-label="Studies">
          <h1>Studies</h1>
          <StudiesTable studies={studies} />
        </section>
      )}
      <div class="row">
        <h1>Runs</h1>
        <span class="muted">
          {shown.length} of {lines.length}
        </span>
        <span class="spacer" />
        {hasOthers && studies.length > 0 && (
          <label>
            <input
              type="checkbox"
              checked={isOfStudies}
              onChange={(event) => setIsOfStudies(event.currentTarget.checked)}
            />{" "}
            Those of studies too
          </label>
        )}
        <label>
          Filter{" "}
          <input
            type="search"
            value={filter}
            placeholder="name, state, strategy, data"
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
        </label>
        <a
          class={`button${present.length < 2 ? " disabled" : ""}`}
          {...(present.length < 2
            ? { "aria-disabled": "true", role: "link" }
            : { href: hrefOf({ view: "compare", ids: present }) })}
        >
          Compare {present.length === 0 ? "" : present.length}
        </a>
      </div>
      {lines.length === 0 && studies.length > 0 ? null : lines.length === 0 ? (
        <p class="empty">
          No runs here yet. <code>ista-nas search demo</code> makes one, and it shows up by itself.
        </p>
      ) : (
        <ScrollRegion label="Table of runs">
          <table class="runs">
            <thead>
              <tr>
                <th scope="col">
                  <span class="unseen">Choose to compare</span>
                </th>
                {COLUMNS.map(({ heading, isMinor, isFigure }) => (
                  <th
                    key={heading}
                    scope="col"
                    class={classes(isMinor, isFigure)}
                    aria-sort={sort.heading === heading ? (sort.isAscending ? "ascending" : "descending") : "none"}
                  >
                    <button
                      type="button"
                      onClick={() =>
                        setSort({ heading, isAscending: sort.heading === heading ? !sort.isAscending : true })
                      }
                    >
                      {heading}
                      <span aria-hidden="true">{sort.heading !== heading ? "" : sort.isAscending ? " ↑" : " ↓"}</span>
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.slice(0, rowLimit).map((line) => (
                <Row key={line.id} line={line} isChosen={chosen.includes(line.id)} onToggle={() => toggle(line.id)} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </>
  );
}

interface RowProps {
  readonly line: RunLine;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}

function Row({ line, isChosen, onToggle }: RowProps) {
  const { id, name, study, condition, reason, progress, accuracy, parameters, macs, seconds, strategy, data, seed } =
    line;
  return (
    <tr>
      <td>
        <input type="checkbox" checked={isChosen} onChange={onToggle} aria-label={`Compare ${id}`} />
      </td>
      <td class="name">
        <a href={hrefOf({ view: "run", id, tab: "cells" })}>{name}</a>
        {study !== null && <div class="muted">{study}</div>}
        {reason !== null && <div class="reason">{reason}</div>}
      </td>
      <td>
        <StateBadge condition={condition} />
      </td>
      <td class="progress minor">
        <Sparkline values={line.sparkline} label={`accuracy while training, last ${percent(line.sparkline.at(-1))}`} />
        <span class="muted">{progress ?? ""}</span>
      </td>
      <td class="figure">{percent(accuracy)}</td>
      <td class="figure minor">{count(parameters)}</td>
      <td class="figure minor">{count(macs)}</td>
      <td class="figure minor">{duration(seconds)}</td>
      <td class="minor">{strategy ?? "–"}</td>
      <td class="minor">{data ?? "–"}</td>
      <td class="figure minor">{seed ?? "–"}</td>
      <td class="minor">
        <time dateTime={String(new Date(line.changedAt).toJSON() ?? "")}>{moment(line.changedAt)}</time>
      </td>
    </tr>
  );
}

function classes(isMinor: boolean | undefined, isFigure: boolean | undefined): string {
  return [isMinor ? "minor" : "", isFigure ? "figure" : ""].join(" ").trim();
}

function matches(line: RunLine, filter: string): boolean {
  const text = [line.name, line.study, line.condition, line.strategy, line.data, line.reason].join(" ").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** By one column; what has no value there comes last either way. */
function sorted(
  lines: RunLine[],
  sort: { readonly heading: string; readonly isAscending: boolean },
): readonly RunLine[] {
  const { key } = COLUMNS.find(({ heading }) => heading === sort.heading)!;
  const sign = sort.isAscending ? 1 : -1;
  return lines.sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === y) return 0;
    if (x === null) return 1;
    if (y === null) return -1;
    return (x < y ? -1 : 1) * sign;
  });
}
