/**
 * @file One set of weights for all sub-networks: those of the largest network, and matrices that make smaller windows of larger ones. What a block of a
 * sub-network computes with is cut out of it, under the block's own names; what the gradients of such blocks are to the set is summed.
 */
import type { Supports } from "../../choice/index.ts";
import type { Device, DeviceArray } from "../../device/index.ts";
import { elementCount, type Shape } from "../../graph/index.ts";
import {
  inferencePass,
  type Nesting,
  type Network,
  type ParameterSpec,
  type SearchedSpace,
} from "../../network/index.ts";
import { leadingIndices } from "./leading-indices.ts";
import { NestedChoices } from "./nested-choices.ts";
import { addWindowGradient, cutWindow, type WindowStep } from "./window-cut.ts";

/** A value of the set. */
export interface SharedValue {
  readonly name: string;
  readonly shape: Shape;
}

/** Values of the set by name. */
export type SharedValues = ReadonlyMap<string, ArrayLike<number>>;

/** Sums of gradients by the names of the set. */
export type SharedGradients = ReadonlyMap<string, Float64Array>;

/** How a parameter of a block is cut out of one of the largest block. */
interface Cut {
  readonly target: SharedValue;
  readonly source: SharedValue;
  /** The first entries of each axis; null for filters of a smaller window. */
  readonly indices: Int32Array | null;
  /** Windows that come after that of the source, with the names of their matrices. */
  readonly steps: readonly { readonly side: number; readonly matrix: string }[];
}

export class SharedWeights {
  /** All of the set: parameters of the largest network, then matrices. */
  readonly values: readonly SharedValue[];
  /** Of the set, what makes a smaller window of a larger one. */
  readonly matrices: readonly SharedValue[];
  readonly #space: SearchedSpace;
  readonly #nesting: Nesting;
  readonly #largest: Network;
  readonly #cuts = new Map<string, Cut>();

  constructor(space: SearchedSpace & { readonly nesting: Nesting }) {
    this.#space = space;
    this.#nesting = space.nesting;
    const choices = new NestedChoices(space.nesting);
    this.#largest = space.network(choices.supportsOf(choices.largest))(inferencePass());
    const { parameters } = this.#largest;
    this.matrices = parameters.flatMap((parameter) => {
      if (parameter.role !== "depthwise" || parameter.owner === null) return [];
      return this.#stepsOf(parameter, 1).map(({ side, matrix }) => ({ name: matrix, shape: [side ** 2, side ** 2] }));
    });
    this.values = [...parameters.map(({ name, shape }) => ({ name, shape })), ...this.matrices];
  }

  /** Parameters and running statistics of the largest network. */
  get largest(): Pick<Network, "parameters" | "runningStatistics"> {
    return this.#largest;
  }

  /** Matrices begin as the identity: a smaller window is the middle of the larger one. */
  initialiseMatrices(device: Device): void {
    for (const { name, shape } of this.matrices) {
      const side = shape[0]!;
      device.write(
        name,
        Float64Array.from({ length: side * side }, (_, i) => (i % (side + 1) === 0 ? 1 : 0)),
      );
    }
  }

  read(device: Device): ReadonlyMap<string, DeviceArray> {
    return new Map(this.values.map(({ name }) => [name, device.read(name)]));
  }

  /** The names of all values that a network of `supports` computes with, cut out of `values`; without those that are in the set themselves. */
  cut(network: Pick<Network, "parameters">, values: SharedValues): ReadonlyMap<string, Float64Array> {
    const cuts = new Map<string, Float64Array>();
    for (const { target, source, indices, steps } of this.#cutsOf(network)) {
      const all = values.get(source.name)!;
      if (indices !== null)
        cuts.set(
          target.name,
          Float64Array.from(indices, (index) => all[index]!),
        );
      else cuts.set(target.name, cutWindow(all, windowOf(source), withValues(steps, values), target.shape[2]!).filters);
    }
    return cuts;
  }

  /** Puts on the device what the network of `supports` computes with, from the set that lies there. */
  settle(device: Device, supports: Supports): void {
    const network = this.#space.network(supports)(inferencePass());
    for (const [name, values] of this.cut(network, this.read(device))) device.write(name, values);
  }

  noGradients(): SharedGradients {
    return new Map(this.values.map(({ name, shape }) => [name, new Float64Array(elementCount(shape))]));
  }

  /** Adds the gradients of a network's parameters, by their names, to those of the set. `values`: those that the network's were cut out of. */
  addGradients(
    into: SharedGradients,
    network: Pick<Network, "parameters">,
    gradients: ReadonlyMap<string, ArrayLike<number>>,
    values: SharedValues,
  ): void {
    const cuts = new Map(this.#cutsOf(network).map((cut) => [cut.target.name, cut]));
    for (const [name, gradient] of gradients) {
      const cut = cuts.get(name);
      const sum = into.get(cut?.source.name ?? name)!;
      if (cut === undefined) for (let i = 0; i < sum.length; i++) sum[i]! += gradient[i]!;
      else if (cut.indices !== null) for (const [i, index] of cut.indices.entries()) sum[index]! += gradient[i]!;
      else {
        const channels = cut.target.shape[2]!;
        const [shape, steps] = [windowOf(cut.source), withValues(cut.steps, values)];
        const matrices = cut.steps.map(({ matrix }) => into.get(matrix)!);
        const before = cutWindow(values.get(cut.source.name)!, shape, steps, channels);
        addWindowGradient(gradient, before, steps, channels, { shape, filters: sum, matrices });
      }
    }
  }

  /** Parameters of one candidate are in the same order for all of its group. */
  #cutsOf({ parameters }: Pick<Network, "parameters">): readonly Cut[] {
    const cuts: Cut[] = [];
    for (const { name: group } of this.#space.groups) {
      const isOwn = ({ owner }: ParameterSpec) => owner?.group === group;
      const sources = this.#largest.parameters.filter(isOwn);
      for (const [index, target] of parameters.filter(isOwn).entries()) {
        const source = sources[index]!;
        if (target.name === source.name) continue;
        const cut = this.#cuts.get(target.name) ?? this.#cutOf(target, source);
        this.#cuts.set(target.name, cut);
        cuts.push(cut);
      }
    }
    return cuts;
  }

  #cutOf(target: ParameterSpec, source: ParameterSpec): Cut {
    const isWindow = source.role === "depthwise" && target.shape[0] !== source.shape[0];
    return {
      ...{ target, source },
      indices: isWindow ? null : leadingIndices(source.shape, target.shape),
      steps: isWindow ? this.#stepsOf(source, target.shape[0]!) : [],
    };
  }

  /** From the window of `source` down to `side`. */
  #stepsOf({ name, shape, owner }: ParameterSpec, side: number): Cut["steps"] {
    const group = this.#space.groups.findIndex((one) => one.name === owner!.group);
    const windows = [...new Set(this.#nesting.parts[group]!.flatMap((part) => part?.window ?? []))];
    const smaller = windows.filter((window) => window < shape[0]! && window >= side).sort((a, b) => b - a);
    return smaller.map((to, index) => ({ side: to, matrix: `${name}/${smaller[index - 1] ?? shape[0]}to${to}` }));
  }
}

function windowOf({ shape }: SharedValue) {
  return { side: shape[0]!, channels: shape[2]! };
}

function withValues(steps: Cut["steps"], values: SharedValues): readonly WindowStep[] {
  return steps.map(({ side, matrix }) => ({ side, matrix: values.get(matrix)! }));
}
