import type { RunSnapshot } from "../data/run-store.ts";

export interface EpochSliderProps {
  readonly snapshot: RunSnapshot;
  readonly epoch: number | null;
  readonly onEpoch: (epoch: number | null) => void;
}

/** Chooses one of the selections by its epoch, once all are known; at the right end the page goes along with the run. */
export function EpochSlider({ snapshot, epoch, onEpoch }: EpochSliderProps) {
  const { selectionEpochs, detail, isWhole } = snapshot;
  const last = selectionEpochs.length - 1;
  const found = epoch === null ? -1 : selectionEpochs.indexOf(epoch);
  const place = found < 0 ? last : found;
  const shown = selectionEpochs[place];
  const isLive = detail.line.condition === "running" && epoch === null;
  const go = (index: number) => onEpoch(index >= last ? null : selectionEpochs[Math.max(0, index)]!);
  return (
    <div class="epoch-slider">
      <button type="button" onClick={() => go(place - 1)} disabled={!isWhole || place <= 0} aria-label="One epoch back">
        ◀
      </button>
      <input
        type="range"
        min={0}
        max={Math.max(last, 0)}
        value={place}
        disabled={!isWhole || last < 1}
        aria-label="Epoch"
        aria-valuetext={`epoch ${shown}`}
        onInput={(event) => go(Number(event.currentTarget.value))}
      />
      <button
        type="button"
        onClick={() => go(place + 1)}
        disabled={!isWhole || place >= last}
        aria-label="One epoch on"
      >
        ▶
      </button>
      <output>
        epoch {shown} of {selectionEpochs[last]}
        {isLive ? ", live" : ""}
      </output>
    </div>
  );
}
