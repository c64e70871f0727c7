/** @file `ista-nas benchmark`: how long a trained network takes for an image on this machine. */
import { countOf } from "../../count-of.ts";
import { type Benchmark, benchmark as benchmarkModel, type SpeedFigure } from "../../run/index.ts";
import type { CommandInputs } from "../command.ts";
import { pickFlags } from "../given-flags.ts";
import { formatTable } from "../table.ts";
import { TerminalHost } from "../terminal-host.ts";

const HEADINGS = ["runtime", "threads", "batch", "ms an image: min", "p50", "p95", "calls"];

export async function benchmark({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const spec = { model: positional[0]!, ...pickFlags(flags, ["seconds", "space"]) };
  const result = await benchmarkModel(spec, new TerminalHost(terminal, flags));
  terminal.line(formatSizes(result));
  terminal.line(formatMachine(result));
  for (const line of formatTable(HEADINGS, result.figures.map(cells))) terminal.line(...line);
  terminal.line("best: the batch of 1 to 64 with the least time an image; decoding and scaling images are not timed");
  terminal.line(
    "other processes disturb these figures, p95 most of all: the sides took turns, so compare figures of one table alone",
  );
  terminal.result(result);
}

function cells({ runtime, threads, batch, isBest, min, p50, p95, calls }: SpeedFigure): readonly string[] {
  const times = [min, p50, p95].map(formatMilliseconds);
  return [runtime, String(threads), isBest ? `${batch} (best)` : String(batch), ...times, String(calls)];
}

/** Three digits that count. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds >= 100) return milliseconds.toFixed(0);
  return milliseconds.toFixed(Math.min(6, 2 - Math.floor(Math.log10(Math.max(milliseconds, 1e-6)))));
}

function formatSizes({ sizes, imageShape }: Benchmark): string {
  const { modelBytes, weightBytes, parameters, storedNumbers, macs } = sizes;
  return [
    `images of ${imageShape.join("x")}`,
    `model ${countOf(modelBytes, "byte")}`,
    ...(weightBytes === null ? [] : [`weights ${countOf(weightBytes, "byte")}`]),
    ...(parameters === null ? [] : [countOf(parameters, "parameter")]),
    ...(parameters !== null || storedNumbers === null ? [] : [countOf(storedNumbers, "stored number")]),
    ...(macs === null ? [] : [`${(macs / 1e6).toFixed(2)}M multiply-accumulates an image`]),
  ].join(", ");
}

function formatMachine({ machine, seconds }: Benchmark): string {
  const { processor, cores, node, onnxruntime, loadBefore } = machine;
  const runtime = onnxruntime === null ? "" : `, onnxruntime ${onnxruntime}`;
  return `${countOf(cores, "core")} of ${processor}, Node ${node}${runtime}; load before ${loadBefore.toFixed(1)}; each figure from calls of ${countOf(seconds, "second")}`;
}
