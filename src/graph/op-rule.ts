/** @file What the graph must know of an operation: its output shapes, its gradient, and which inputs it changes in place. */
import type { Shape } from "./shape.ts";
import type { Value } from "./value.ts";

/** What a gradient appends its operations to: a graph, as far as the operations of `Appended` go. */
interface Appender<Appended> {
  add<K extends keyof Appended>(kind: K, inputs: readonly Value[], attributes: Appended[K]): readonly Value[];
  apply<K extends keyof Appended>(kind: K, inputs: readonly Value[], attributes: Appended[K]): Value;
}

interface GradientContext<A, Appended> {
  readonly graph: Appender<Appended>;
  readonly attributes: A;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Cotangent of each output; null where nothing depends on that output. At least one is not null. */
  readonly cotangents: readonly (Value | null)[];
  /** Which inputs want a cotangent: only for those are operations appended. */
  readonly needs: readonly boolean[];
}

/** Appends the operations that carry cotangents from outputs to inputs; null for inputs that do not need one. */
type GradientRule<A, Appended> = (context: GradientContext<A, Appended>) => readonly (Value | null)[];

/** `Appended`: attributes of the operations that its gradient appends, by their names. */
export interface OpRule<A, Appended = unknown> {
  /** Shapes of the outputs. Throws `E_GRAPH_SHAPE` for inputs that do not fit. */
  shapes(inputs: readonly Shape[], attributes: A): readonly Shape[];
  /** The gradient rule, or the reason why the operation has none. */
  readonly gradient: GradientRule<A, Appended> | string;
  /** Indices of inputs (persistent values) that the operation changes in place. Default: none. */
  mutates?(inputCount: number, attributes: A): readonly number[];
  /** Attributes of the same operation done a second time, without its effects. Default: the same attributes. */
  repeated?(attributes: A): A;
}

/** A rule for each operation of a family, whose gradients append operations of that family, or of `Appended`. */
export type RulesOf<T, Appended = T> = { readonly [K in keyof T]: OpRule<T[K], Appended> };

/** The reason given by operations that `differentiate` appends. */
export const GRADIENT_OF_GRADIENT = "it is itself part of a gradient; second derivatives are not supported";
