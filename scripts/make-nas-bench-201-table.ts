/**
 * @file Makes data/nas-bench-201/cells.csv.gz from a table of the whole benchmark: of each cell, in the benchmark's own numbering, its string
 * and the mean test accuracies after 200 epochs. Run as `tsx scripts/make-nas-bench-201-table.ts TABLE.csv`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const COLUMNS = ["arch", "cifar10_test_200", "cifar100_test_200", "imagenet16_test_200", "params_m", "flops_m"];

const [source] = process.argv.slice(2);
if (source === undefined)
  throw new Error("expected the path of a CSV file with the columns index, " + COLUMNS.join(", "));
const [header, ...rows] = readFileSync(source, "utf8").trimEnd().split("\n");
const names = header!.split(",");
const places = COLUMNS.map((column) => names.indexOf(column));
if (places.includes(-1)) throw new Error(`expected the columns ${COLUMNS.join(", ")}, got ${header}`);
const lines = rows.map((row, index) => {
  const fields = row.split(",");
  if (fields[0] !== String(index)) throw new Error(`row ${index}: got number ${fields[0]}, expected all rows in order`);
  return places.map((place) => fields[place]).join(",");
});
const text = `cell,cifar10,cifar100,imagenet16,parameters_m,macs_m\n${lines.join("\n")}\n`;
writeFileSync(new URL("../data/nas-bench-201/cells.csv.gz", import.meta.url), gzipSync(text, { level: 9 }));
