/** @file Runs one program on the reference device and on `wasm` devices, and compares. */
import { expect } from "vitest";
import {
  availableArithmetics,
  createReferenceDevice,
  createWasmDevice,
  type Device,
  type DeviceArray,
} from "../../../src/device/index.ts";
import {
  elementCount,
  Graph,
  type OpAttributes,
  type OpKind,
  type Shape,
  type Value,
} from "../../../src/graph/index.ts";
import type { RandomStream } from "../../../src/random/index.ts";

type Results = Readonly<Record<string, DeviceArray>>;

/** A graph, what is wanted back, and values for its inputs and persistent values. */
export interface Trial {
  readonly graph: Graph;
  readonly outputs: Readonly<Record<string, Value>>;
  readonly values: Readonly<Record<string, ArrayLike<number>>>;
}

export function normals(stream: RandomStream, shape: Shape, scale = 1, offset = 0): Float32Array {
  return Float32Array.from({ length: elementCount(shape) }, () => offset + scale * stream.normal());
}

/** A trial of one operation on inputs of given values; all of its outputs are wanted back. */
export function trialOf<K extends OpKind>(
  kind: K,
  attributes: OpAttributes[K],
  inputs: readonly (readonly [Shape, ArrayLike<number>])[],
): Trial {
  const graph = new Graph();
  const operands = inputs.map(([shape], k) => graph.input(`input ${k}`, shape));
  const results = graph.add(kind, operands, attributes);
  return {
    graph,
    outputs: Object.fromEntries(results.map((value, k) => [`output ${k}`, value])),
    values: Object.fromEntries(inputs.map(([, values], k) => [`input ${k}`, values])),
  };
}

export async function runTrial(device: Device, { graph, outputs, values }: Trial): Promise<Results> {
  const program = await device.compile({ graph, outputs });
  for (const { name } of graph.named("persistent")) device.write(name!, values[name!]!);
  const inputs = graph.named("input").map(({ name }) => [name!, values[name!]!]);
  const results = { ...(await program.run(Object.fromEntries(inputs))) };
  for (const { name } of graph.named("persistent")) results[name!] = device.read(name!);
  program.release();
  return results;
}

/**
 * Devices of each arithmetic on several numbers of threads: the first of an arithmetic must be within `tolerance` of the reference, the
 * others have its bits.
 */
export class Agreement {
  /** By arithmetic. */
  readonly #devices: (readonly Device[])[] = [];

  async open(threads: readonly number[]): Promise<void> {
    for (const arithmetic of availableArithmetics()) {
      this.#devices.push(await Promise.all(threads.map((count) => createWasmDevice({ threads: count, arithmetic }))));
    }
  }

  async close(): Promise<void> {
    for (const device of this.#devices.flat()) await device.close();
  }

  /** `tolerance` is relative to the largest element of each tensor. Returns the results of separate products and sums. */
  async expect(trial: Trial, tolerance = 1e-5): Promise<Results> {
    const expected = await runTrial(createReferenceDevice(), trial);
    const results: Results[] = [];
    for (const devices of this.#devices) results.push(await agreed(devices, trial, expected, tolerance));
    return results.at(-1)!;
  }
}

async function agreed(
  devices: readonly Device[],
  trial: Trial,
  expected: Results,
  tolerance: number,
): Promise<Results> {
  const results: Results[] = [];
  for (const device of devices) results.push(await runTrial(device, trial));
  for (const [name, values] of Object.entries(expected)) {
    const first = results[0]![name]!;
    let largest = 0;
    let error = 0;
    for (const [i, value] of values.entries()) {
      largest = Math.max(largest, Math.abs(value));
      error = Math.max(error, Math.abs(value - first[i]!));
    }
    expect(first.length, name).toBe(values.length);
    expect(error, name).toBeLessThanOrEqual(tolerance * largest);
    for (const result of results) {
      expect(Buffer.from(result[name]!.buffer).equals(Buffer.from(first.buffer)), `bits of ${name}`).toBe(true);
    }
  }
  return results[0]!;
}
