/** @file How much of the space the search saw, and what its strategy tells of each group beside values: figures and vectors by name. */
import { useMemo, useState } from "preact/hooks";
import { spearmanRho } from "../../src/statistics/spearman-rho.ts";
import { LineChart } from "../charts/line-chart.tsx";
import { ScatterChart } from "../charts/scatter-chart.tsx";
import { namesIn, type Selection } from "../data/selection.ts";
import { count, figure, percent, spaced } from "../format.ts";
import { Choice } from "../parts/choice.tsx";
import { Figures } from "../parts/figures.tsx";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import type { PanelProps } from "../views/run-view.tsx";

const COLOURS = ["blue", "orange", "green", "purple", "pink", "sky", "gold", "ink"] as const;
/** Lines of the parts of a network, one after the other. */
const DASHES = [[], [5, 3], [2, 3], [9, 3, 2, 3]] as const;
/** Curves that one chart has at most. */
const MOST_CURVES = 48;

export function ExplorationPanel({ snapshot, theme }: PanelProps) {
  const { selections } = snapshot;
  const { space } = snapshot.detail;
  const exploration = selections.findLast((selection) => selection.exploration !== null)?.exploration;
  if (selections.length === 0 || space === null) {
    return <p class="empty">This run was given its architecture, or has not begun to search: nothing was explored.</p>;
  }
  if (!exploration) {
    return <p class="empty">This run was made by a version that did not write down what it explored.</p>;
  }
  const { distinctGenotypes, share, switches, steps, neverActive, candidates } = exploration;
  return (
    <section aria-label="Exploration">
      <Figures
        figures={[
          { label: "distinct architectures", value: count(distinctGenotypes) },
          { label: "of the space", value: share >= 1e-4 ? percent(share, 3) : figure(share) },
          { label: "candidates never active", value: `${neverActive} of ${candidates}` },
          { label: "support switches", value: count(switches.reduce((sum, value) => sum + value, 0)) },
        ]}
      />
      <Series selections={selections} theme={theme} />
      <h2>Training steps that each candidate received</h2>
      <ScrollRegion label="Training steps of the candidates">
        <table>
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col" class="figure">
                Switches
              </th>
              <th scope="col" class="figure">
                Never active
              </th>
              <th scope="col">Most trained</th>
            </tr>
          </thead>
          <tbody>
            {space.groups.map((group, index) => {
              const received = steps[index]!;
              const ranked = [...received.keys()].filter((candidate) => received[candidate]! > 0);
              ranked.sort((a, b) => received[b]! - received[a]!);
              return (
                <tr key={group.name}>
                  <th scope="row">{group.name}</th>
                  <td class="figure">{switches[index]}</td>
                  <td class="figure">
                    {received.filter((value) => value === 0).length} of {received.length}
                  </td>
                  <td>
                    {ranked
                      .slice(0, 4)
                      .map((candidate) => `${group.candidates[candidate]!.name} (${count(received[candidate])})`)
                      .join(", ")}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}

interface SeriesProps extends Pick<PanelProps, "theme"> {
  /** At least one. */
  readonly selections: readonly Selection[];
}

/** What changes from epoch to epoch, as curves. */
function Series({ selections, theme }: SeriesProps) {
  const { groups, figures } = selections.at(-1)!;
  const x = useMemo(() => selections.map(({ epoch }) => epoch), [selections]);
  const architectures = useMemo(() => {
    const values = selections.map(({ exploration }) => exploration?.distinctGenotypes ?? null);
    return [{ label: "distinct architectures", colour: "blue", values }];
  }, [selections]);
  const common = { axis: "epoch", x, theme };
  return (
    <>
      <div class="charts">
        <LineChart
          title="Distinct architectures"
          {...common}
          curves={architectures}
          format={(value) => count(Math.round(value))}
        />
        <FiguresOf names={namesIn(groups.map((group) => group.figures))} selections={selections} theme={theme} x={x} />
        <FiguresOf names={Object.keys(figures)} selections={selections} theme={theme} x={x} isWhole />
        <Fit selections={selections} />
      </div>
      <Vectors selections={selections} theme={theme} x={x} />
    </>
  );
}

interface SeriesOfProps extends SeriesProps {
  readonly x: readonly number[];
}

interface FiguresOfProps extends SeriesOfProps {
  readonly names: readonly string[];
  /** Of the whole architecture, instead of each group. */
  readonly isWhole?: boolean;
}

/** One figure, a curve a group; nothing if the strategy tells none. */
function FiguresOf({ names, selections, theme, x, isWhole = false }: FiguresOfProps) {
  const [wanted, setWanted] = useState("");
  const name = names.includes(wanted) ? wanted : names[0];
  const curves = useMemo(() => {
    if (name === undefined) return [];
    if (isWhole) {
      const values = selections.map(({ figures }) => figures[name] ?? null);
      return [{ label: spaced(name), colour: "green", values }];
    }
    const shown = selections.at(-1)!.groups.slice(0, MOST_CURVES);
    const parts = [...new Set(shown.map(({ group }) => partOf(group)))];
    return shown.map(({ group }, index) => ({
      label: group,
      colour: COLOURS[index % COLOURS.length]!,
      values: selections.map(({ groups }) => groups[index]!.figures[name] ?? null),
      dash: DASHES[parts.indexOf(partOf(group)) % DASHES.length]!,
    }));
  }, [selections, name, isWhole]);
  if (name === undefined) return null;
  return (
    <div>
      <LineChart
        title={isWhole ? spaced(name) : `${spaced(name)} by group`}
        {...{ axis: "epoch", x, theme, curves }}
        format={figure}
      />
      <Choice
        label={isWhole ? "Figure of the whole" : "Figure of each group"}
        options={names.map((one) => ({ value: one, text: spaced(one) }))}
        value={name}
        onChoose={setWanted}
      />
    </div>
  );
}

/** What was measured beside what was recovered from it, after one round or another; nothing if the strategy tells none. */
function Fit({ selections }: Pick<SeriesProps, "selections">) {
  const [wanted, setWanted] = useState<number | null>(null);
  const known = selections.flatMap(({ epoch, fit }) =>
    fit !== undefined && fit.measured.length > 1 ? [{ epoch, fit }] : [],
  );
  const shown = known.find(({ epoch }) => epoch === wanted) ?? known.at(-1);
  if (shown === undefined) return null;
  const { recovered, measured } = shown.fit;
  const rho = spearmanRho(recovered, measured);
  return (
    <div>
      <ScatterChart
        title="Measurements against recovery"
        across={{ label: "recovered", values: recovered }}
        up={{ label: "measured", values: measured }}
        remark={`${count(measured.length)} paths, rank correlation ${rho === null ? "unknown" : figure(rho)}`}
      />
      <Choice
        label="Measurements up to epoch"
        options={known.map(({ epoch }) => ({ value: String(epoch), text: String(epoch) }))}
        value={String(shown.epoch)}
        onChoose={(epoch) => setWanted(Number(epoch))}
      />
    </div>
  );
}

/** The vectors of one group, a curve an entry; nothing if the strategy tells none. */
function Vectors({ selections, theme, x }: SeriesOfProps) {
  const { groups } = selections.at(-1)!;
  const names = namesIn(groups.map(({ vectors }) => vectors));
  const [chosen, setChosen] = useState(0);
  const [wanted, setWanted] = useState("");
  const name = names.includes(wanted) ? wanted : names[0];
  const length = name === undefined ? 0 : (groups[chosen]?.vectors[name]?.length ?? 0);
  const curves = useMemo(
    () =>
      Array.from({ length: Math.min(length, MOST_CURVES) }, (_, entry) => ({
        label: `[${entry}]`,
        colour: COLOURS[entry % COLOURS.length]!,
        values: selections.map((selection) => selection.groups[chosen]!.vectors[name!]?.[entry] ?? null),
      })),
    [selections, chosen, name, length],
  );
  if (name === undefined) return null;
  return (
    <>
      <div class="row">
        <h2>Vectors by group</h2>
        <Choice
          label="Group"
          options={groups.map(({ group }, index) => ({ value: String(index), text: group }))}
          value={String(chosen)}
          onChoose={(index) => setChosen(Number(index))}
        />
        <Choice
          label="Vector"
          options={names.map((one) => ({ value: one, text: spaced(one) }))}
          value={name}
          onChoose={setWanted}
        />
      </div>
      {length > MOST_CURVES && (
        <p class="muted">
          The first {MOST_CURVES} of {length} entries are drawn.
        </p>
      )}
      <LineChart
        title={`${spaced(name)} of ${groups[chosen]!.group}`}
        {...{ axis: "epoch", x, theme, curves }}
        format={figure}
      />
    </>
  );
}

/** The part of the network that a group belongs to: what stands before a bar. */
function partOf(group: string): string {
  return group.split("/")[0]!;
}
