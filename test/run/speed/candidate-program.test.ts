import { describe, expect, it } from "vitest";
import { createReferenceDevice } from "../../../src/device/index.ts";
import { candidateProgram, signatureOf } from "../../../src/run/speed/candidate-program.ts";
import { nb201Space } from "../../../src/spaces/nas-bench-201/index.ts";
import { TINY_NB201 } from "../../tiny-macros.ts";

const PASS = { mode: { kind: "inference" }, batch: 1, mixture: false, dropPath: false, auxiliaryHead: false } as const;

function parts() {
  const space = nb201Space();
  const all = space.groups.map(({ candidates }) => candidates.map((_, index) => index));
  const { graph, kept } = space.superNetwork({ ...TINY_NB201, cellsPerStage: 2 }, all)(PASS);
  return kept.map(({ group, candidate, nodes, output }) => {
    return { group, candidate, part: { nodes: graph.nodes.slice(nodes.first, nodes.end), output } };
  });
}

describe("signatureOf", () => {
  it("is one for each candidate and each size, in whatever cell and on whatever edge it is", () => {
    const signatures = (name: string) => {
      return new Set(parts().flatMap(({ candidate, part }) => (candidate === name ? [signatureOf(part)] : [])));
    };
    expect(signatures("nor_conv_3x3").size).toBe(3);
    expect(signatures("avg_pool_3x3").size).toBe(3);
    expect(new Set(parts().map(({ part }) => signatureOf(part))).size).toBe(3 * 3 + 1);
  });
});

describe("candidateProgram", () => {
  it("computes the candidate as often as it is told, of the same inputs and weights", async () => {
    const { part } = parts().find(({ candidate }) => candidate === "nor_conv_3x3")!;
    const outputs: number[][] = [];
    for (const copies of [1, 3]) {
      const program = candidateProgram(part, copies);
      const kinds = program.graph.nodes.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === "convolution")).toHaveLength(copies);
      const [input, ...others] = program.graph.named("input");
      expect(others).toEqual([]);
      expect(program.graph.named("persistent")).toHaveLength(3);
      const device = createReferenceDevice();
      for (const { name, shape } of program.graph.named("persistent")) {
        const length = shape.reduce((product, extent) => product * extent, 1);
        device.write(
          name!,
          Float64Array.from({ length }, (_, k) => 1 + (k % 5)),
        );
      }
      const images = Float64Array.from({ length: input!.shape.reduce((a, b) => a * b, 1) }, (_, k) => k % 7);
      const executable = await device.compile(program);
      outputs.push(Array.from((await executable.run({ [input!.name!]: images }))["output"]!));
    }
    expect(outputs[0]!.some((value) => value > 0)).toBe(true);
    for (const [k, value] of outputs[1]!.entries()) expect(value).toBeCloseTo(3 * outputs[0]![k]!, 6);
  });
});
