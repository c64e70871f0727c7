/** @file What several runs found, side by side, panel by panel; what not all runs of one space have stands out. */
import type { RunSpace } from "../../src/server/index.ts";
import type { Diagram, DiagramTerm } from "../../src/spaces/index.ts";
import { drawSupports } from "../../src/spaces/layout.ts";
import type { RunSnapshot } from "../data/run-store.ts";
import type { RunSource } from "../data/source.ts";
import { diagramPanels, isSameTerm } from "../drawing/drawn-panel.ts";
import { PanelDiagram } from "../drawing/panel-diagram.tsx";
import { ScrollRegion } from "../parts/scroll-region.tsx";

export interface ComparedArchitecturesProps {
  readonly source: RunSource;
  /** Of `runs`. */
  readonly ids: readonly string[];
  readonly runs: ReadonlyMap<string, RunSnapshot>;
}

interface Found {
  readonly id: string;
  readonly space: RunSpace | null;
  readonly diagram: Diagram;
  /** What each group keeps; null if that is not known. */
  readonly supports: readonly (readonly number[])[] | null;
}

export function ComparedArchitectures({ source, ids, runs }: ComparedArchitecturesProps) {
  const found = ids.flatMap((id) => foundOf(id, runs.get(id)!) ?? []);
  const problems = ids.flatMap((id) => runs.get(id)!.detail.problems.map((problem) => `${id}: ${problem}`));
  const keys = found.map(({ space }) => spaceKey(space));
  const spaces = [...new Set(keys)].map((key) => found.filter((_, index) => keys[index] === key));
  return (
    <>
      {problems.map((problem) => (
        <p key={problem} class="warning">
          {problem}
        </p>
      ))}
      {found.length + problems.length === 0 && <p class="muted">None of them has an architecture yet.</p>}
      {spaces.length > 1 && (
        <p class="muted">
          These runs search different spaces, whose architectures cannot be told apart group by group: differences are
          marked among runs of one space.
        </p>
      )}
      {spaces.map((alike) => (
        <OfOneSpace key={alike[0]!.id} source={source} found={alike} isOnly={spaces.length === 1} />
      ))}
    </>
  );
}

/** What a run found, or keeps so far. */
function foundOf(id: string, { detail, selections }: RunSnapshot): Found | null {
  const { space } = detail;
  const supports = selections.at(-1)?.groups.map(({ support }) => support) ?? detail.supports;
  if (detail.diagram !== null) return { id, space, diagram: detail.diagram, supports };
  if (space === null || supports === null) return null;
  return { id, space, diagram: drawSupports(space.layout, supports), supports };
}

/** The same for runs that choose from the same candidates of the same groups. */
function spaceKey(space: RunSpace | null): string {
  if (space === null) return "";
  const groups = space.groups.map(({ name, candidates }) => [name, candidates.map((candidate) => candidate.name)]);
  return JSON.stringify([space.kind, groups]);
}

interface OfOneSpaceProps {
  readonly source: RunSource;
  /** At least one. */
  readonly found: readonly Found[];
  /** Whether all runs are of this space. */
  readonly isOnly: boolean;
}

function OfOneSpace({ source, found, isOnly }: OfOneSpaceProps) {
  const { space } = found[0]!;
  const isInAll = (term: DiagramTerm, node: number, panel: number) =>
    found.every(({ diagram }) => diagram.panels[panel]?.nodes[node]?.terms.some((other) => isSameTerm(other, term)));
  const mark = (term: DiagramTerm, node: number, panel: number) => (isInAll(term, node, panel) ? null : "differs");
  const drawn = found.map((one) => ({ ...one, panels: diagramPanels(one.diagram, space, mark) }));
  const most = drawn.reduce((largest, one) => (one.panels.length > largest.panels.length ? one : largest)).panels;
  return (
    <>
      {!isOnly && <h2>Space {space?.kind ?? "unknown"}</h2>}
      {found.length > 1 && <p class="muted">Marked: what not all of them have.</p>}
      {most.map(({ name }, index) => (
        <div key={index}>
          <h2>{name}</h2>
          <div class="beside">
            {drawn.map(({ id, panels }) => {
              const panel = panels[index];
              return panel === undefined ? null : (
                <div class="panel" key={id}>
                  <h3>{id}</h3>
                  <PanelDiagram source={source} title={`${panel.name} of ${id}`} panel={panel} />
                </div>
              );
            })}
          </div>
        </div>
      ))}
      {space !== null && found.length > 1 && <GroupDifferences space={space} found={found} />}
    </>
  );
}

/** Groups that do not keep the same in all runs whose supports are known. */
function GroupDifferences({ space, found }: { readonly space: RunSpace; readonly found: readonly Found[] }) {
  const known = found.flatMap(({ id, supports }) => (supports === null ? [] : [{ id, supports }]));
  const namesOf = (supports: readonly (readonly number[])[], group: number) =>
    (supports[group] ?? []).map((candidate) => space.groups[group]!.candidates[candidate]?.name ?? "?").join(", ");
  const rows = space.groups.flatMap(({ name }, group) => {
    const kept = known.map(({ supports }) => namesOf(supports, group));
    return new Set(kept).size > 1 ? [{ name, kept }] : [];
  });
  if (known.length < 2) return null;
  if (rows.length === 0) return <p class="muted">Every group keeps the same in all of them.</p>;
  return (
    <ScrollRegion label="What groups keep in each run">
      <table>
        <thead>
          <tr>
            <th scope="col">Group</th>
            {known.map(({ id }) => (
              <th key={id} scope="col">
                {id}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, kept }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {kept.map((names, index) => (
                <td key={known[index]!.id}>{names}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
