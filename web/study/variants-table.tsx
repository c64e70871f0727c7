/** @file What the runs of each variant came to, beside the baseline. */
import type { StudyDetail } from "../../src/server/index.ts";
import type { Difference } from "../../src/study/index.ts";
import { count, duration } from "../format.ts";
import { ScrollRegion } from "../parts/scroll-region.tsx";

const HEADINGS = ["Seeds", "Test accuracy, %", "Difference, points", "Parameters", "MACs", "Compute", "Time"];

export function VariantsTable({ detail }: { readonly detail: Pick<StudyDetail, "rows" | "baseline"> }) {
  const { rows, baseline } = detail;
  return (
    <>
      <ScrollRegion label="Variants">
        <table class="variants">
          <thead>
            <tr>
              <th scope="col">Variant</th>
              {HEADINGS.map((heading) => (
                <th key={heading} scope="col" class="figure">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ variant, finished, failed, open, accuracy, difference, ...means }) => (
              <tr key={variant}>
                <th scope="row">{variant}</th>
                <td class="figure">{seedsOf(finished.length, failed.length, open)}</td>
                <td class="figure">{accuracy === null ? "–" : within(accuracy.mean.toFixed(2), accuracy.half)}</td>
                <td class="figure">{variant === baseline ? "baseline" : differenceOf(difference)}</td>
                <td class="figure">{rounded(means.parameters)}</td>
                <td class="figure">{rounded(means.macs)}</td>
                <td class="figure">{rounded(means.compute)}</td>
                <td class="figure">{duration(means.seconds)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p class="muted remark">
        Means over seeds; ± is half of an interval of 95 % by Student's t. Differences are to {baseline}, seed by seed.
        Compute is in multiply-accumulates of a whole run, time is that of a whole run.
      </p>
    </>
  );
}

function seedsOf(finished: number, failed: number, open: number): string {
  return [finished, ...(failed === 0 ? [] : [`${failed} failed`]), ...(open === 0 ? [] : [`${open} to do`])].join(", ");
}

function within(text: string, half: number | null): string {
  return half === null ? text : `${text} ± ${half.toFixed(2)}`;
}

/** With how many seeds it is of, as they may be fewer than either variant has. */
function differenceOf(difference: Difference | null): string {
  if (difference === null) return "–";
  const sign = difference.mean < 0 ? "−" : "+";
  const text = within(`${sign}${Math.abs(difference.mean).toFixed(2)}`, difference.half);
  return `${text} (${difference.seeds === 1 ? "1 seed" : `${difference.seeds} seeds`})`;
}

function rounded(value: number | null): string {
  return count(value === null ? null : Math.round(value));
}
