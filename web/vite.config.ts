/**
 * @file How the page is built: into dist/web what a server sends, with `--mode report` into dist/report what a report is made of, all its
 * code in one file, and with `--mode module` into dist/module what runs a model that is written as a module, as text that can be read. Nothing comes from
 * elsewhere.
 */
import { defineConfig } from "vite";

/** The engine's modules are imported for a function or two: what is not used is left out. */
const USED_ALONE = { moduleSideEffects: (id: string) => !id.includes("/src/") };

/** One script and one style, by names that the server knows. */
const REPORT_FILES = { codeSplitting: false, entryFileNames: "report.js", assetFileNames: "report[extname]" };

/** Text that ends in what it exports; the model and its files are put before it. */
const MODULE = {
  minify: false,
  rolldownOptions: {
    input: `${import.meta.dirname}/module/load.ts`,
    preserveEntrySignatures: "strict",
    output: { codeSplitting: false, entryFileNames: "runtime.js" },
    treeshake: USED_ALONE,
  },
} as const;

export default defineConfig(({ mode }) => {
  const isReport = mode === "report";
  if (mode === "module") {
    const build = { outDir: "../dist/module", target: "es2022", modulePreload: false, emptyOutDir: true, ...MODULE };
    return { root: import.meta.dirname, publicDir: false, build };
  }
  return {
    root: import.meta.dirname,
    base: "./",
    publicDir: false,
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: isReport ? "../dist/report" : "../dist/web",
      emptyOutDir: true,
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        input: `${import.meta.dirname}/${isReport ? "report.tsx" : "index.html"}`,
        output: isReport ? REPORT_FILES : {},
        treeshake: USED_ALONE,
      },
    },
    worker: { format: "es", rolldownOptions: { treeshake: USED_ALONE } },
  };
}) as unknown;
