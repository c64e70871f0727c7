import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { formatCliReference } from "../../src/cli/reference.ts";

it("docs/reference/cli.md is what `npm run docs` writes", () => {
  const page = readFileSync(new URL("../../docs/reference/cli.md", import.meta.url), "utf8");
  expect(page).toBe(formatCliReference());
});
