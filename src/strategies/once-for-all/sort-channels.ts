/**
 * @file Puts the inner channels of each block in the order of their importance, so that a narrower block gets the most important ones: the l1 norm of the
 * weights by which the next layer reads a channel (Cai et al. 2020, section 3.3). What the block computes stays as it is.
 */
import type { Device } from "../../device/index.ts";
import { elementCount } from "../../graph/index.ts";
import { inferencePass, type Network, type ParameterSpec, type SearchedSpace } from "../../network/index.ts";
import type { NestedChoices } from "./nested-choices.ts";

/**
 * Sorts the channels of the largest network, whose values the device holds. `trained`: the expansions that were trained so far; what blocks of one of them
 * have stays theirs.
 */
export function sortChannels(
  device: Device,
  space: SearchedSpace,
  choices: NestedChoices,
  trained: readonly number[],
): void {
  const build = (expansion: number): Network => {
    const { largest, all } = choices;
    const elasticity = { ...all, windows: all.windows.slice(0, 1), expansions: [expansion] };
    const candidates = largest.candidates.map((_, group) => choices.candidatesOf(group, elasticity)[0]!);
    return space.network(choices.supportsOf({ ...largest, candidates }))(inferencePass());
  };
  const [whole, narrow] = [build(choices.expansions[0]!), build(choices.expansions.at(-1)!)];
  const before = trained.map(build);
  for (const { name } of space.groups) {
    const narrower = valuesOf(narrow, name);
    const inner = valuesOf(whole, name).flatMap((spec, index) => {
      const axis = spec.shape.findIndex((length, at) => length !== narrower[index]!.shape[at]);
      if (axis < 0) return [];
      return [{ spec, axis, widths: before.map((network) => valuesOf(network, name)[index]!.shape[axis]!) }];
    });
    const reader = inner.find(({ spec, axis }) => spec.role === "pointwise" && axis === 0);
    if (reader === undefined) continue;
    const order = orderOf(importance(device.read(reader.spec.name), reader.spec), reader.widths);
    for (const { spec, axis } of inner) device.write(spec.name, permuted(device.read(spec.name), spec, axis, order));
  }
}

/** Parameters and running statistics of a group, in their order. */
function valuesOf({ parameters, runningStatistics }: Network, group: string): readonly ParameterSpec[] {
  return [...parameters, ...runningStatistics].filter(({ owner }) => owner?.group === group);
}

/** Of each row of `[rows, columns]` the sum of the absolute values. */
function importance(weights: ArrayLike<number>, { shape }: ParameterSpec): readonly number[] {
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += Math.abs(weights[row * columns + column]!);
    return sum;
  });
}

/** Channels by importance; those of each of `widths` before all others. */
function orderOf(scores: readonly number[], widths: readonly number[]): readonly number[] {
  const place = (channel: number) => widths.filter((width) => width <= channel).length;
  return scores.map((_, channel) => channel).sort((a, b) => place(a) - place(b) || scores[b]! - scores[a]! || a - b);
}

function permuted(
  values: ArrayLike<number>,
  { shape }: ParameterSpec,
  axis: number,
  order: readonly number[],
): Float64Array {
  const after = elementCount(shape.slice(axis + 1));
  const length = shape[axis]!;
  return Float64Array.from({ length: values.length }, (_, i) => {
    const channel = Math.floor(i / after) % length;
    return values[i + (order[channel]! - channel) * after]!;
  });
}
