import { countOf } from "../../count-of.ts";
import { percent } from "../../percent.ts";
import { EXPORT_PLACE, exportQuantized as writeQuantized } from "../../run/index.ts";
import { besideOutput } from "../beside-output.ts";
import type { CommandInputs } from "../command.ts";
import { pickFlags } from "../given-flags.ts";
import { TerminalHost } from "../terminal-host.ts";

/** `ista-nas export --quantize`. */
export async function exportQuantized({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const [run, data] = positional as [string, string | undefined];
  const { file } = flags;
  const talk = file === undefined ? terminal : besideOutput(file, EXPORT_PLACE, terminal);
  const given = pickFlags(flags, ["file", "opset", "space", "maxLossOfAccuracy"]);
  const spec = { run, ...(data === undefined ? {} : { data }), ...given };
  const model = await writeQuantized(spec, new TerminalHost(talk, flags));
  const { testAccuracy, float32TestAccuracy, lossOfAccuracy, lossInterval } = model;
  const [low, high] = lossInterval.map((bound) => bound.toFixed(2));
  talk.line(`written ${model.file}`);
  talk.line(
    `ranges of ${countOf(model.calibrationImages, "training image")}, accuracy of ${countOf(model.testImages, "test image")}`,
  );
  talk.line(
    `size          ${inKilobytes(model.bytes)} in 8-bit integers, ${inKilobytes(model.float32Bytes)} in float32`,
  );
  talk.line(`test accuracy ${percent(testAccuracy)} in 8-bit integers, ${percent(float32TestAccuracy)} in float32`);
  talk.line(`loss          ${lossOfAccuracy.toFixed(2)} points (95 % interval ${low} to ${high})`);
  talk.result(model);
}

function inKilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
