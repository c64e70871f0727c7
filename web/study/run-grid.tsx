/** @file All runs of a study at a glance: a row a variant, a column a seed, each field a link to its run. */
import type { StudyDetail, StudyRunLine } from "../../src/server/index.ts";
import type { RunOutcome } from "../../src/study/index.ts";
import { percent } from "../format.ts";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { hrefOf } from "../router.ts";

const SIGNS: Readonly<Record<RunOutcome["condition"], string>> = {
  finished: "✓",
  running: "▶",
  interrupted: "‖",
  waiting: "○",
  failed: "✕",
};

export function RunGrid({ detail }: { readonly detail: StudyDetail }) {
  const { variants, seeds, runs, baseline } = detail;
  return (
    <ScrollRegion label="Runs by variant and seed">
      <table class="run-grid">
        <thead>
          <tr>
            <th scope="col">Variant</th>
            {seeds.map((seed) => (
              <th key={seed} scope="col">
                seed {seed}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {variants.map((variant) => (
            <tr key={variant}>
              <th scope="row">
                {variant}
                {variant === baseline && <span class="muted"> (baseline)</span>}
              </th>
              {runs
                .filter((run) => run.variant === variant)
                .map((run) => (
                  <td key={run.seed}>
                    <Field run={run} />
                  </td>
                ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** Before a run has begun there is nothing to go to. */
function Field({ run }: { readonly run: StudyRunLine }) {
  const { id, variant, seed, outcome } = run;
  const { condition } = outcome;
  const text = (
    <>
      <span class="unseen">
        {variant}, seed {seed}:{" "}
      </span>
      <span aria-hidden="true">{SIGNS[condition]}</span> {condition}
      <span class="more"> {moreOf(outcome)}</span>
    </>
  );
  if (condition === "waiting") return <span class="run-field waiting">{text}</span>;
  return (
    <a class={`run-field ${condition}`} href={hrefOf({ view: "run", id, tab: "cells" })}>
      {text}
    </a>
  );
}

function moreOf(outcome: RunOutcome): string {
  if (outcome.condition === "finished") return percent(outcome.testAccuracy);
  return outcome.condition === "failed" ? outcome.code : (outcome.progress ?? "");
}
