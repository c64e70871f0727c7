/** @file One pass of a network as a graph, and what makes it: whatever its space and its architecture, training and exporting know this alone. */
import type { Graph, NodeRange, Value } from "../graph/index.ts";
import type { HiddenChannels } from "./hidden-channels.ts";
import type { PassMode } from "./layers.ts";
import type { KeptOutput } from "./mixtures.ts";
import type { ParameterSpec } from "./parameter.ts";
import type { TaskShape } from "./task-shape.ts";

/** What every network is made for; spaces add what is theirs. Plain data, saved with every run. */
export interface NetworkShape {
  readonly imageSize: { readonly height: number; readonly width: number };
  /** 1 (grey) or 3 (colour). */
  readonly imageChannels: number;
  readonly classCount: number;
  /** Tasks beside the first, whose classes `classCount` counts. Default: none. */
  readonly otherTasks?: readonly TaskShape[];
}

/** What one graph of a network is for. */
export interface NetworkPass {
  readonly mode: PassMode;
  /** Images a run, N. */
  readonly batch: number;
  /** Multiply what each choice group keeps by an input `mixture/GROUP`, an entry a kept candidate in order. */
  readonly mixture: boolean;
  /** Multiply the output of every kept candidate but bare skips by per-image factors, inputs `dropPath/...` of length N. */
  readonly dropPath: boolean;
  /** Whether the loss looks at the auxiliary head, if the network has one; inference has none. */
  readonly auxiliaryHead: boolean;
  /** In front of the names of all persistent values, so that networks of two sizes can lie on one device. Default: nothing. */
  readonly prefix?: string;
}

/** Makes the network of a pass. Of which space, architecture and size it is, its maker alone knows. */
export type NetworkBuilder = (pass: NetworkPass) => Network;

/** One pass as a graph, with what is fed to it, what comes out of it, and what it keeps. */
export interface Network {
  readonly graph: Graph;
  /** Input `images`, normalised, `[N, H, W, C]`. */
  readonly images: Value;
  /** `[N, classCount]` */
  readonly logits: Value;
  /** Those of the other tasks of its shape, `[N, classCount of the task]` each. Missing in a network of one task. */
  readonly otherLogits?: readonly Value[];
  /** `[N, classCount]`, or null without auxiliary head. */
  readonly auxiliaryLogits: Value | null;
  /** How much the images of each class count in the loss, `[classCount]`. Default: 1 each. */
  readonly classWeights?: readonly number[];
  /** The input vector of each choice group of the space, in its order; null for plain sums. */
  readonly mixtures: readonly Value[] | null;
  /** Every kept candidate in every place where it is computed. */
  readonly kept: readonly KeptOutput[];
  /** Channels that can be taken out of it, candidate by candidate, where there are such. */
  readonly hidden?: readonly HiddenChannels[];
  /** Names of the drop path inputs, in order. */
  readonly dropPathInputs: readonly string[];
  /** The operations of each cell. */
  readonly cells: readonly NodeRange[];
  readonly parameters: readonly ParameterSpec[];
  readonly runningStatistics: readonly ParameterSpec[];
}
