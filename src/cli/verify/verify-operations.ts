/** @file Replays every golden case of a primitive of DARTS on a device. */
import type { Device } from "../../device/index.ts";
import { buildPrimitive, parsePrimitive } from "../../spaces/darts/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import type { GoldenTensors } from "./golden-tensors.ts";
import { type OperationCase, operationCaseNames, replayOperation } from "./replay-operation.ts";
import { factorizedReduceNames, primitiveNames, reluConvNormNames } from "./torch-layout.ts";

/** Every case in the file is replayed; nothing is skipped silently, an unknown case is an error. */
export async function verifyOperations(
  device: Device,
  golden: GoldenTensors,
  ledger: ErrorLedger,
  limit: number,
): Promise<void> {
  const replay = { device, golden, ledger, group: "operations", limit };
  for (const name of operationCaseNames(golden)) await replayOperation(replay, operationCase(golden, name));
}

function operationCase(golden: GoldenTensors, name: string): OperationCase {
  const own = `verify/${name}`;
  const under = (names: Readonly<Record<string, string>>) => (parameter: string) => names[parameter]!;
  const channels = golden.get(`${name}/output`).shape[1]!;
  if (name === "relu_conv_norm") {
    const goldenName = under(reluConvNormNames(own));
    return { name, goldenName, build: (layers, input) => layers.reluPointwiseNorm(own, input, channels, true) };
  }
  if (name === "factorized_reduce") {
    const goldenName = under(factorizedReduceNames(own));
    return { name, goldenName, build: (layers, input) => layers.factorizedReduce(own, input, channels, true) };
  }
  const [word, strideText, variant] = name.split("/") as [string, string, string];
  const primitive = parsePrimitive(word);
  const stride = strideText === "stride2" ? 2 : 1;
  const affine = variant === "affine";
  const options = { stride, affine, poolNorm: true, skipNorm: affine } as const;
  return {
    name,
    goldenName: under(primitiveNames(own, primitive, stride)),
    build: (layers, input) => buildPrimitive(layers, own, primitive, input, options),
  };
}
