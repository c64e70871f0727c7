/**
 * @file The batch script of a job array, whose tasks are runs of a study. It decides by the run folder whether to begin or to go on, so a task can be put
 * back into the queue however it ended: before its time limit (SLURM's signal lets the run leave a checkpoint), by preemption, or with its node.
 */
import { beginWords, resumeWords } from "../run-command.ts";
import type { StudyFolder } from "../study-folder.ts";
import type { StudyRun } from "../study-plan.ts";

interface ScriptInputs {
  /** By index in the array. */
  readonly runs: readonly StudyRun[];
  readonly folder: StudyFolder;
  /** `demo`, or an absolute path that all nodes see. */
  readonly data: string;
  readonly threads: number | "auto";
  /** How often a run is gone on with whose process was killed. */
  readonly retries: number;
}

export function slurmScript({ runs, folder, data, threads, retries }: ScriptInputs): string {
  const tasks = runs.map((run, index) => {
    const out = folder.pathOf(run);
    const asked = { data, out, threads, arithmetic: folder.arithmetic };
    return [
      `${index})`,
      `  out=${quoted(out)}`,
      `  log=${quoted(folder.logOf(run))}`,
      `  begin() { set_command ${words(beginWords(run, asked))}; }`,
      `  resume() { set_command ${words(resumeWords(run, asked))} "$@"; }`,
      "  ;;",
    ].join("\n");
  });
  return `${HEAD}
case "$SLURM_ARRAY_TASK_ID" in
${tasks.join("\n")}
*)
  echo "no run has the index $SLURM_ARRAY_TASK_ID" >&2
  exit 2
  ;;
esac
retries=${retries}
${BODY}`;
}

/** A word of the shell that stands for itself. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function words(list: readonly string[]): string {
  return [process.execPath, ...list].map(quoted).join(" ");
}

const HEAD = `#!/bin/sh
# Written by ista-nas study: one task of this array is one run.
set -u
stopped=no
cancelled=no
worker=
# Before the time limit SLURM signals this shell alone; when it cancels or preempts, every process. A shell lets no process behind it hear of INT.
told=no
tell() {
  if [ "$stopped" = yes ] && [ -n "$worker" ] && [ "$told" = no ]; then
    told=yes
    kill -TERM "$worker" 2>/dev/null
  fi
}
trap 'stopped=yes; tell' INT
trap cancelled=yes TERM
set_command() { "$@" >> "$log" 2>&1 & worker=$!; }
`;

/**
 * A task that is gone on with after its node was lost takes its run over: SLURM says that the one before it is over, which its lock, of another host, cannot.
 */
const BODY = `
if [ -e "$out/config.json" ]; then
  if [ "\${SLURM_RESTART_COUNT:-0}" -gt 0 ]; then resume --take-over; else resume; fi
else
  # What is there was killed before it was a run.
  if [ -d "$out" ]; then rm -rf "$out"; fi
  begin
fi
# The signal can have come before the run was there to be told.
tell
code=0
wait "$worker" || code=$?
# A signal ends the waiting, not the run: it leaves a checkpoint first.
while kill -0 "$worker" 2>/dev/null; do
  code=0
  wait "$worker" || code=$?
done
again=no
if [ "$cancelled" = yes ]; then
  # SLURM itself puts it back where it was preempted.
  again=no
elif [ "$code" -ne 0 ] && [ "$stopped" = yes ]; then
  again=yes
elif [ "$code" -gt 128 ]; then
  echo killed >> "$log.killed"
  if [ "$(wc -l < "$log.killed")" -le "$retries" ]; then again=yes; fi
fi
if [ "$again" = yes ]; then scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"; fi
exit "$code"
`;
