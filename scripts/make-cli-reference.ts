/** Writes docs/reference/cli.md. Run by `npm run docs`. */
import { writeFileSync } from "node:fs";
import { formatCliReference } from "../src/cli/reference.ts";

writeFileSync(new URL("../docs/reference/cli.md", import.meta.url), formatCliReference());
