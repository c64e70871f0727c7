/** @file The values that the strategy decides by, of every group by epoch. */
import { ValueMap } from "../charts/value-map.tsx";
import { givenUp } from "../data/selection.ts";
import type { PanelProps } from "../views/run-view.tsx";
import { EpochSlider } from "./epoch-slider.tsx";

export function ValuesPanel({ snapshot, epoch, onEpoch, theme }: PanelProps) {
  const { selections, selectionEpochs } = snapshot;
  const { space } = snapshot.detail;
  const last = selections.at(-1);
  if (last === undefined || space === null) {
    return <p class="empty">This run was given its architecture, or has not begun to search: there are no values.</p>;
  }
  if (last.groups.every(({ values }) => values === null)) {
    return <p class="empty">The strategy of this run gives its candidates no values: there is nothing to draw.</p>;
  }
  const hasGivenUp = last.groups.some(
    (group, index) => givenUp(group, space.groups[index]!.candidates.length).length > 0,
  );
  const wanted = epoch ?? last.epoch;
  const after = selections.findIndex((selection) => selection.epoch >= wanted);
  const selected = after < 0 ? selections.length - 1 : after;
  return (
    <section aria-label="Values">
      <EpochSlider snapshot={snapshot} epoch={epoch} onEpoch={onEpoch} />
      <p class="legend">
        <span class="swatch negative" /> negative <span class="swatch positive" /> positive, stronger for a larger size
        (square root) <span class="swatch kept" /> kept <span class="swatch frozen" /> frozen from here
        {hasGivenUp && (
          <>
            {" "}
            <span class="swatch given-up" /> given up
          </>
        )}
        {selections.length < selectionEpochs.length &&
          ` · ${selections.length} of ${selectionEpochs.length} selections, evenly spread`}
      </p>
      <div class="maps">
        {space.groups.map((group, index) => (
          <ValueMap
            key={group.name}
            space={space}
            index={index}
            selections={selections}
            selected={selected}
            onSelect={(column) => onEpoch(column === selections.length - 1 ? null : selections[column]!.epoch)}
            theme={theme}
          />
        ))}
      </div>
    </section>
  );
}
