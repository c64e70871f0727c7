import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url));

export default defineConfig({
  // Examples of the documentation, which import the package by its name, are tested with the source.
  resolve: {
    alias: [{ find: /^ista-nas\/(.+)$/, replacement: source("$1/index.ts") }],
  },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    reporters: ["default", ["json", { outputFile: ".test-results.json" }]],
  },
}) as unknown;
