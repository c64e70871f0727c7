/** @file How a search with `--max-milliseconds` ended, in one line. */
import { countOf } from "../count-of.ts";
import { percent } from "../percent.ts";
import type { LatencyCheck } from "../run/index.ts";

export function formatLatency({ limit, estimated, measured, failure }: LatencyCheck): string {
  const sum = `${estimated.toPrecision(3)} ms an image by the sum over candidates`;
  if (measured === null) return `${sum}, limit ${limit} ms; not measured: ${failure}`;
  const { min, p50, calls } = measured;
  const off = `${percent(Math.abs(estimated - min) / min)} ${estimated < min ? "below" : "above"} it`;
  const isKept = min <= limit ? "kept" : "not kept";
  return `${min.toPrecision(3)} ms an image at least (p50 ${p50.toPrecision(3)}, ${countOf(calls, "call")}), limit ${limit} ms ${isKept}; ${sum}, ${off}`;
}
