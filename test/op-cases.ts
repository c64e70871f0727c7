/**
 * @file One table of cases for every operation, shared by the gradient checks and the device contract. A case with a
 * gradient rule also carries its gradient operations, so those need no cases of their own. Channels are multiples of 4,
 * as the fast devices ask, but for pictures that go into the stem.
 */
import {
  elementCount,
  formatShape,
  Graph,
  OP_RULES,
  type OpKind,
  type OpRule,
  type Value,
} from "../src/graph/index.ts";
import { RandomStreams } from "../src/random/index.ts";
import { OP_CASES, type OpCase } from "./op-case-table.ts";

export { OP_CASES, type OpCase };

/** The graph of one case: the operation, and what its gradient rule appends for a cotangent of its first output. */
export interface BuiltCase {
  readonly graph: Graph;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** The cotangent of the first output, an input of the graph; null if the operation has no gradient. */
  readonly cotangent: Value | null;
  /** For each input its cotangent, or null where the case wants none. */
  readonly gradients: readonly (Value | null)[];
}

/** Whether an operation has a gradient rule. */
export function hasGradient(kind: OpKind): boolean {
  return typeof OP_RULES[kind].gradient === "function";
}

/** Kind, shapes and attributes: unique for each case. */
export function titleOf({ kind, inputs, attributes }: OpCase): string {
  const shapes = inputs.map(({ shape }) => formatShape(shape)).join(" ");
  return `${kind} ${shapes} ${JSON.stringify(attributes).replaceAll('"', "")}`;
}

/** Builds a case; `needs` says which inputs want a gradient, by default all that have one. */
export function buildOpCase(
  opCase: OpCase,
  needs: readonly boolean[] = opCase.inputs.map((input) => input.isDifferentiable),
): BuiltCase {
  const graph = new Graph();
  const title = titleOf(opCase);
  const inputs = opCase.inputs.map(({ role, shape }, k) => graph[role](`${title}/${k}`, shape));
  const outputs = opCase.append(graph, inputs);
  const { gradient } = OP_RULES[opCase.kind] as OpRule<unknown>;
  if (typeof gradient === "string")
    return { graph, inputs, outputs, cotangent: null, gradients: inputs.map(() => null) };
  const cotangent = graph.input(`${title}/cotangent`, outputs[0]!.shape);
  const cotangents = outputs.map((_, k) => (k === 0 ? cotangent : null));
  const gradients = gradient({ graph, attributes: opCase.attributes, inputs, outputs, cotangents, needs });
  return { graph, inputs, outputs, cotangent, gradients };
}

/** Values for each input of a case, exact in float32, and for its cotangent; the same in every run. */
export function drawValues(
  opCase: OpCase,
  cotangentLength: number,
): { inputs: Float64Array[]; cotangent: Float64Array } {
  const stream = new RandomStreams(1).stream(titleOf(opCase));
  const inputs = opCase.inputs.map(({ shape, draw }) =>
    Float64Array.from(draw(stream, elementCount(shape)), (value) => Math.fround(value)),
  );
  const cotangent = Float64Array.from({ length: cotangentLength }, () => Math.fround(stream.normal()));
  return { inputs, cotangent };
}
