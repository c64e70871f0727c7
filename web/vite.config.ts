/** @file How the page is built: everything into dist/web, nothing from elsewhere. */
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      // The engine's modules are imported for a function or two: what is not used is left out.
      treeshake: { moduleSideEffects: (id: string) => !id.includes("/src/") },
    },
  },
}) as unknown;
