/** @file Replays every golden case of a primitive on a device: forward, backward, running statistics, inference. */
import type { Device } from "../../device/index.ts";
import { differentiate, Graph, type Value } from "../../graph/index.ts";
import { Layers, type ParameterSpec, type PassMode } from "../../network/index.ts";
import { buildPrimitive, parsePrimitive } from "../../spaces/darts/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import type { GoldenTensors } from "./golden-tensors.ts";
import { factorizedReduceNames, IMAGE_AXES, primitiveNames, reluConvNormNames, torchAxes } from "./torch-layout.ts";

interface OperationCase {
  readonly names: Readonly<Record<string, string>>;
  build(layers: Layers, input: Value): Value;
}

/** Every case in the file is replayed; nothing is skipped silently, an unknown case is an error. */
export async function verifyOperations(
  device: Device,
  golden: GoldenTensors,
  ledger: ErrorLedger,
  limit: number,
): Promise<void> {
  const cases = golden.names
    .filter((name) => name.endsWith("/cotangent"))
    .map((name) => name.slice(0, -"/cotangent".length));
  for (const name of cases) await verifyCase(device, golden, ledger, limit, name);
}

function operationCase(golden: GoldenTensors, name: string, own: string): OperationCase {
  const channels = golden.get(`${name}/output`).shape[1]!;
  if (name === "relu_conv_norm") {
    const names = reluConvNormNames(own);
    return { names, build: (layers, input) => layers.reluPointwiseNorm(own, input, channels, true) };
  }
  if (name === "factorized_reduce") {
    const names = factorizedReduceNames(own);
    return { names, build: (layers, input) => layers.factorizedReduce(own, input, channels, true) };
  }
  const [word, strideText, variant] = name.split("/") as [string, string, string];
  const primitive = parsePrimitive(word);
  const stride = strideText === "stride2" ? 2 : 1;
  const affine = variant === "affine";
  const options = { stride, affine, poolNorm: true, skipNorm: affine } as const;
  return {
    names: primitiveNames(own, primitive, stride),
    build: (layers, input) => buildPrimitive(layers, own, primitive, input, options),
  };
}

async function verifyCase(
  device: Device,
  golden: GoldenTensors,
  ledger: ErrorLedger,
  limit: number,
  name: string,
): Promise<void> {
  const own = `verify/${name}`;
  const { names, build } = operationCase(golden, name, own);
  const tensor = (part: string, parameter: string) =>
    golden.permuted(`${name}/${part}/${names[parameter]!}`, torchAxes(parameter));
  const [n, c, h, w] = golden.get(`${name}/input`).shape as [number, number, number, number];
  const pass = (mode: PassMode) => {
    const graph = new Graph();
    const layers = new Layers(graph, mode);
    const input = graph.input("input", [n, h, w, c]);
    return { graph, layers, input, output: build(layers, input) };
  };
  const input = golden.permuted(`${name}/input`, IMAGE_AXES);
  const compare = (what: string, got: ArrayLike<number>, expected: ArrayLike<number>, part: string, scale = 0) =>
    ledger.relative(`${device.name}: operations, ${what}`, limit, `${name} ${part}`, got, expected, scale);

  const training = pass({ kind: "train", updatesRunning: true });
  const parameters: readonly ParameterSpec[] = training.layers.parameters;
  for (const { name: parameter } of parameters) device.write(parameter, tensor("param", parameter));
  for (const { name: statistic, shape, initialiser } of training.layers.runningStatistics) {
    device.write(statistic, new Float64Array(shape[0]!).fill(initialiser.kind === "fill" ? initialiser.value : 0));
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
  const gradientNames = ["the input", ...parameters.map((spec) => names[spec.name])];
  for (const [k, values] of expected.entries()) {
    compare("backward", got[`gradient${k}`]!, values, `gradient of ${gradientNames[k]}`, scale);
  }
  for (const { name: statistic } of training.layers.runningStatistics) {
    compare("running statistics", device.read(statistic), tensor("buffer", statistic), names[statistic]!);
  }

  const inference = pass({ kind: "inference" });
  const evaluation = await device.compile({ graph: inference.graph, outputs: { output: inference.output } });
  const result = (await evaluation.run({ input }))["output"]!;
  evaluation.release();
  compare("inference", result, golden.permuted(`${name}/output_eval`, IMAGE_AXES), "output in evaluation mode");
}
