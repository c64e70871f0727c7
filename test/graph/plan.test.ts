import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPlan, elementCount, Graph, liveNodes, type PlanStep, type Value } from "../../src/graph/index.ts";

const BYTES = 4;

/**
 * A random program: each operation sums two earlier values and may hold them back as outputs. Threads may meet before it, and it may have a
 * second turn after the next meeting.
 */
const programs = fc.record({
  steps: fc.array(
    fc.record({ left: fc.nat(), right: fc.nat(), isOutput: fc.boolean(), meets: fc.boolean(), twice: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 40,
    },
  ),
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
  const turns: PlanStep[] = [];
  let unfinished: PlanStep[] = [];
  const meet = () => {
    turns.push(...unfinished.map(({ values }, k) => ({ values, followsMeeting: k === 0 })));
    const met = unfinished.length === 0;
    unfinished = [];
    return met;
  };
  for (const node of liveNodes(graph, outputs)) {
    const { meets, twice } = steps[node.index]!;
    const turn = { values: [...node.inputs, ...node.outputs], followsMeeting: meets && meet() };
    turns.push(turn);
    if (twice) unfinished.push(turn);
  }
  meet();
  return { graph, outputs, turns, plan: createPlan(graph, { steps: turns, outputs, elementBytes: BYTES }) };
}

/** First position after the last one at which a value is needed. */
function lastUse(turns: readonly PlanStep[], value: Value, outputs: readonly Value[]): number {
  if (outputs.includes(value)) return turns.length;
  return turns.findLastIndex(({ values }) => values.includes(value));
}

describe("createPlan", () => {
  it("never gives two values the same place while a slow thread may still use the first", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const { graph, outputs, turns, plan } = build(program);
        const placed = graph.values.filter(({ id }) => plan.offsets.has(id));
        const bornAt = (value: Value) => turns.findIndex(({ values }) => values.at(-1) === value);
        for (const first of placed) {
          const from = plan.offsets.get(first.id)!;
          const end = from + elementCount(first.shape) * BYTES;
          expect(from % 64).toBe(0);
          expect(end).toBeLessThanOrEqual(plan.peakBytes);
          for (const second of placed) {
            const to = plan.offsets.get(second.id)!;
            if (second === first || to >= end || to + elementCount(second.shape) * BYTES <= from) continue;
            const [early, late] = bornAt(first) <= bornAt(second) ? [first, second] : [second, first];
            const freed = lastUse(turns, early, outputs);
            const born = bornAt(late);
            expect(freed).toBeLessThan(born);
            expect(turns.slice(freed + 1, born + 1).some(({ followsMeeting }) => followsMeeting)).toBe(true);
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
        expect(liveNodes(graph, outputs)).toEqual(
          graph.nodes.filter((node) => node.outputs.some((value) => needed.has(value))),
        );
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
    expect(liveNodes(graph, [])).toEqual([graph.nodes[0]]);
  });

  it("holds a chain in a few places of its own size", () => {
    const graph = new Graph();
    let value = graph.input("x", [64]);
    for (let i = 0; i < 30; i++) value = graph.apply("relu", [value], {});
    const bytes = (followsMeeting: boolean) => {
      const steps = graph.nodes.map(({ inputs, outputs }) => ({ values: [...inputs, ...outputs], followsMeeting }));
      return createPlan(graph, { steps, outputs: [value], elementBytes: BYTES }).peakBytes;
    };
    expect(bytes(true)).toBe(2 * 64 * BYTES);
    expect(bytes(false)).toBe(31 * 64 * BYTES);
  });
});
