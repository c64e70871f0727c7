/** @file One study: what it says, how far its runs are, and what each variant came to, as the run folders are now. */
import type { StudyDetail, StudyLine } from "../../src/server/index.ts";
import type { RunSource } from "../data/source.ts";
import { useStudy } from "../data/use-study.ts";
import { Boundary } from "../parts/boundary.tsx";
import { hrefOf } from "../router.ts";
import { CostPanel } from "../study/cost-panel.tsx";
import { RunGrid } from "../study/run-grid.tsx";
import { progressOf } from "../study/study-progress.ts";
import { VariantsTable } from "../study/variants-table.tsx";

export interface StudyViewProps {
  readonly source: RunSource;
  readonly id: string;
  /** Of the table; null while it is without this study. */
  readonly line: StudyLine | null;
}

export function StudyView({ source, id, line }: StudyViewProps) {
  const { detail, error } = useStudy(source, id, line?.version ?? null);
  if (error !== null) {
    return (
      <div class="empty" role="alert">
        <h1>{id}</h1>
        <p>This study cannot be shown: {error.message}</p>
        <a href={hrefOf({ view: "runs" })}>All runs</a>
      </div>
    );
  }
  if (detail === null) return <p class="muted">Reading {id}…</p>;
  return (
    <>
      <p class="crumbs">
        <a href={hrefOf({ view: "runs" })}>Runs</a> / {id}
      </p>
      <div class="row">
        <h1>{detail.line.name}</h1>
        <span class="muted">{detail.line.data === null ? "" : `on ${detail.line.data}`}</span>
      </div>
      {detail.summary !== null && <p class="muted">{detail.summary}</p>}
      {detail.line.problem !== null && (
        <p class="warning" role="alert">
          {detail.line.problem}
        </p>
      )}
      {detail.line.sentence !== null && <p class="sentence">{detail.line.sentence}</p>}
      {detail.runs.length > 0 && (
        <Boundary subject={detail}>
          <Panels detail={detail} />
        </Boundary>
      )}
    </>
  );
}

function Panels({ detail }: { readonly detail: StudyDetail }) {
  const failures = detail.runs.flatMap(({ id, name, outcome }) =>
    outcome.condition === "failed" ? [{ id, name, reason: outcome.reason }] : [],
  );
  return (
    <>
      <section aria-label="Runs">
        <h2>Runs</h2>
        <p role="status">{progressOf(detail.line)}</p>
        <RunGrid detail={detail} />
        {failures.map(({ id, name, reason }) => (
          <p key={id} class="reason">
            {name}: {reason}
          </p>
        ))}
      </section>
      {detail.rows.length > 0 && (
        <>
          <section aria-label="Comparison">
            <h2>Variants</h2>
            <VariantsTable detail={detail} />
          </section>
          <div class="panel">
            <CostPanel detail={detail} />
          </div>
        </>
      )}
    </>
  );
}
