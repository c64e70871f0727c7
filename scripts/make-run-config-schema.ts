/** Writes schemas/run-config.schema.json, docs/reference/run-config.md, schemas/study.schema.json and schemas/config.schema.json. Run by `npm run docs`. */
import { writeFileSync } from "node:fs";
import { configJsonSchema } from "../src/cli/config/config-schema.ts";
import { studyFileJsonSchema } from "../src/study/index.ts";
import { runConfigReference } from "./run-config-reference.ts";

const { schema, page } = runConfigReference();
writeFileSync(new URL("../schemas/run-config.schema.json", import.meta.url), schema);
writeFileSync(new URL("../docs/reference/run-config.md", import.meta.url), page);
const study = { title: "A study of ista-nas", ...studyFileJsonSchema() };
writeFileSync(new URL("../schemas/study.schema.json", import.meta.url), `${JSON.stringify(study, null, 2)}\n`);
const config = { title: "Flags of ista-nas that need not be typed", ...configJsonSchema() };
writeFileSync(new URL("../schemas/config.schema.json", import.meta.url), `${JSON.stringify(config, null, 2)}\n`);
