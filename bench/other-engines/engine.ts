/** @file An engine that is compared, and how its calls are timed. */
import { readFile } from "node:fs/promises";
import type { Case, Operands } from "./case.ts";

/** One way to do a case: some engines have several, and not all work. */
export interface Way {
  readonly name: string;
  /** The output or gradient, in the layout of this engine. Throws if the engine cannot do it. */
  values(): Promise<Float32Array>;
  /** Milliseconds of one call, at least. */
  time(): Promise<number>;
}

export interface Engine {
  /** With version and number of threads. */
  readonly title: string;
  ways(bench: Case, operands: Operands): readonly Way[];
}

const LIMIT_MS = 5000;
const TIMED_MS = 1500;
const LEAST_CALLS = 3;

/** Calls for a while, after two calls that do not count. Throws if one that counts takes more than five seconds. */
export async function leastTime(call: () => Promise<void>): Promise<number> {
  await call();
  await call();
  let least = Number.POSITIVE_INFINITY;
  const end = performance.now() + TIMED_MS;
  for (let calls = 0; calls < LEAST_CALLS || performance.now() < end; calls++) {
    const start = performance.now();
    await call();
    const spent = performance.now() - start;
    if (spent > LIMIT_MS) throw new Error("more than 5 s");
    least = Math.min(least, spent);
  }
  return least;
}

/** A module that is installed by hand in this folder. */
export async function installed(name: string): Promise<unknown> {
  return import(name);
}

export async function installedVersion(name: string): Promise<string> {
  const about = await readFile(new URL(`./node_modules/${name}/package.json`, import.meta.url), "utf8");
  return (JSON.parse(about) as { readonly version: string }).version;
}
