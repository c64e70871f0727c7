/** @file How much of the space the search saw, how its compressed variables moved, and how well the codes explain them. */
import { useMemo, useState } from "preact/hooks";
import { LineChart } from "../charts/line-chart.tsx";
import { sourceName, spaceOf } from "../data/recovery.ts";
import { count, figure, percent } from "../format.ts";
import { Figures } from "../parts/figures.tsx";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import type { PanelProps } from "../views/run-view.tsx";

const COLOURS = ["blue", "orange", "green", "purple", "pink", "sky", "gold", "ink"] as const;

export function ExplorationPanel({ snapshot, theme }: PanelProps) {
  const { recoveries } = snapshot;
  const last = recoveries.at(-1);
  const [chosen, setChosen] = useState(0);
  const x = useMemo(() => recoveries.map(({ epoch }) => epoch), [recoveries]);
  const genotypes = useMemo(
    () => [
      {
        label: "distinct genotypes",
        colour: "blue",
        values: recoveries.map(({ exploration }) => exploration?.distinctGenotypes ?? null),
      },
    ],
    [recoveries],
  );
  const residuals = useMemo(
    () =>
      (last?.groups ?? []).map(({ group }, index) => ({
        label: group,
        colour: COLOURS[index % COLOURS.length]!,
        values: recoveries.map(({ groups }) => groups[index]?.relativeResidual ?? null),
        ...(group.startsWith("reduce") ? { dash: [5, 3] } : {}),
      })),
    [recoveries, last?.groups.length],
  );
  const measurements = useMemo(() => {
    const length = last?.groups[chosen]?.measurement?.length ?? 0;
    return Array.from({ length }, (_, entry) => ({
      label: `b${entry}`,
      colour: COLOURS[entry % COLOURS.length]!,
      values: recoveries.map(({ groups }) => groups[chosen]?.measurement?.[entry] ?? null),
    }));
  }, [recoveries, chosen, last === undefined]);
  if (last === undefined) {
    return <p class="empty">This run was given its genotype, or has not begun to search: nothing was explored.</p>;
  }
  const { groups } = last;
  const exploration = recoveries.findLast((recovery) => recovery.exploration !== null)?.exploration;
  if (!exploration)
    return <p class="empty">This run was made by a version that did not write down what it explored.</p>;
  const { distinctGenotypes, share, switches, steps, neverActive, candidates } = exploration;
  const space = spaceOf(last);
  return (
    <section aria-label="Exploration">
      <Figures
        figures={[
          { label: "distinct genotypes", value: count(distinctGenotypes) },
          { label: "of the space", value: share >= 1e-4 ? percent(share, 3) : figure(share) },
          { label: "candidates never active", value: `${neverActive} of ${candidates}` },
          { label: "support switches", value: count(switches.reduce((sum, value) => sum + value, 0)) },
        ]}
      />
      <div class="charts">
        <LineChart
          title="Distinct genotypes"
          axis="epoch"
          x={x}
          curves={genotypes}
          format={(value) => count(Math.round(value))}
          theme={theme}
        />
        <LineChart
          title="Recovery residual, |Az − b| / |b|"
          axis="epoch"
          x={x}
          curves={residuals}
          format={figure}
          theme={theme}
        />
      </div>
      <div class="row">
        <h2>Compressed variables b</h2>
        <label>
          Node{" "}
          <select value={chosen} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
            {groups.map(({ group }, index) => (
              <option key={group} value={index}>
                {group}
              </option>
            ))}
          </select>
        </label>
      </div>
      {measurements.length === 0 ? (
        <p class="muted">This run was made by a version that did not write them down.</p>
      ) : (
        <LineChart
          title={`b of ${groups[chosen]!.group}`}
          axis="epoch"
          x={x}
          curves={measurements}
          format={figure}
          theme={theme}
        />
      )}
      <h2>Training steps that each candidate received</h2>
      <ScrollRegion label="Training steps of the candidates">
        <table>
          <thead>
            <tr>
              <th scope="col">Node</th>
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
                      .map((candidate) => {
                        const { primitive, source } = group.candidates[candidate]!;
                        return `${primitive} of ${sourceName(source)} (${count(received[candidate])})`;
                      })
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
