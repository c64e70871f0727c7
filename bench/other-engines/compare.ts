/**
 * @file This engine and others in JavaScript on the same operations: `npm run build && (cd bench/other-engines && npm install) && npx tsx
 * bench/other-engines/compare.ts [part of a case]`. A cell gives the milliseconds of one call, at least, by the fastest way that an engine
 * has; its values must be those of this engine. Copies from and to JavaScript do not count.
 */
import { CASES, type Case, operandsOf, titleOf } from "./case.ts";
import type { Engine, Way } from "./engine.ts";
import { jaxJs } from "./jax.ts";
import { tensorFlow } from "./tensorflow.ts";
import { thisEngine } from "./this-engine.ts";

/** Largest difference from this engine, relative to the largest value. */
const TOLERANCE = 1e-3;

function reasonOf(error: unknown): string {
  const [line] = (error instanceof Error ? error.message : String(error)).split("\n");
  return line!.replaceAll("|", "/").slice(0, 160);
}

function difference(values: Float32Array, expected: Float32Array): number {
  if (values.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [largest, apart] = [0, 0];
  for (const [i, value] of expected.entries()) {
    largest = Math.max(largest, Math.abs(value));
    apart = Math.max(apart, Math.abs(values[i]! - value));
  }
  return Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart / largest;
}

async function timeOf(way: Way, expected: Float32Array): Promise<number> {
  const apart = difference(await way.values(), expected);
  if (apart > TOLERANCE) throw new Error(`wrong values, ${apart.toExponential(1)} apart`);
  return way.time();
}

async function cellOf(engine: Engine, bench: Case, expected: Float32Array): Promise<string> {
  const reasons: string[] = [];
  let best: { readonly name: string; readonly ms: number } | null = null;
  for (const way of engine.ways(bench, operandsOf(bench))) {
    try {
      const ms = await timeOf(way, expected);
      if (best === null || ms < best.ms) best = { name: way.name, ms };
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  if (best === null) return `no: ${reasons[0]}`;
  const notes = [...(best.name === "" ? [] : [`as ${best.name}`]), ...reasons.map((reason) => `else no: ${reason}`)];
  return `${best.ms.toFixed(2)}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
}

const starting: readonly (readonly [string, () => Engine | Promise<Engine>])[] = [
  ["ista-nas", () => thisEngine(1)],
  ["ista-nas", () => thisEngine(2)],
  ["TensorFlow.js wasm", () => tensorFlow("wasm")],
  ["TensorFlow.js cpu", () => tensorFlow("cpu")],
  ["jax-js", jaxJs],
];
const engines: Engine[] = [];
for (const [name, start] of starting) {
  try {
    engines.push(await start());
  } catch (error) {
    console.log(`${name}: no: ${reasonOf(error)}`);
  }
}
const wanted = process.argv[2] ?? "";
console.log(`node ${process.version}, ${process.arch}, batch 64, 32x32x16, milliseconds at least\n`);
console.log(`| operation | ${engines.map(({ title }) => title).join(" | ")} |`);
console.log(`| --- |${" ---: |".repeat(engines.length)}`);
for (const bench of CASES) {
  if (!titleOf(bench).includes(wanted)) continue;
  const [reference] = thisEngine(1).ways(bench, operandsOf(bench));
  const expected = await reference!.values();
  const cells: string[] = [];
  for (const engine of engines) cells.push(await cellOf(engine, bench, expected));
  console.log(`| ${titleOf(bench)} | ${cells.join(" | ")} |`);
}
