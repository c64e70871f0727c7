/** @file What people should know of how channels died. */
import { countOf } from "../../count-of.ts";
import { percent } from "../../percent.ts";

/** What `summary.json` says of it. */
export interface AtomDetails {
  readonly searchEpochs: number;
  /** Inside all layers, and how many there were. */
  readonly channels: number;
  readonly channelsAtFirst: number;
  /** Multiply-accumulates an image. */
  readonly macs: number;
  readonly macsAtFirst: number;
  /** How often channels were taken out, after an epoch. */
  readonly shrunk: number;
}

/** A line each. */
export function atomRemarks({ channels, channelsAtFirst, macs, macsAtFirst, shrunk }: AtomDetails): readonly string[] {
  if (shrunk === 0) return ["no channel died: raise --channel-price, or let the search have more epochs"];
  const share = percent(macs / macsAtFirst);
  return [
    `${channels} of ${countOf(channelsAtFirst, "channel")} are left, ${share} of the multiply-accumulates; taken out in ${countOf(shrunk, "step")}`,
  ];
}
