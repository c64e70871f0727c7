/** @file `ista-nas export`: a trained run as ONNX, safetensors or a JavaScript module, or its genotype as the text that DARTS code reads. */
import { IstaNasError } from "../../error.ts";
import { describeParity } from "../../export/index.ts";
import { writeOutput } from "../../files/index.ts";
import {
  EXPORT_PLACE,
  exportModule,
  exportOnnx,
  exportTransformers,
  exportWeights,
  type RunEvent,
  readArchitecture,
} from "../../run/index.ts";
import { RunFolder } from "../../store/index.ts";
import { besideOutput } from "../beside-output.ts";
import type { CommandInputs } from "../command.ts";
import { pickFlags } from "../given-flags.ts";
import { exportQuantized } from "./export-quantized.ts";

export async function exportRun({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const [run, data] = positional as [string, string | undefined];
  const { to = "onnx", quantize = false, file, threads = "auto" } = flags;
  const isModel = to === "onnx" || to === "transformers.js";
  if (flags.opset !== undefined && !isModel) throw misplaced("--opset", `--to ${to}`, "--to onnx or transformers.js");
  if (quantize && to !== "onnx") throw misplaced("--quantize", `--to ${to}`, "--to onnx");
  if (!quantize && flags.maxLossOfAccuracy !== undefined) {
    throw misplaced("--max-loss-of-accuracy", "a model of float32", "--quantize");
  }
  if (!quantize && data !== undefined) throw misplaced("data", "a model of float32", "--quantize");
  if (quantize) return exportQuantized({ positional, flags, terminal });
  if (to === "genotype") {
    const { architecture, space } = await readArchitecture(RunFolder.open(run).path, flags);
    const text = space.formatText(architecture);
    if (file === undefined) terminal.text(text);
    else writeOutput(file, `${text}\n`, EXPORT_PLACE);
    return;
  }
  const talk = file === undefined ? terminal : besideOutput(file, EXPORT_PLACE, terminal);
  if (to === "safetensors") {
    const written = await exportWeights({ run, ...pickFlags(flags, ["file", "space"]) }, { threads });
    talk.line(`written ${written}`);
    talk.result({ file: written });
    return;
  }
  // Told of before a check that failed ends in an error.
  const onEvent = (event: RunEvent) => {
    if (event.kind !== "exported") return;
    talk.line(`written ${event.file}`);
    talk.line(`${to === "module" ? to : "ONNX"} check ${describeParity(event.parity)}`);
    talk.result({ file: event.file, parity: event.parity });
  };
  if (to === "module") {
    await exportModule({ run, ...pickFlags(flags, ["file", "space"]) }, { threads, onEvent });
    return;
  }
  const write = to === "onnx" ? exportOnnx : exportTransformers;
  await write({ run, ...pickFlags(flags, ["file", "opset", "space"]) }, { threads, onEvent });
}

function misplaced(what: string, got: string, expected: string): IstaNasError {
  return new IstaNasError(`${what}: got it with ${got}, expected it with ${expected} alone`, {
    code: "E_FLAG_VALUE",
    kind: "usage",
  });
}
