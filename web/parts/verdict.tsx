/** @file Whether a search paid: what it found beside what no search has to find, each trained for as long. */
import { count, duration, percent } from "../format.ts";
import { ScrollRegion } from "./scroll-region.tsx";

/** As `summary.json` has it, as far as it is shown. */
interface ShownVerdict {
  readonly sentences: readonly string[];
  readonly caveat: string;
  readonly baselines: readonly {
    readonly name: string;
    readonly summary: string;
    readonly testAccuracy: number;
    readonly difference: number;
    readonly interval: readonly [number, number];
    readonly epochs: number;
    readonly seconds: number;
    readonly parameters: number;
  }[];
}

export function VerdictSection({ summary }: { readonly summary: Readonly<Record<string, unknown>> | null }) {
  const verdict = verdictIn(summary);
  if (verdict === null) return null;
  const { sentences, caveat, baselines } = verdict;
  return (
    <section aria-label="Verdict">
      <h2>Whether the search paid</h2>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <ScrollRegion label="Baselines">
        <table>
          <thead>
            <tr>
              <th scope="col">Baseline</th>
              <th scope="col" class="figure">
                Test accuracy
              </th>
              <th scope="col" class="figure">
                Difference, points (95 % interval)
              </th>
              <th scope="col" class="figure">
                Epochs
              </th>
              <th scope="col" class="figure">
                Time
              </th>
              <th scope="col" class="figure">
                Parameters
              </th>
            </tr>
          </thead>
          <tbody>
            {baselines.map(({ name, summary: what, testAccuracy, difference, interval, ...row }) => (
              <tr key={name}>
                <th scope="row" title={what}>
                  {name}
                </th>
                <td class="figure">{percent(testAccuracy)}</td>
                <td class="figure">
                  {points(difference)} ({points(interval[0])} to {points(interval[1])})
                </td>
                <td class="figure">{count(row.epochs)}</td>
                <td class="figure">{duration(row.seconds)}</td>
                <td class="figure">{count(row.parameters)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p class="muted">{caveat}</p>
    </section>
  );
}

/** Null for a run without one, and for what another program made of it. */
function verdictIn(summary: Readonly<Record<string, unknown>> | null): ShownVerdict | null {
  const verdict = summary?.["verdict"] as Partial<ShownVerdict> | null | undefined;
  const isWhole =
    Array.isArray(verdict?.sentences) && verdict.sentences.every(isText) && isText(verdict.caveat) && areRows(verdict);
  return isWhole ? (verdict as ShownVerdict) : null;
}

function areRows({ baselines }: Partial<ShownVerdict>): boolean {
  const isRow = (row: unknown) => {
    if (typeof row !== "object" || row === null) return false;
    const { name, testAccuracy, difference, interval, epochs, seconds, parameters } = row as Record<string, unknown>;
    const figures = [testAccuracy, difference, epochs, seconds, parameters];
    const ends: readonly unknown[] = Array.isArray(interval) ? interval : [];
    return isText(name) && ends.length === 2 && [...figures, ...ends].every((figure) => typeof figure === "number");
  };
  return Array.isArray(baselines) && baselines.every(isRow);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function points(value: number): string {
  return `${value > 0 ? "+" : ""}${(100 * value).toFixed(2)}`;
}
