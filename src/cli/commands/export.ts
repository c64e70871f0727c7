/** @file `ista-nas export`: a trained run as ONNX, safetensors or a JavaScript module, or its genotype as the text that DARTS code reads. */
import { IstaNasError } from "../../error.ts";
import { describeParity } from "../../export/index.ts";
import { writeOutput } from "../../files/index.ts";
import {
  EXPORT_PLACE,
  exportModule,
  exportOnnx,
  exportWeights,
  type RunEvent,
  readArchitecture,
} from "../../run/index.ts";
import { RunFolder } from "../../store/index.ts";
import { besideOutput } from "../beside-output.ts";
import type { CommandInputs } from "../command.ts";
import { pickFlags } from "../given-flags.ts";

export async function exportRun({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const run = positional[0]!;
  const { to = "onnx", opset, file, threads = "auto" } = flags;
  if (opset !== undefined && to !== "onnx") {
    throw new IstaNasError(`--opset: got ${opset} with --to ${to}, expected it with --to onnx alone`, {
      code: "E_FLAG_VALUE",
      kind: "usage",
    });
  }
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
  await exportOnnx({ run, ...pickFlags(flags, ["file", "opset", "space"]) }, { threads, onEvent });
}
