import { expect, it } from "vitest";
import { createWasmDevice } from "../../../src/device/index.ts";
import { Graph } from "../../../src/graph/index.ts";

it("threads that each compute the same long sum of many values never see each other's half-done sums", async () => {
  const [length, count] = [200_000, 9];
  const graph = new Graph();
  const summands = Array.from({ length: count }, (_, k) => graph.persistent(`summand${k}`, [length]));
  const total = graph.apply("sum", summands, { coefficients: summands.map(() => 1) });
  const device = await createWasmDevice({ threads: 3 });
  for (const [k, { name }] of summands.entries()) device.write(name!, new Float32Array(length).fill(2 ** k));
  const executable = await device.compile({ graph, outputs: { total } });
  for (let run = 0; run < 20; run++) {
    const { total: sums } = await executable.run({});
    expect(sums!.filter((value) => value !== 2 ** count - 1)).toHaveLength(0);
  }
  await device.close();
});
