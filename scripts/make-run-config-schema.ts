/** Writes schemas/run-config.schema.json and docs/reference/run-config.md. Run by `npm run docs`. */
import { writeFileSync } from "node:fs";
import { runConfigReference } from "./run-config-reference.ts";

const { schema, page } = runConfigReference();
writeFileSync(new URL("../schemas/run-config.schema.json", import.meta.url), schema);
writeFileSync(new URL("../docs/reference/run-config.md", import.meta.url), page);
