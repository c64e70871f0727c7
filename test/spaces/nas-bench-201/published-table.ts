/** The table that comes with the program. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Nb201Table } from "../../../src/spaces/nas-bench-201/index.ts";

export function publishedTable(): Nb201Table {
  const file = new URL("../../../data/nas-bench-201/cells.csv.gz", import.meta.url);
  return Nb201Table.parse(gunzipSync(readFileSync(file)).toString("utf8"));
}
