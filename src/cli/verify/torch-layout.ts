/** @file PyTorch's names and layouts (NCHW images, OIHW filters) of what this project keeps in its own. */
import type { Primitive } from "../../spaces/darts/index.ts";

const NORM = {
  scale: "weight",
  shift: "bias",
  runningMean: "running_mean",
  runningVariance: "running_var",
} as const;

type Names = Readonly<Record<string, string>>;

function norm(own: string, torch: string): Names {
  const names: Record<string, string> = {};
  for (const [ours, theirs] of Object.entries(NORM)) names[`${own}.norm.${ours}`] = torch + theirs;
  return names;
}

/** Names of one round of a separable convolution that starts at index `first` of a `Sequential`. */
function round(own: string, first: number): Names {
  return {
    [`${own}.depthwise`]: `${first}.weight`,
    [`${own}.pointwise`]: `${first + 1}.weight`,
    ...norm(own, `${first + 2}.`),
  };
}

/** Names inside a ReLU, 1x1 convolution, batch norm `Sequential`. */
export function reluConvNormNames(own: string): Names {
  return { [`${own}.pointwise`]: "1.weight", ...norm(own, "2.") };
}

/** Names inside a factorized reduce. */
export function factorizedReduceNames(own: string): Names {
  return { [`${own}.even.pointwise`]: "even.weight", [`${own}.odd.pointwise`]: "odd.weight", ...norm(own, "norm.") };
}

/** For each value of a primitive built under the name `own`, its name in PyTorch. */
export function primitiveNames(own: string, primitive: Primitive, stride: number): Names {
  switch (primitive) {
    case "max_pool_3x3":
    case "avg_pool_3x3":
      return norm(own, "1.");
    case "skip_connect":
      return stride === 2 ? factorizedReduceNames(own) : norm(own, "");
    case "sep_conv_3x3":
    case "sep_conv_5x5":
      return { ...round(`${own}.first`, 1), ...round(`${own}.second`, 5) };
    case "dil_conv_3x3":
    case "dil_conv_5x5":
      return round(own, 1);
  }
}

/** Order of PyTorch's axes in this project's tensor of that name. */
export function torchAxes(name: string): readonly number[] {
  if (name.endsWith(".depthwise") || name.endsWith(".filter")) return [2, 3, 1, 0];
  if (name.endsWith(".pointwise")) return [1, 0, 2, 3];
  if (name.endsWith(".weight")) return [1, 0];
  return [0];
}

/** NCHW to NHWC. */
export const IMAGE_AXES: readonly number[] = [0, 2, 3, 1];

/** A tensor of PyTorch's with its axes reordered: axis k of the result is axis `axes[k]` of the source. */
export function permute(data: ArrayLike<number>, shape: readonly number[], axes: readonly number[]): Float64Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  const result = new Float64Array(data.length);
  const index = axes.map(() => 0);
  for (let position = 0; position < result.length; position++) {
    let source = 0;
    for (const [k, axis] of axes.entries()) source += index[k]! * strides[axis]!;
    result[position] = data[source]!;
    for (let k = axes.length - 1; k >= 0; k--) {
      index[k]!++;
      if (index[k]! < shape[axes[k]!]!) break;
      index[k] = 0;
    }
  }
  return result;
}
