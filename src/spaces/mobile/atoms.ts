/**
 * @file The layers of AtomNAS (Mei et al. 2020): an inverted residual whose inside is several windows side by side, each on channels of its own. What
 * each window makes is narrowed, added to the others, and normalised once. As a word `atoms_3x3:24+5x5:8`; without numbers, as in `atoms_3x3+5x5`, the
 * windows share the inside of an expansion of 6.
 */
import { BOUNDS } from "../../bounds.ts";
import type { Value } from "../../graph/index.ts";
import type { HiddenChannels, Layers } from "../../network/index.ts";
import type { BottleneckOptions } from "./block.ts";

/** Sides of the windows, in the order in which candidates are counted. */
export const WINDOWS = [3, 5, 7] as const;

/** How many times as wide as its input each window begins, and all of them together where no width is given. */
export const EXPANSION = 6;

/** A layer as a word. */
export type AtomWord = `atoms_${string}`;

/** One window of a layer, and its channels; null for its share of the usual inside. */
export interface AtomWindow {
  readonly size: (typeof WINDOWS)[number];
  readonly width: number | null;
}

const WORD = /^atoms_[357]x[357](:\d+)?(\+[357]x[357](:\d+)?)*$/;

/** The windows of a word in the form that `formatAtoms` writes; null for any other text. */
export function parseAtoms(text: string): readonly AtomWindow[] | null {
  if (!WORD.test(text)) return null;
  const windows = text
    .slice("atoms_".length)
    .split("+")
    .map((part): AtomWindow => {
      const [sides, width] = part.split(":");
      return { size: Number(sides![0]) as AtomWindow["size"], width: width === undefined ? null : Number(width) };
    });
  const isWidth = ({ width }: AtomWindow) =>
    width === null || (width > 0 && width % 4 === 0 && width <= EXPANSION * BOUNDS.channels);
  // Sides that differ, and windows in any other order, come back as another text.
  return windows.every(isWidth) && formatAtoms(windows) === text ? windows : null;
}

/** Each window once, in the order of `WINDOWS`. */
export function formatAtoms(windows: readonly AtomWindow[]): AtomWord {
  const parts = WINDOWS.flatMap((side) => {
    const window = windows.find(({ size }) => size === side);
    if (window === undefined) return [];
    return [`${side}x${side}${window.width === null ? "" : `:${window.width}`}`];
  });
  return `atoms_${parts.join("+")}`;
}

interface AtomsOptions extends Omit<BottleneckOptions, "affine"> {
  /** Name of the group of the layer, and its index. */
  readonly group: string;
  readonly index: number;
}

/** A layer without shortcut, and the channels inside it. Its batch norms always have scale and shift: by the scale it is known what a channel is worth. */
export function buildAtoms(
  layers: Layers,
  name: string,
  windows: readonly AtomWindow[],
  input: Value,
  { channels, stride, group, index }: AtomsOptions,
): { readonly output: Value; readonly hidden: readonly HiddenChannels[] } {
  const { graph } = layers;
  const inputs = input.shape[3]!;
  const activated = (part: string, value: Value) =>
    graph.apply("relu6", [layers.batchNorm(`${part}.norm`, value, true)], {});
  const norm = `${name}.atoms.norm`;
  const built = windows.map(({ size, width }) => {
    const count = width ?? (EXPANSION * inputs) / windows.length;
    const label = `${size}x${size}`;
    const own = `${name}.atoms_${label}`;
    const narrow = layers.owned({ group, candidate: label }, () => {
      const wide = activated(
        `${own}.expand`,
        layers.pointwise(`${own}.expand`, input, { channels: count, relu: false }),
      );
      const filter = { size, stride, dilation: 1, relu: false };
      const filtered = activated(`${own}.filter`, layers.depthwise(`${own}.filter`, wide, filter));
      return layers.pointwise(`${own}.project`, filtered, { channels, relu: false });
    });
    const [, height, columns] = input.shape as [number, number, number, number];
    const pixels = narrow.shape[1]! * narrow.shape[2]!;
    const hidden: HiddenChannels = {
      ...{ group: index, candidate: WINDOWS.indexOf(size), count },
      ...{ scale: `${own}.filter.norm.scale`, shift: `${own}.filter.norm.shift` },
      ...{ projection: `${own}.project.pointwise`, runningMean: `${norm}.runningMean` },
      slices: [
        { name: `${own}.expand.pointwise`, shape: [inputs, count], axis: 1, isTrained: true },
        ...normSlices(`${own}.expand.norm`, count),
        { name: `${own}.filter.depthwise`, shape: [size, size, count], axis: 2, isTrained: true },
        ...normSlices(`${own}.filter.norm`, count),
        { name: `${own}.project.pointwise`, shape: [count, channels], axis: 0, isTrained: true },
      ],
      macs: height * columns * inputs + pixels * (size * size + channels),
    };
    return { narrow, hidden };
  });
  const outputs = built.map(({ narrow }) => narrow);
  const [first] = outputs;
  const sum = outputs.length === 1 ? first! : graph.apply("sum", outputs, { coefficients: outputs.map(() => 1) });
  return { output: layers.batchNorm(norm, sum, true), hidden: built.map(({ hidden }) => hidden) };
}

function normSlices(norm: string, count: number): HiddenChannels["slices"] {
  return (["scale", "shift", "runningMean", "runningVariance"] as const).map((part) => {
    return { name: `${norm}.${part}`, shape: [count], axis: 0, isTrained: part === "scale" || part === "shift" };
  });
}
