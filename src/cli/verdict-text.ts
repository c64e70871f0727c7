/** @file A verdict on a terminal: what it comes to, and a line for each baseline. */
import { formatDuration } from "../duration.ts";
import { formatDifference, type Verdict } from "../export/index.ts";
import { percent } from "../percent.ts";
import { formatTable } from "./table.ts";
import type { TextPart } from "./terminal.ts";

const HEADINGS = ["baseline", "test", "difference (95 % interval)", "epochs", "time", "parameters", "MACs", "what"];

/** Lines as `Terminal.line` takes them. */
export function formatVerdict(verdict: Verdict): readonly (readonly TextPart[])[] {
  const rows = verdict.baselines.map((baseline) => {
    const { name, summary, testAccuracy, epochs, seconds, parameters, macs } = baseline;
    return [
      ...[name, percent(testAccuracy), formatDifference(baseline), String(epochs), formatDuration(seconds)],
      ...[String(parameters), `${(macs / 1e6).toFixed(2)}M`, summary],
    ];
  });
  return [[], ...formatTable(HEADINGS, rows), [], ...formatSentences(verdict).map((line) => [line])];
}

/** What it comes to, a line each. */
export function formatSentences({ sentences, caveat }: Pick<Verdict, "sentences" | "caveat">): readonly string[] {
  return [...sentences.map((text) => `verdict: ${text}`), `  ${caveat}`];
}
