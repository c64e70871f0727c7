/**
 * @file Replays every golden case of a block of the mobile space and of an operation or reduction of NAS-Bench-201 on a device. Cases are
 * named as `mobile/mb6_5x5/stride2/affine/6x5`, `mobile/first/5x7`, `nas-bench-201/nor_conv_3x3/plain/6x4` and `nas-bench-201/residual/6x4`.
 */
import { IstaNasError } from "../../error.ts";
import { buildBlock, buildBottleneck, isBlock } from "../../spaces/mobile/index.ts";
import { buildOperation, buildReduction, isOperation } from "../../spaces/nas-bench-201/index.ts";
import type { GoldenTensors } from "./golden-tensors.ts";
import { type OperationCase, type OperationReplay, operationCaseNames, replayOperation } from "./replay-operation.ts";

/** Every case in the file is replayed. @throws E_VERIFY_FILE for one that no space knows */
export async function verifySpaceOperations(replay: OperationReplay): Promise<void> {
  for (const name of operationCaseNames(replay.golden)) {
    const own = `verify/${name}`;
    const goldenName = (parameter: string) => parameter.slice(own.length + 1);
    await replayOperation(replay, { name, goldenName, build: builder(replay.golden, name, own) });
  }
}

function builder(golden: GoldenTensors, name: string, own: string): OperationCase["build"] {
  const [space, word, ...details] = name.split("/") as [string, string, ...string[]];
  const affine = details.includes("affine");
  const channels = golden.get(`${name}/output`).shape[1]!;
  if (space === "mobile" && word === "first") {
    return (layers, input) => buildBottleneck(layers, own, 1, 3, input, { channels, stride: 1, affine: true });
  }
  if (space === "mobile" && isBlock(word)) {
    if (details.includes("stride2")) {
      return (layers, input) => buildBlock(layers, own, word, input, { channels, stride: 2, affine });
    }
    return (layers, input) => {
      const added = buildBlock(layers, own, word, input, { channels, stride: 1, affine });
      return layers.graph.apply("sum", [input, added], { coefficients: [1, 1] });
    };
  }
  if (space === "nas-bench-201" && (word === "residual" || word === "pool")) {
    return (layers, input) => buildReduction(layers, own, input, word);
  }
  if (space === "nas-bench-201" && isOperation(word) && word !== "none") {
    return (layers, input) => buildOperation(layers, own, word, input, { affine, everyNorm: false });
  }
  throw new IstaNasError(`verify: ${golden.file}: got a case ${name}, expected a block or an operation of a space`, {
    code: "E_VERIFY_FILE",
    kind: "usage",
    hint: "the file is of another version of this program, or was changed",
  });
}
