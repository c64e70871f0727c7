/**
 * @file Times the kernels of the `wasm` device other than convolutions, at batch 64, on one and on two threads. `npm
 * run build && npx tsx bench/kernels.ts [part of a name]`. A row gives the milliseconds of one operation, least and
 * median of many runs, and the bytes of its operands and results a second at the least time.
 */

import { elementCount, Graph, type OpAttributes, type OpKind, type Shape } from "../src/graph/index.ts";
import { IMAGES, type TimedOperation, timeOperation } from "./operation-time.ts";

interface Case extends TimedOperation {
  readonly name: string;
}

function operation<K extends OpKind>(
  kind: K,
  attributes: OpAttributes[K],
  inputs: readonly Shape[],
  name: string = kind,
): Case {
  return { name, inputs, append: (graph, values) => graph.add(kind, values, attributes) };
}

function imageCases(height: number, width: number, channels: number): Case[] {
  const full = [IMAGES, height, width, channels];
  const half = [IMAGES, Math.ceil(height / 2), Math.ceil(width / 2), channels];
  const wide = [IMAGES, height, width, 4 * channels];
  const vector = [channels];
  const pool = { size: 3, stride: 1, padding: 1 };
  const reducing = { ...pool, stride: 2 };
  const extent = [height, width] as const;
  const normal = { affine: false, epsilon: 1e-5, momentum: 0.1, updatesRunning: true };
  return [
    operation("batchNorm", normal, [full, vector, vector]),
    operation("batchNormGradient", { affine: false }, [full, full, vector, vector]),
    operation("batchNormInference", { affine: false, epsilon: 1e-5 }, [full, vector, vector]),
    operation("maxPool", pool, [full]),
    operation("maxPool", reducing, [full], "maxPool /2"),
    operation("maxPoolGradient", pool, [full, full]),
    operation("maxPoolGradient", reducing, [half, full], "maxPoolGradient /2"),
    operation("averagePool", pool, [full]),
    operation("averagePool", reducing, [full], "averagePool /2"),
    operation("averagePoolGradient", { ...pool, extent }, [full]),
    operation("averagePoolGradient", { ...reducing, extent }, [half], "averagePoolGradient /2"),
    operation("globalMean", {}, [full]),
    operation("globalMeanGradient", { extent }, [[IMAGES, channels]]),
    operation("sum", { coefficients: [1, 1] }, [full, full], "sum of 2"),
    operation("sum", { coefficients: [1, 1, 1, 1] }, [full, full, full, full], "sum of 4"),
    operation("sum", { coefficients: [1, 1, 1, 1, 1, 1, 1] }, new Array<Shape>(7).fill(full), "sum of 7"),
    operation("weightedSum", { entries: [3, 8] }, [[14], full, full], "weightedSum of 2"),
    operation("weightedSumInputGradient", { entry: 3 }, [[14], full]),
    operation("weightedSumWeightGradient", { entries: [3, 8], length: 14 }, [full, full, full]),
    operation("concat", {}, [full, full, full, full], "concat of 4"),
    operation("channelSlice", { start: channels, channels }, [wide]),
    operation("relu", {}, [full]),
    operation("reluGradient", {}, [full, full]),
    operation("dropPath", {}, [full, [IMAGES]]),
  ];
}

function headCases(): Case[] {
  const parameters = [[1], ...new Array<Shape>(30).fill([64, 256])];
  return [
    operation("linear", {}, [[IMAGES, 256], [256, 10], [10]]),
    operation("linearInputGradient", {}, [
      [IMAGES, 10],
      [256, 10],
    ]),
    operation("linearWeightGradient", {}, [
      [IMAGES, 10],
      [IMAGES, 256],
    ]),
    operation("crossEntropy", { labelSmoothing: 0.1 }, [[IMAGES, 10], [IMAGES]]),
    operation("crossEntropyGradient", { labelSmoothing: 0.1 }, [[1], [IMAGES, 10], [IMAGES]]),
    operation("sgd", { momentum: 0.9, weightDecay: 3e-4, clipNorm: 5 }, parameters, "sgd of 160k parameters"),
  ];
}

function bytesOf(bench: Case): number {
  const graph = new Graph();
  const inputs = bench.inputs.map((shape, k) => graph.input(`${k}`, shape));
  const elements = [...inputs, ...bench.append(graph, inputs)].map(({ shape }) => elementCount(shape));
  return 4 * elements.reduce((sum, count) => sum + count, 0);
}

const wanted = process.argv[2] ?? "";
const shapes = [
  [32, 32, 16],
  [16, 16, 32],
  [8, 8, 64],
] as const;
const groups = [
  ...shapes.map(([h, w, c]) => [`${h}x${w}x${c}`, imageCases(h, w, c)] as const),
  ["head", headCases()] as const,
];
console.log(`node ${process.version}, ${process.arch}, batch ${IMAGES}`);
console.log(`${"".padEnd(40)}  1 thread: min, median, GB/s   2 threads: min, median, GB/s`);
for (const [shape, cases] of groups) {
  for (const bench of cases) {
    const title = `${shape} ${bench.name}`;
    if (!title.includes(wanted)) continue;
    const columns: string[] = [];
    for (const threads of [1, 2]) {
      const { least, median } = await timeOperation(bench, threads);
      const rate = bytesOf(bench) / least / 1e6;
      columns.push(`${least.toFixed(3).padStart(9)} ${median.toFixed(3).padStart(8)} ${rate.toFixed(1).padStart(6)}`);
    }
    console.log(`${title.padEnd(40)} ${columns.join("     ")}`);
  }
}
