/**
 * @file What a network keeps between steps, and how each value starts: as PyTorch's layers do by default, so that published
 * hyper-parameters mean the same here. Convolutions and linear layers draw from U(-1/sqrt(fanIn), 1/sqrt(fanIn)), which is
 * Kaiming's uniform rule with a = sqrt(5).
 */
import type { Shape } from "../graph/index.ts";
import { elementCount } from "../graph/index.ts";
import type { RandomStreams } from "../random/index.ts";

/** How a value starts: uniform within 1 / sqrt(fanIn), filled with one number, or as the matrix that changes nothing, ones on the diagonal of a `[C, C]`. */
export type Initialiser =
  | { readonly kind: "uniform"; readonly fanIn: number }
  | { readonly kind: "fill"; readonly value: number }
  | { readonly kind: "identity" };

/** What a persistent value is to the layer that it belongs to. */
export type ParameterRole =
  | "filter"
  | "depthwise"
  | "pointwise"
  | "weight"
  | "bias"
  | "scale"
  | "shift"
  | "runningMean"
  | "runningVariance";

/** The candidate that a value belongs to: it is trained only while its group keeps it. */
export interface ParameterOwner {
  /** Name of the choice group. */
  readonly group: string;
  /** Name of the candidate within its group. */
  readonly candidate: string;
}

/** A persistent value of a network, by the name under which the device keeps it. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly initialiser: Initialiser;
  readonly role: ParameterRole;
  /** Null for what every network of the space has: stems, preprocessing, classifiers. */
  readonly owner: ParameterOwner | null;
}

/**
 * First values of a parameter. Each parameter has a stream of its own, so the values of one do not depend on which others
 * exist: the super-net and the derived network agree wherever they share a name.
 */
export function initialValues(spec: ParameterSpec, streams: RandomStreams): Float64Array {
  const { name, shape, initialiser } = spec;
  const values = new Float64Array(elementCount(shape));
  switch (initialiser.kind) {
    case "fill":
      return values.fill(initialiser.value);
    case "identity":
      for (let i = 0; i < values.length; i += shape[1]! + 1) values[i] = 1;
      return values;
    case "uniform": {
      const bound = 1 / Math.sqrt(initialiser.fanIn);
      const stream = streams.stream(`initialise/${name}`);
      for (let i = 0; i < values.length; i++) values[i] = (2 * stream.uniform() - 1) * bound;
      return values;
    }
  }
}

/** Number of trained numbers in a list of parameters. */
export function parameterCount(parameters: readonly ParameterSpec[]): number {
  return parameters.reduce((count, parameter) => count + elementCount(parameter.shape), 0);
}
