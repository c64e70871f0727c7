/** @file `ista-nas table`: architectures in the published results of their space, beside controls that search nothing. */
import { publishedResults } from "../../run/index.ts";
import type { BenchmarkRow } from "../../spaces/index.ts";
import type { CommandInputs } from "../command.ts";
import { formatTable } from "../table.ts";

export async function table({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const [space, ...sources] = positional as [string, ...string[]];
  const { tableFile } = flags;
  const { benchmark, ...results } = await publishedResults({
    ...{ space, architectures: sources },
    ...(tableFile === undefined ? {} : { table: tableFile }),
  });
  const { architectures, controls, rowCount } = results;
  terminal.result({ ...results, table: tableFile ?? "published" });
  const among =
    rowCount === benchmark.rowCount ? `all ${rowCount}` : `the ${rowCount} of ${benchmark.rowCount} in the table`;
  terminal.line(`${benchmark.summary}; ranks among ${among}`);
  const dataSets = Object.entries(benchmark.dataSets);
  const headings = [...dataSets.flatMap(([, name]) => [name, "rank"]), "parameters", "MACs", "architecture"];
  const keys = dataSets.map(([key]) => key);
  const rows = [
    ...architectures.map((row) => [...figures(row, keys), row.name]),
    ...controls.map((row) => [...figures(row, keys), row.names.join("; ")]),
  ];
  for (const line of formatTable(headings, rows)) terminal.line(...line);
}

function figures(row: BenchmarkRow, dataSets: readonly string[]): readonly string[] {
  const { accuracy, standardDeviation, rank, parameters, macs } = row;
  return [
    ...dataSets.flatMap((data) => {
      const spread = standardDeviation === undefined ? "" : ` ± ${standardDeviation[data]!.toFixed(2)}`;
      return [`${accuracy[data]!.toFixed(2)}${spread}`, String(rank?.[data] ?? "")];
    }),
    String(parameters ?? ""),
    macs === undefined ? "" : `${(macs / 1e6).toFixed(2)}M`,
  ];
}
