import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPlan, elementCount, Graph, type Node, type Plan, type Value } from "../../src/graph/index.ts";

const BYTES = 4;

/** A random program: each operation sums two earlier values and may hold them back as outputs. */
const programs = fc.record({
  steps: fc.array(fc.record({ left: fc.nat(), right: fc.nat(), isOutput: fc.boolean(), meets: fc.boolean() }), {
    minLength: 1,
    maxLength: 40,
  }),
  inputs: fc.integer({ min: 1, max: 3 }),
  sizes: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 3, maxLength: 3 }),
});

type RandomProgram = typeof programs extends fc.Arbitrary<infer T> ? T : never;

function build({ steps, inputs, sizes }: RandomProgram) {
  const graph = new Graph();
  const pools = sizes.map((size, k) => Array.from({ length: inputs }, (_, i) => graph.input(`${k}/${i}`, [size])));
  const outputs: Value[] = [];
  for (const { left, right, isOutput } of steps) {
    const pool = pools[left % pools.length]!;
    const summands = [pool[left % pool.length]!, pool[right % pool.length]!];
    const value = graph.apply("sum", summands, { coefficients: [1, 1] });
    pool.push(value);
    if (isOutput) outputs.push(value);
  }
  const synchronizes = (node: Node) => steps[node.index]!.meets;
  return { graph, outputs, synchronizes, plan: createPlan(graph, { outputs, elementBytes: BYTES, synchronizes }) };
}

/** First position after the last one at which a value is needed. */
function lastUse(plan: Plan, value: Value, outputs: readonly Value[]): number {
  if (outputs.includes(value)) return plan.nodes.length;
  return plan.nodes.findLastIndex((node) => node.inputs.includes(value) || node.outputs.includes(value));
}

describe("createPlan", () => {
  it("never gives two values the same place while a slow thread may still use the first", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const { graph, outputs, synchronizes, plan } = build(program);
        const placed = graph.values.filter(({ id }) => plan.offsets.has(id));
        const bornAt = (value: Value) => plan.nodes.findIndex((node) => node.outputs.includes(value));
        for (const first of placed) {
          const from = plan.offsets.get(first.id)!;
          const end = from + elementCount(first.shape) * BYTES;
          expect(from % 64).toBe(0);
          expect(end).toBeLessThanOrEqual(plan.peakBytes);
          for (const second of placed) {
            const to = plan.offsets.get(second.id)!;
            if (second === first || to >= end || to + elementCount(second.shape) * BYTES <= from) continue;
            const [early, late] = bornAt(first) <= bornAt(second) ? [first, second] : [second, first];
            const freed = lastUse(plan, early, outputs);
            const born = bornAt(late);
            expect(freed).toBeLessThan(born);
            expect(plan.nodes.slice(freed + 1, born).some(synchronizes)).toBe(true);
          }
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("runs what outputs need, in order, and nothing else", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const { graph, outputs, plan } = build(program);
        const needed = new Set(outputs);
        for (const node of [...graph.nodes].reverse()) {
          if (node.outputs.some((value) => needed.has(value))) for (const value of node.inputs) needed.add(value);
        }
        expect(plan.nodes).toEqual(graph.nodes.filter((node) => node.outputs.some((value) => needed.has(value))));
        const placed = graph.values.filter(({ id }) => plan.offsets.has(id));
        expect(placed).toEqual(graph.values.filter((value) => needed.has(value)));
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it("runs operations that change persistent values though nothing reads them", () => {
    const graph = new Graph();
    const vector = (name: string) => graph.persistent(name, [4]);
    const x = graph.input("x", [2, 1, 1, 4]);
    const attributes = { affine: false, epsilon: 1e-5, momentum: 0.1 };
    graph.apply("batchNorm", [x, vector("m"), vector("v")], { ...attributes, updatesRunning: true });
    graph.apply("batchNorm", [x, vector("n"), vector("w")], { ...attributes, updatesRunning: false });
    const plan = createPlan(graph, { outputs: [], elementBytes: BYTES, synchronizes: () => true });
    expect(plan.nodes).toEqual([graph.nodes[0]]);
  });

  it("holds a chain in a few places of its own size", () => {
    const graph = new Graph();
    let value = graph.input("x", [64]);
    for (let i = 0; i < 30; i++) value = graph.apply("relu", [value], {});
    const options = { outputs: [value], elementBytes: BYTES };
    expect(createPlan(graph, { ...options, synchronizes: () => true }).peakBytes).toBe(3 * 64 * BYTES);
    expect(createPlan(graph, { ...options, synchronizes: () => false }).peakBytes).toBe(31 * 64 * BYTES);
  });
});
