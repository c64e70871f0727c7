/** @file `ista-nas study`: the same search under many settings. */
import { basename, resolve } from "node:path";
import { countOf } from "../../count-of.ts";
import { assertWasmDevice } from "../../device/index.ts";
import { IstaNasError } from "../../error.ts";
import { percent } from "../../percent.ts";
import { DEFAULT_SEED, openData } from "../../run/index.ts";
import { RunFolder } from "../../store/index.ts";
import type { CommandInputs } from "../command.ts";
import { assertStudyPlace, fingerprintOfStudy, type StudyRow, studyEpsilon } from "../study/epsilon-study.ts";
import { formatTable } from "../table.ts";
import { TerminalHost } from "../terminal-host.ts";

/** Epochs after which a variant's search ends at the latest: far beyond those of a preset, so that one sees which end by themselves. */
const SEARCH_EPOCHS = 30;

const COLUMNS = [
  ...["variant", "rule", "epsilon", "patience", "searchEpochs", "reachedBound", "frozenGroups", "groups"],
  ...["testAccuracy", "parameters", "macs", "distinctGenotypes", "otherSupports"],
  ...["supports", "genotype", "run", "failure"],
] as readonly (keyof StudyRow)[];

export async function study({ positional, flags: given, terminal }: CommandInputs): Promise<void> {
  const [name, path] = positional as readonly [string, string];
  if (name !== "epsilon") {
    throw new IstaNasError(`study: got ${name}, expected one of: epsilon`, {
      code: "E_USAGE_STUDY",
      kind: "usage",
      hint: "ista-nas study epsilon demo",
    });
  }
  const threads = given.threads ?? "auto";
  await assertWasmDevice({ threads });
  const flags = { maxSearchEpochs: SEARCH_EPOCHS, ...given, strategy: "one-stage" };
  if (flags.out !== undefined) assertStudyPlace(flags.out);
  const seed = flags.seed ?? DEFAULT_SEED;
  const place = flags.out ?? `runs/${dataName(path)}-study-epsilon-seed${seed}`;
  const data = await openData(path, flags, new TerminalHost(terminal, threads), undefined, fingerprintOfStudy(place));
  const folder = RunFolder.ensure(place);
  const rows = await studyEpsilon(folder.path, flags, data, terminal.part(), threads);
  folder.writeJson("study.json", { study: name, data: data.name, seed, rows });
  folder.write(
    "study.csv",
    [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column]))].map(csvLine).join(""),
  );
  terminal.line();
  for (const line of formatTable(HEADINGS, rows.map(cells))) terminal.line(...line);
  terminal.line();
  for (const line of formatTable(["variant", "supports"], rows.map(supportCells))) terminal.line(...line);
  terminal.line();
  terminal.line(`table in ${folder.pathOf("study.csv")}`);
  terminal.result({ study: name, folder: folder.path, rows });
  assertAllFinished(rows);
}

/** What a study of these data is called, before they are read. */
function dataName(path: string): string {
  return path === "demo" ? path : basename(resolve(path));
}

/** Throws `E_STUDY_FAILED` if a variant diverged: the table lacks what was asked for. */
function assertAllFinished(rows: readonly StudyRow[]): void {
  const failed = rows.filter(({ failure }) => failure !== null).map(({ variant }) => variant);
  if (failed.length === 0) return;
  throw new IstaNasError(
    `study: got ${failed.length} of ${countOf(rows.length, "variant")} that diverged, expected none: ${failed.join(", ")}`,
    {
      code: "E_STUDY_FAILED",
      hint: "start it with a lower --learning-rate or --architecture-rate in another place with --out",
    },
  );
}

const HEADINGS = [
  ...[
    "variant",
    "search epochs",
    "frozen by the rule",
    "test accuracy",
    "parameters",
    "MACs",
    "genotypes",
    "other nodes",
  ],
];

function cells(row: StudyRow): readonly string[] {
  if (row.failure !== null) return [row.variant, "failed", ...HEADINGS.slice(2).map(() => "")];
  return [
    row.variant,
    row.reachedBound ? `${row.searchEpochs} (bound)` : String(row.searchEpochs),
    `${row.frozenGroups} of ${row.groups}`,
    percent(row.testAccuracy),
    ...[row.parameters, row.macs, row.distinctGenotypes, row.otherSupports].map(String),
  ];
}

/** The supports of a variant, or which earlier one has the same, or why it has none. */
function supportCells({ variant, supports, failure }: StudyRow, index: number, rows: readonly StudyRow[]) {
  if (failure !== null) return [variant, `failed: ${failure}`];
  const same = rows.slice(0, index).find((row) => row.supports === supports);
  return [variant, same === undefined ? supports : `as ${same.variant}`];
}

function csvLine(values: readonly unknown[]): string {
  const field = (value: unknown) =>
    typeof value === "string" && /[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value ?? "");
  return `${values.map(field).join(",")}\n`;
}
