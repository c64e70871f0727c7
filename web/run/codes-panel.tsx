/** @file The sparse codes of all nodes by epoch. */
import { CodeMap } from "../charts/code-map.tsx";
import { spaceOf } from "../data/recovery.ts";
import type { PanelProps } from "../views/run-view.tsx";
import { EpochSlider } from "./epoch-slider.tsx";

export function CodesPanel({ snapshot, epoch, onEpoch, theme }: PanelProps) {
  const { recoveries, recoveryEpochs } = snapshot;
  const last = recoveries.at(-1);
  if (last === undefined) {
    return <p class="empty">This run was given its genotype, or has not begun to search: there are no sparse codes.</p>;
  }
  const wanted = epoch ?? last.epoch;
  const after = recoveries.findIndex((recovery) => recovery.epoch >= wanted);
  const selected = after < 0 ? recoveries.length - 1 : after;
  return (
    <section aria-label="Sparse codes">
      <EpochSlider snapshot={snapshot} epoch={epoch} onEpoch={onEpoch} />
      <p class="legend">
        <span class="swatch negative" /> negative <span class="swatch positive" /> positive, stronger for a larger |z|
        (square root) <span class="swatch kept" /> kept <span class="swatch frozen" /> frozen from here
        {recoveries.length < recoveryEpochs.length &&
          ` · ${recoveries.length} of ${recoveryEpochs.length} recoveries, evenly spread`}
      </p>
      <div class="maps">
        {spaceOf(last).groups.map((group, index) => (
          <CodeMap
            key={group.name}
            group={group}
            index={index}
            recoveries={recoveries}
            selected={selected}
            onSelect={(column) => onEpoch(column === recoveries.length - 1 ? null : recoveries[column]!.epoch)}
            theme={theme}
          />
        ))}
      </div>
    </section>
  );
}
