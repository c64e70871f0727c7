import type { RunCondition } from "../../src/store/index.ts";

const SIGNS: Readonly<Record<RunCondition, string>> = {
  running: "▶",
  finished: "✓",
  interrupted: "‖",
  failed: "✕",
  unreadable: "?",
};

/** Whether a run is at work; told by sign and word, not by colour alone. */
export function StateBadge({ condition }: { readonly condition: RunCondition }) {
  return (
    <span class={`badge ${condition}`}>
      <span aria-hidden="true">{SIGNS[condition]}</span> {condition}
    </span>
  );
}
