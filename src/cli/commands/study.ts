/** @file `ista-nas study`: searches that are compared in a table. */
import { basename, resolve } from "node:path";
import { countOf } from "../../count-of.ts";
import { assertWasmDevice, defaultArithmetic } from "../../device/index.ts";
import { IstaNasError } from "../../error.ts";
import { DEFAULT_SEED, openData } from "../../run/index.ts";
import { RunFolder } from "../../store/index.ts";
import type { CommandInputs } from "../command.ts";
import { PART_FLAGS } from "../flags.ts";
import { epsilonStudy } from "../study/epsilon-study.ts";
import type { StudyName } from "../study/flags-of-studies.ts";
import { rankStudy } from "../study/rank-study.ts";
import { runsStudy } from "../study/runs-study.ts";
import { refuseOtherFlags, studyNamed } from "../study/study-flags.ts";
import type { StudyKind, StudyResult } from "../study/study-kind.ts";
import { assertStudyPlace, fingerprintOfStudy } from "../study/study-place.ts";
import { formatTable } from "../table.ts";
import { TerminalHost } from "../terminal-host.ts";

const STUDIES: Readonly<Record<Exclude<StudyName, "runs">, StudyKind>> = { epsilon: epsilonStudy, rank: rankStudy };

export async function study(inputs: CommandInputs): Promise<void> {
  const { positional, flags: given, terminal } = inputs;
  const dataPath = positional[1]!;
  const name = studyNamed(positional[0]!);
  refuseOtherFlags(name, Object.keys(given), PART_FLAGS);
  if (name === "runs") return runsStudy(inputs);
  const kind = STUDIES[name];
  const threads = given.threads ?? "auto";
  await assertWasmDevice({ threads, arithmetic: given.arithmetic ?? defaultArithmetic() });
  const flags = await kind.complete(given);
  const runs = kind.runs(flags);
  if (flags.out !== undefined) assertStudyPlace(flags.out, name, runs);
  const seed = flags.seed ?? DEFAULT_SEED;
  const place = flags.out ?? `runs/${dataName(dataPath)}-study-${name}-seed${seed}`;
  const host = new TerminalHost(terminal, { threads });
  const data = await openData(dataPath, flags, host, undefined, fingerprintOfStudy(place, runs));
  const folder = RunFolder.ensure(place);
  const work = { given: flags, data, path: folder.path, seed, terminal: terminal.part(), threads };
  const result = await kind.study(work);
  const { columns, rows, details, views } = result;
  folder.writeJson("study.json", { study: name, data: data.name, seed, ...details, rows });
  const values = rows.map((row) => columns.map((column) => (row as Record<string, unknown>)[column]));
  folder.write("study.csv", [columns, ...values].map(csvLine).join(""));
  for (const { headings, rows: cells } of views) {
    terminal.line();
    for (const line of formatTable(headings, cells)) terminal.line(...line);
  }
  terminal.line();
  terminal.line(`table in ${folder.pathOf("study.csv")}`);
  terminal.result({ study: name, folder: folder.path, ...details, rows });
  assertAllFinished(result);
}

/** What a study of these data is called, before they are read. */
function dataName(path: string): string {
  return path === "demo" ? path : basename(resolve(path));
}

/** Throws `E_STUDY_FAILED` if a run diverged: the table lacks what was asked for. */
function assertAllFinished({ diverged, runs, noun }: StudyResult): void {
  if (diverged.length === 0) return;
  throw new IstaNasError(
    `study: got ${diverged.length} of ${countOf(runs, noun)} that diverged, expected none: ${diverged.join(", ")}`,
    {
      code: "E_STUDY_FAILED",
      hint: "start it with a lower --learning-rate or --architecture-rate in another place with --out",
    },
  );
}

function csvLine(values: readonly unknown[]): string {
  const field = (value: unknown) =>
    typeof value === "string" && /[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value ?? "");
  return `${values.map(field).join(",")}\n`;
}
