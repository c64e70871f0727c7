/** @file What takes long is stopped at every place that a checkpoint can be made at, and gone on with on another device. */
import { expect } from "vitest";
import { createWasmDevice, type Device } from "../../src/device/index.ts";

export interface Resumable {
  run(): AsyncGenerator<{ readonly kind: string }, unknown>;
  state(): unknown;
}

/** `from`: a state as it comes out of JSON; null at the beginning. */
export type MakeResumable = (device: Device, from: unknown) => Resumable;

/** Whether a checkpoint can be made after such an event. */
export const isPlace = (kind: string): boolean => kind !== "search-epoch";

interface Advance {
  readonly events: readonly { readonly kind: string }[];
  /** Of a part that came to its end. */
  readonly result: unknown;
}

/** Runs on until `stop` events have come, or to the end. */
export async function advance(part: Resumable, stop: number = Number.POSITIVE_INFINITY): Promise<Advance> {
  const events: { readonly kind: string }[] = [];
  const run = part.run();
  while (events.length < stop) {
    const next = await run.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
  }
  return { events, result: undefined };
}

/** All persistent values of a device. */
export function valuesOf(device: Device): ReadonlyMap<string, Float32Array> {
  return new Map(device.names().map((name) => [name, Float32Array.from(device.read(name))]));
}

/** Expects the events, the result and the last bit of every value to be those of a run that was never stopped; returns its places. */
export async function expectToGoOnAnywhere(make: MakeResumable): Promise<readonly string[]> {
  const whole = await createWasmDevice({ threads: 2 });
  const expected = await advance(make(whole, null));
  const kinds = expected.events.map(({ kind }) => kind);
  for (const [index, kind] of kinds.entries()) {
    if (!isPlace(kind)) continue;
    const stopped = await createWasmDevice({ threads: 1 });
    const part = make(stopped, null);
    const before = await advance(part, index + 1);
    const state: unknown = JSON.parse(JSON.stringify(part.state()));
    const values = valuesOf(stopped);
    await stopped.close();

    const fresh = await createWasmDevice({ threads: 1 });
    for (const name of [...values.keys()].sort()) fresh.write(name, values.get(name)!);
    const after = await advance(make(fresh, state));
    expect([...before.events, ...after.events], `stopped after event ${index}, ${kind}`).toEqual(expected.events);
    expect(after.result).toEqual(expected.result);
    expect(bytesOf(fresh)).toEqual(bytesOf(whole));
    await fresh.close();
  }
  await whole.close();
  return kinds.filter(isPlace);
}

function bytesOf(device: Device): Readonly<Record<string, string>> {
  const bytes = [...valuesOf(device)].map(([name, { buffer }]) => [name, Buffer.from(buffer).toString("base64")]);
  return Object.fromEntries(bytes);
}
