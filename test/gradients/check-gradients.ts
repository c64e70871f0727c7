/**
 * @file The one gradient check: central differences of an operation's output against the operations of its gradient
 * rule, in float64 on the reference device. Forward and gradient are two programs of one graph.
 */
import { expect } from "vitest";
import { createReferenceDevice } from "../../src/device/index.ts";
import { elementCount, type Value } from "../../src/graph/index.ts";
import type { RandomStream } from "../../src/random/index.ts";
import { buildOpCase, drawValues, type OpCase } from "../op-cases.ts";

type Values = readonly Float64Array[];

/** An operation as two functions of all its inputs. */
export interface CheckedOperation {
  readonly values: Values;
  readonly isDifferentiable: readonly boolean[];
  readonly outputLength: number;
  /** The first output. */
  forward(values: Values): Promise<Float64Array>;
  /** For each input, the gradient of <output, cotangent>; empty where none is asked for. */
  backward(values: Values, cotangent: Float64Array): Promise<Values>;
}

const CUBE_ROOT_OF_EPSILON = Number.EPSILON ** (1 / 3);
/**
 * Truncation of central differences and rounding stay below 2e-8 of the size of the terms over the whole case table.
 */
const TOLERANCE = 1e-7;

export async function compileCase(opCase: OpCase): Promise<CheckedOperation> {
  const device = createReferenceDevice();
  const { graph, inputs, outputs, cotangent, gradients } = buildOpCase(opCase);
  const named = Object.fromEntries(gradients.flatMap((value, k) => (value === null ? [] : [[`${k}`, value]])));
  const forward = await device.compile({ graph, outputs: { output: outputs[0]! } });
  const backward = await device.compile({ graph, outputs: named });
  const isWritten = (value: Value) => value.role === "persistent";
  const feed = (values: Values) => {
    for (const [k, value] of inputs.entries()) if (isWritten(value)) device.write(value.name!, values[k]!);
    return Object.fromEntries(inputs.flatMap((value, k) => (isWritten(value) ? [] : [[value.name!, values[k]!]])));
  };
  return {
    values: drawValues(opCase, 0).inputs,
    isDifferentiable: opCase.inputs.map((input) => input.isDifferentiable),
    outputLength: elementCount(outputs[0]!.shape),
    forward: async (values) => (await forward.run(feed(values)))["output"] as Float64Array,
    backward: async (values, direction) => {
      const results = await backward.run({ ...feed(values), [cotangent!.name!]: direction });
      return inputs.map((_, k) => (results[`${k}`] as Float64Array | undefined) ?? new Float64Array());
    },
  };
}

/** Elements of all differentiable inputs, times elements of the output: the size of the Jacobian. */
export function jacobianSize(opCase: OpCase): number {
  const from = opCase.inputs.reduce(
    (n, { shape, isDifferentiable }) => n + (isDifferentiable ? elementCount(shape) : 0),
    0,
  );
  return from * elementCount(buildOpCase(opCase).outputs[0]!.shape);
}

/** Random directions through one input at a time, then through all of them. */
export async function checkDirections(operation: CheckedOperation, stream: RandomStream): Promise<void> {
  const { values, isDifferentiable } = operation;
  const moved = values.flatMap((_, k) => (isDifferentiable[k] ? [[k]] : []));
  for (const chosen of [...moved, moved.flat()]) {
    const cotangent = Float64Array.from({ length: operation.outputLength }, () => stream.normal());
    const gradients = await operation.backward(values, cotangent);
    const steps = values.map((input, k) =>
      input.map((x) => (chosen.includes(k) ? stepAt(x) * (2 * stream.uniform() - 1) : 0)),
    );
    const above = values.map((input, k) => input.map((x, i) => x + steps[k]![i]!));
    const below = values.map((input, k) => input.map((x, i) => x - steps[k]![i]!));
    const difference = dot(await operation.forward(above), cotangent) - dot(await operation.forward(below), cotangent);
    let predicted = 0;
    let squares = 0;
    for (const k of chosen) {
      for (let i = 0; i < values[k]!.length; i++) {
        const term = gradients[k]![i]! * (above[k]![i]! - below[k]![i]!);
        predicted += term;
        squares += term * term;
      }
    }
    const size = Math.sqrt(squares) + CUBE_ROOT_OF_EPSILON * 1e-3;
    expect(Math.abs(difference - predicted) / size, `through inputs ${chosen.join(", ")}`).toBeLessThan(TOLERANCE);
  }
}

/** Every entry: columns by central differences, rows by cotangents of one element. */
export async function checkJacobian(operation: CheckedOperation): Promise<void> {
  const { values, isDifferentiable, outputLength } = operation;
  const rows: Values[] = [];
  for (let j = 0; j < outputLength; j++) {
    const cotangent = new Float64Array(outputLength);
    cotangent[j] = 1;
    rows.push(await operation.backward(values, cotangent));
  }
  for (const [k, input] of values.entries()) {
    if (!isDifferentiable[k]) continue;
    const largest = Math.max(1e-3, ...rows.flatMap((row) => [...row[k]!]).map(Math.abs));
    for (let i = 0; i < input.length; i++) {
      const at = (x: number) => values.map((other, l) => (l === k ? other.with(i, x) : other));
      const above = input[i]! + stepAt(input[i]!);
      const below = input[i]! - stepAt(input[i]!);
      const upper = await operation.forward(at(above));
      const lower = await operation.forward(at(below));
      for (let j = 0; j < outputLength; j++) {
        const slope = (upper[j]! - lower[j]!) / (above - below);
        const error = Math.abs(slope - rows[j]![k]![i]!) / largest;
        if (!(error < TOLERANCE))
          expect.fail(`output ${j}, input ${k}[${i}]: slope ${slope}, gradient ${rows[j]![k]![i]}`);
      }
    }
  }
}

function stepAt(x: number): number {
  return CUBE_ROOT_OF_EPSILON * Math.max(1, Math.abs(x));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
