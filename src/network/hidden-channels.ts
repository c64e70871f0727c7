/**
 * @file Channels inside a candidate that can be taken out one by one: each is made by a 1x1 convolution, filtered by itself, and read by a 1x1
 * convolution. One whose scale is zero hands on a constant.
 */
import type { Shape } from "../graph/index.ts";

/** A value with an entry, a row or a column for each channel. */
export interface ChannelSlice {
  /** Of a parameter or a running statistic. */
  readonly name: string;
  readonly shape: Shape;
  /** The dimension that counts channels. */
  readonly axis: number;
  /** Whether it is trained, and so has a velocity. */
  readonly isTrained: boolean;
}

/** The channels of one candidate of one group. */
export interface HiddenChannels {
  /** Indices of the group and of the candidate within it. */
  readonly group: number;
  readonly candidate: number;
  readonly count: number;
  /** Names of scale and shift of the batch norm behind the filter; ReLU6 follows it. */
  readonly scale: string;
  readonly shift: string;
  /** The 1x1 convolution `[count, outputs]` that reads them, and the running mean of the batch norm behind it, which knows what constants come to. */
  readonly projection: string;
  readonly runningMean: string;
  /** Everything that has a part for each channel. */
  readonly slices: readonly ChannelSlice[];
  /** Multiply-accumulates of one of them, an image. */
  readonly macs: number;
}
