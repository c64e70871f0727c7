/** @file Replays one golden case of an operation on a device: forward, backward, running statistics, inference. */
import type { Device } from "../../device/index.ts";
import { differentiate, Graph, type Value } from "../../graph/index.ts";
import { Layers, type ParameterSpec, type PassMode } from "../../network/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import type { GoldenTensors } from "./golden-tensors.ts";
import { IMAGE_AXES, torchAxes } from "./torch-layout.ts";

export interface OperationCase {
  /** What its tensors in the file begin with. */
  readonly name: string;
  /** The file's name of a parameter or running statistic. */
  readonly goldenName: (own: string) => string;
  build(layers: Layers, input: Value): Value;
}

export interface OperationReplay {
  readonly device: Device;
  readonly golden: GoldenTensors;
  readonly ledger: ErrorLedger;
  /** First word of the ledger's groups, after the device. */
  readonly group: string;
  readonly limit: number;
}

/** Names of all cases in a file: those that have a cotangent. */
export function operationCaseNames(golden: GoldenTensors): readonly string[] {
  return golden.names.filter((name) => name.endsWith("/cotangent")).map((name) => name.slice(0, -"/cotangent".length));
}

export async function replayOperation(replay: OperationReplay, operation: OperationCase): Promise<void> {
  const { device, golden, ledger, group, limit } = replay;
  const { name, goldenName } = operation;
  const tensor = (part: string, own: string) => golden.permuted(`${name}/${part}/${goldenName(own)}`, torchAxes(own));
  const [n, c, h, w] = golden.get(`${name}/input`).shape as [number, number, number, number];
  const pass = (mode: PassMode) => {
    const graph = new Graph();
    const layers = new Layers(graph, mode);
    const input = graph.input("input", [n, h, w, c]);
    return { graph, layers, input, output: operation.build(layers, input) };
  };
  const input = golden.permuted(`${name}/input`, IMAGE_AXES);
  const compare = (what: string, got: ArrayLike<number>, expected: ArrayLike<number>, part: string, scale = 0) =>
    ledger.relative(`${device.name}: ${group}, ${what}`, limit, `${name} ${part}`, got, expected, scale);

  const training = pass({ kind: "train", updatesRunning: true });
  const parameters: readonly ParameterSpec[] = training.layers.parameters;
  for (const { name: own } of parameters) device.write(own, tensor("param", own));
  for (const { name: own, shape, initialiser } of training.layers.runningStatistics) {
    device.write(own, new Float64Array(shape[0]!).fill(initialiser.kind === "fill" ? initialiser.value : 0));
  }
  const { graph, output } = training;
  const cotangent = graph.input("cotangent", output.shape);
  const wrt = [training.input, ...parameters.map((spec) => graph.persistent(spec.name, spec.shape))];
  const gradients = differentiate(graph, output, wrt, { seed: cotangent });
  const outputs: Record<string, Value> = { output };
  for (const [k, gradient] of gradients.entries()) outputs[`gradient${k}`] = gradient;
  const executable = await device.compile({ graph, outputs });
  const got = await executable.run({ input, cotangent: golden.permuted(`${name}/cotangent`, IMAGE_AXES) });
  executable.release();
  compare("forward", got["output"]!, golden.permuted(`${name}/output`, IMAGE_AXES), "output");
  const expected = [
    golden.permuted(`${name}/grad/input`, IMAGE_AXES),
    ...parameters.map((spec) => tensor("grad", spec.name)),
  ];
  // A gradient that nearly cancels is only as exact, in the float32 of the file, as the ones it is summed up from.
  const scale = Math.max(
    ...expected.map((values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)),
  );
  const gradientNames = ["the input", ...parameters.map((spec) => goldenName(spec.name))];
  for (const [k, values] of expected.entries()) {
    compare("backward", got[`gradient${k}`]!, values, `gradient of ${gradientNames[k]}`, scale);
  }
  for (const { name: own } of training.layers.runningStatistics) {
    compare("running statistics", device.read(own), tensor("buffer", own), goldenName(own));
  }

  const inference = pass({ kind: "inference" });
  const evaluation = await device.compile({ graph: inference.graph, outputs: { output: inference.output } });
  const result = (await evaluation.run({ input }))["output"]!;
  evaluation.release();
  compare("inference", result, golden.permuted(`${name}/output_eval`, IMAGE_AXES), "output in evaluation mode");
}
