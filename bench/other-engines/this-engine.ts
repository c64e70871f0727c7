/** @file The engine of this project, on a number of threads. */
import { createWasmDevice } from "../../src/device/index.ts";
import { Graph, type OpAttributes, type Shape, type Value } from "../../src/graph/index.ts";
import { type TimedOperation, timeOperation } from "../operation-time.ts";
import { type Case, CHANNELS, EPSILON, filterShape, type Operands, SHAPE } from "./case.ts";
import type { Engine } from "./engine.ts";

interface Operation extends TimedOperation {
  readonly operands: readonly Float32Array[];
}

const NORMAL: OpAttributes["batchNorm"] = { affine: false, epsilon: EPSILON, momentum: 0.1, updatesRunning: false };

/** The wanted value is the last one that `append` returns. */
function operationOf(bench: Case, { x, filter, dy }: Operands): Operation {
  const { layer, size, dilation, wanted } = bench;
  const parts: Readonly<Record<Case["wanted"], readonly (readonly [Float32Array, Shape])[]>> = {
    y: [
      [x, SHAPE],
      [filter, filterShape(bench)],
    ],
    dx: [
      [dy, SHAPE],
      [filter, filterShape(bench)],
      [x, SHAPE],
    ],
    dw: [
      [dy, SHAPE],
      [x, SHAPE],
    ],
  };
  const running = [new Float32Array(CHANNELS), [CHANNELS]] as const;
  const operands =
    layer === "normalise" ? [[x, SHAPE] as const, running, running, [dy, SHAPE] as const] : parts[wanted];
  const windows = { stride: 1, dilation, relu: false };
  const pixels = { stride: 1, offset: 0, relu: false };
  const append = (graph: Graph, values: readonly Value[]): readonly Value[] => {
    if (layer === "depthwise") {
      if (wanted === "y") return graph.add("depthwise", values, windows);
      if (wanted === "dx") return graph.add("depthwiseInputGradient", values, windows);
      return graph.add("depthwiseFilterGradient", values, { ...windows, size });
    }
    if (layer === "pointwise") {
      if (wanted === "y") return graph.add("pointwise", values, pixels);
      if (wanted === "dx") return graph.add("pointwiseInputGradient", values, pixels);
      return graph.add("pointwiseFilterGradient", values, pixels);
    }
    const [input, ...statistics] = values.slice(0, 3) as [Value, Value, Value];
    const [output, mean, inverse] = graph.add("batchNorm", [input, ...statistics], NORMAL) as [Value, Value, Value];
    if (wanted === "y") return [output];
    return [output, ...graph.add("batchNormGradient", [values[3]!, input, mean, inverse], { affine: false })];
  };
  return { operands: operands.map(([values]) => values), inputs: operands.map(([, shape]) => shape), append };
}

async function valuesOf({ operands, inputs, append }: Operation, threads: number): Promise<Float32Array> {
  const device = await createWasmDevice({ threads });
  const graph = new Graph();
  const wanted = append(
    graph,
    inputs.map((shape, k) => graph.input(`${k}`, shape)),
  ).at(-1)!;
  const executable = await device.compile({ graph, outputs: { wanted } });
  const outputs = await executable.run(Object.fromEntries(operands.map((values, k) => [`${k}`, values])));
  await device.close();
  return Float32Array.from(outputs["wanted"]!);
}

export function thisEngine(threads: number): Engine {
  return {
    title: `ista-nas, ${threads} thread${threads === 1 ? "" : "s"}`,
    ways(bench, operands) {
      const operation = operationOf(bench, operands);
      return [
        {
          name: "",
          values: () => valuesOf(operation, threads),
          time: async () => (await timeOperation(operation, threads)).least,
        },
      ];
    },
  };
}
