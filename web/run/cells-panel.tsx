/** @file The two cells of one epoch; what differs from the epoch before stands out. */
import { type CellKind, deriveGenotype } from "../../src/spaces/darts/index.ts";
import { CellDiagram } from "../cells/cell-diagram.tsx";
import { downloadDrawing } from "../cells/download-drawing.ts";
import { droppedOf, type KeptCandidate, picksOf, sourceName, spaceOf } from "../data/recovery.ts";
import { concatIn, genotypePicks } from "../data/trained-genotype.ts";
import { figure } from "../format.ts";
import type { PanelProps } from "../views/run-view.tsx";
import { EpochSlider } from "./epoch-slider.tsx";
import { useGenotype } from "./use-genotype.ts";
import { useRecovery } from "./use-recovery.ts";

const KINDS: readonly { readonly kind: CellKind; readonly title: string }[] = [
  { kind: "normal", title: "Normal cell" },
  { kind: "reduce", title: "Reduction cell" },
];

export function CellsPanel(props: PanelProps) {
  return props.snapshot.recoveryEpochs.length === 0 ? <TrainedCells {...props} /> : <SearchedCells {...props} />;
}

function SearchedCells({ source, id, snapshot, epoch, onEpoch }: PanelProps) {
  const { shown, error } = useRecovery(source, id, snapshot, epoch);
  return (
    <section aria-label="Cells">
      <div class="row">
        <EpochSlider snapshot={snapshot} epoch={epoch} onEpoch={onEpoch} />
        {shown !== null && (
          <button
            type="button"
            aria-label="Both cells of this epoch as SVG"
            onClick={() => {
              const number = shown.recovery.epoch;
              const supports = shown.recovery.groups.map(({ support }) => support);
              const genotype = deriveGenotype(spaceOf(shown.recovery), supports);
              downloadDrawing(`${id}-epoch-${number}`, `${id}, epoch ${number}`, genotype);
            }}
          >
            SVG
          </button>
        )}
      </div>
      {error !== null ? (
        <p class="warning">This recovery cannot be shown: {error}</p>
      ) : shown === null ? (
        <p class="muted">Reading that epoch…</p>
      ) : (
        <>
          {shown.recovery.isAccepted === false && (
            <p class="warning">
              This recovery was not applied: its network has {shown.recovery.parameters} parameters and{" "}
              {shown.recovery.macs} multiply-accumulates, beyond the limit.
            </p>
          )}
          {KINDS.map(({ kind, title }) => (
            <div class="panel" key={kind}>
              <h2>{title}</h2>
              <Changes
                added={picksOf(shown.recovery, kind, shown.before)
                  .flat()
                  .filter(({ isNew }) => isNew)}
                dropped={droppedOf(shown.recovery, kind, shown.before)}
                before={shown.before?.epoch ?? null}
                beforeError={shown.beforeError}
              />
              <CellDiagram
                source={source}
                title={`${title} at epoch ${shown.recovery.epoch}`}
                picks={picksOf(shown.recovery, kind, shown.before)}
                mark={({ isNew }) => (isNew ? "new" : null)}
              />
            </div>
          ))}
          <PickTable {...shown} />
        </>
      )}
    </section>
  );
}

/** Cells of a run that was given its genotype. */
function TrainedCells({ source, id, snapshot }: PanelProps) {
  const { genotype, error } = useGenotype(source, id, snapshot);
  if (error !== null) return <p class="empty">No cells yet: {error.message}</p>;
  if (genotype === null) return <p class="muted">Reading the genotype…</p>;
  return (
    <section aria-label="Cells">
      <button type="button" aria-label="Both cells as SVG" onClick={() => downloadDrawing(id, id, genotype)}>
        SVG
      </button>
      {KINDS.map(({ kind, title }) => (
        <div class="panel" key={kind}>
          <h2>{title}</h2>
          <CellDiagram
            source={source}
            title={title}
            picks={genotypePicks(genotype, kind)}
            concat={concatIn(genotype, kind)}
          />
        </div>
      ))}
    </section>
  );
}

interface ChangesProps {
  readonly added: readonly KeptCandidate[];
  readonly dropped: readonly KeptCandidate[];
  readonly before: number | null;
  readonly beforeError: string | null;
}

function Changes({ added, dropped, before, beforeError }: ChangesProps) {
  if (beforeError !== null) return <p class="changes muted">the epoch before cannot be read: {beforeError}</p>;
  if (before === null) return <p class="changes muted">the first codes</p>;
  if (added.length + dropped.length === 0) return <p class="changes muted">nothing changed since epoch {before}</p>;
  const list = (picks: readonly KeptCandidate[]) =>
    picks.map(({ node, primitive, source }) => `node ${node} ${primitive} of ${sourceName(source)}`).join(", ");
  return (
    <p class="changes">
      since epoch {before}: {added.length > 0 && <ins>+ {list(added)}</ins>}{" "}
      {dropped.length > 0 && <del>− {list(dropped)}</del>}
    </p>
  );
}

function PickTable({ recovery }: { readonly recovery: Parameters<typeof picksOf>[0] }) {
  return (
    <details>
      <summary>As a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Cell</th>
            <th scope="col">Node</th>
            <th scope="col">Primitive</th>
            <th scope="col">Source</th>
            <th scope="col" class="figure">
              Weight
            </th>
          </tr>
        </thead>
        <tbody>
          {KINDS.flatMap(({ kind, title }) =>
            picksOf(recovery, kind, null)
              .flat()
              .map(({ node, primitive, source, weight }) => (
                <tr key={`${kind}/${node}/${source}/${primitive}`}>
                  <td>{title}</td>
                  <td>{node}</td>
                  <td>{primitive}</td>
                  <td>{sourceName(source)}</td>
                  <td class="figure">{figure(weight)}</td>
                </tr>
              )),
          )}
        </tbody>
      </table>
    </details>
  );
}
