/** @file What the graph must know of an operation: its output shapes, its gradient, and which inputs it changes in place. */
import type { Graph, Value } from "./graph.ts";
import type { Shape } from "./shape.ts";

interface GradientContext<A> {
  readonly graph: Graph;
  readonly attributes: A;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Cotangent of each output; null where nothing depends on that output. At least one is not null. */
  readonly cotangents: readonly (Value | null)[];
  /** Which inputs want a cotangent: only for those are operations appended. */
  readonly needs: readonly boolean[];
}

/** Appends the operations that carry cotangents from outputs to inputs; null for inputs that do not need one. */
type GradientRule<A> = (context: GradientContext<A>) => readonly (Value | null)[];

export interface OpRule<A> {
  /** Shapes of the outputs. Throws `E_GRAPH_SHAPE` for inputs that do not fit. */
  shapes(inputs: readonly Shape[], attributes: A): readonly Shape[];
  /** The gradient rule, or the reason why the operation has none. */
  readonly gradient: GradientRule<A> | string;
  /** Indices of inputs (persistent values) that the operation changes in place. Default: none. */
  mutates?(inputCount: number, attributes: A): readonly number[];
  /** Attributes of the same operation done a second time, without its effects. Default: the same attributes. */
  repeated?(attributes: A): A;
}

/** A rule for each operation of a family of attributes. */
export type RulesOf<T> = { readonly [K in keyof T]: OpRule<T[K]> };

/** The reason given by operations that `differentiate` appends. */
export const GRADIENT_OF_GRADIENT = "it is itself part of a gradient; second derivatives are not supported";
