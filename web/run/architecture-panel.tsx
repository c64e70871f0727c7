/** @file The architecture of one epoch, panel by panel; what differs from the epoch before stands out. */

import type { RunSpace } from "../../src/server/index.ts";
import { drawSupports, type LayoutPanel } from "../../src/spaces/layout.ts";
import { addedSince, type Choice, namesIn, type Selection } from "../data/selection.ts";
import { downloadDrawing } from "../drawing/download-drawing.ts";
import { choiceText, diagramPanels, selectedPanels } from "../drawing/drawn-panel.ts";
import { PanelDiagram } from "../drawing/panel-diagram.tsx";
import { figure, spaced } from "../format.ts";
import { Figures } from "../parts/figures.tsx";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import type { PanelProps } from "../views/run-view.tsx";
import { EpochSlider } from "./epoch-slider.tsx";
import { type ShownSelection, useSelection } from "./use-selection.ts";

export function ArchitecturePanel(props: PanelProps) {
  const { snapshot } = props;
  const { space } = snapshot.detail;
  return space === null || snapshot.selectionEpochs.length === 0 ? (
    <Found {...props} />
  ) : (
    <Searched {...props} space={space} />
  );
}

function Searched({ source, id, snapshot, epoch, onEpoch, space }: PanelProps & { readonly space: RunSpace }) {
  const { shown, error } = useSelection(source, id, snapshot, epoch);
  const { diagram, line } = snapshot.detail;
  return (
    <section aria-label="Architecture">
      <div class="row">
        <EpochSlider snapshot={snapshot} epoch={epoch} onEpoch={onEpoch} />
        {shown !== null && (
          <button
            type="button"
            aria-label="The architecture of this epoch as SVG"
            onClick={() => {
              const { epoch: number, groups } = shown.selection;
              const isLast = number === snapshot.selectionEpochs.at(-1);
              const supports = groups.map(({ support }) => support);
              const drawn = isLast && diagram !== null ? diagram : drawSupports(space.layout, supports);
              downloadDrawing(`${line.name}-epoch-${number}`, `${line.name}, epoch ${number}`, drawn);
            }}
          >
            SVG
          </button>
        )}
      </div>
      {error !== null ? (
        <p class="warning">This selection cannot be shown: {error}</p>
      ) : shown === null ? (
        <p class="muted">Reading that epoch…</p>
      ) : (
        <SelectedPanels source={source} space={space} shown={shown} />
      )}
    </section>
  );
}

interface SelectedPanelsProps extends Pick<PanelProps, "source"> {
  readonly space: RunSpace;
  readonly shown: ShownSelection;
}

function SelectedPanels({ source, space, shown }: SelectedPanelsProps) {
  const { selection, before, beforeError } = shown;
  const added = before === null ? [] : addedSince(selection, before);
  const dropped = before === null ? [] : addedSince(before, selection);
  const figures = Object.entries(selection.figures).map(([name, value]) => ({
    label: spaced(name),
    value: figure(value),
  }));
  return (
    <>
      {!selection.isAccepted && (
        <p class="warning">
          This selection was not applied: what was asked for is beyond a limit, and everything is as it was.
        </p>
      )}
      {figures.length > 0 && <Figures figures={figures} />}
      {selectedPanels(space, selection, added).map((panel, index) => {
        const isHere = isIn(space.layout.panels[index]!);
        return (
          <div class="panel" key={index}>
            <h2>{panel.name}</h2>
            <p class="muted remark">{panel.remark}</p>
            <Changes
              space={space}
              added={added.filter(isHere)}
              dropped={dropped.filter(isHere)}
              before={before?.epoch ?? null}
              beforeError={beforeError}
            />
            <PanelDiagram source={source} title={`${panel.name} at epoch ${selection.epoch}`} panel={panel} />
          </div>
        );
      })}
      <GroupTable space={space} selection={selection} />
    </>
  );
}

/** Whether a choice belongs to a panel. */
function isIn({ nodes }: LayoutPanel): (choice: Choice) => boolean {
  const groups = new Set(nodes.flatMap((node) => node.groups.map(({ group }) => group)));
  return ({ group }) => groups.has(group);
}

/** What was found or given, of a run that tells of no selections. */
function Found({ source, snapshot }: PanelProps) {
  const { diagram, space, line } = snapshot.detail;
  if (diagram === null) return <p class="empty">There is nothing to draw: the run has no architecture so far.</p>;
  return (
    <section aria-label="Architecture">
      <button
        type="button"
        aria-label="The architecture as SVG"
        onClick={() => downloadDrawing(line.name, line.name, diagram)}
      >
        SVG
      </button>
      {diagramPanels(diagram, space).map((panel, index) => (
        <div class="panel" key={index}>
          <h2>{panel.name}</h2>
          <p class="muted remark">{panel.remark}</p>
          <PanelDiagram source={source} title={panel.name} panel={panel} />
        </div>
      ))}
    </section>
  );
}

interface ChangesProps {
  readonly space: RunSpace;
  readonly added: readonly Choice[];
  readonly dropped: readonly Choice[];
  readonly before: number | null;
  readonly beforeError: string | null;
}

function Changes({ space, added, dropped, before, beforeError }: ChangesProps) {
  if (beforeError !== null) return <p class="changes muted">the epoch before cannot be read: {beforeError}</p>;
  if (before === null) return <p class="changes muted">the first selection</p>;
  if (added.length + dropped.length === 0) return <p class="changes muted">nothing changed since epoch {before}</p>;
  const list = (choices: readonly Choice[]) => choices.map((choice) => choiceText(space, choice)).join(", ");
  return (
    <p class="changes">
      since epoch {before}: {added.length > 0 && <ins>+ {list(added)}</ins>}{" "}
      {dropped.length > 0 && <del>− {list(dropped)}</del>}
    </p>
  );
}

interface GroupTableProps {
  readonly space: RunSpace;
  readonly selection: Selection;
}

function GroupTable({ space, selection: { groups } }: GroupTableProps) {
  const figures = namesIn(groups.map((group) => group.figures));
  return (
    <details>
      <summary>As a table</summary>
      <ScrollRegion label="What each group keeps">
        <table>
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col">Kept, with weights</th>
              <th scope="col">State</th>
              {figures.map((name) => (
                <th key={name} scope="col" class="figure">
                  {spaced(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map((group, index) => (
              <tr key={group.group}>
                <th scope="row">{group.group}</th>
                <td>
                  {group.support
                    .map((candidate, entry) => {
                      const { name } = space.groups[index]!.candidates[candidate]!;
                      return group.weights === null ? name : `${name} × ${figure(group.weights[entry])}`;
                    })
                    .join(", ")}
                </td>
                <td>{group.isFrozen ? "frozen" : group.changed ? "changed" : "as before"}</td>
                {figures.map((name) => (
                  <td key={name} class="figure">
                    {figure(group.figures[name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </details>
  );
}
