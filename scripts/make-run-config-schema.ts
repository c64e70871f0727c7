/** Writes schemas/run-config.schema.json, docs/reference/run-config.md and schemas/study.schema.json. Run by `npm run docs`. */
import { writeFileSync } from "node:fs";
import { studyFileJsonSchema } from "../src/study/index.ts";
import { runConfigReference } from "./run-config-reference.ts";

const { schema, page } = runConfigReference();
writeFileSync(new URL("../schemas/run-config.schema.json", import.meta.url), schema);
writeFileSync(new URL("../docs/reference/run-config.md", import.meta.url), page);
const study = { title: "A study of ista-nas", ...studyFileJsonSchema() };
writeFileSync(new URL("../schemas/study.schema.json", import.meta.url), `${JSON.stringify(study, null, 2)}\n`);
