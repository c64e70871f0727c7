/**
 * @file How the page is built: into dist/web what a server sends, and with `--mode report` into dist/report what a report is made of, all its
 * code in one file. Nothing comes from elsewhere.
 */
import { defineConfig } from "vite";

/** The engine's modules are imported for a function or two: what is not used is left out. */
const USED_ALONE = { moduleSideEffects: (id: string) => !id.includes("/src/") };

/** One script and one style, by names that the server knows. */
const REPORT_FILES = { codeSplitting: false, entryFileNames: "report.js", assetFileNames: "report[extname]" };

export default defineConfig(({ mode }) => {
  const isReport = mode === "report";
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
