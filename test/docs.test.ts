import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A file or folder of the project between backticks. */
const FILE_NAME = /`((?:src|test|bench|web|docs|data|schemas|scripts|kernels)\/[\w./-]*)`/g;
/** A link to something that is not an address. */
const LINK = /\]\((?![a-z]+:)([^)#\s]+)/g;

const pages = ["README.md", "CONTRIBUTING.md"].concat(
  readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
);

describe.each(pages)("%s", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8");

  it("names files that are there", () => {
    const named = [...text.matchAll(FILE_NAME)].map(([, name]) => name!);
    expect(named.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });

  it("links to pages and pictures that are there", () => {
    const linked = [...text.matchAll(LINK)].map(([, name]) => name!);
    expect(linked.filter((name) => !existsSync(join(ROOT, dirname(page), name)))).toEqual([]);
  });
});
