import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { importCircles } from "./import-circles.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Lowest first: a folder imports only itself and what stands before it. */
const LAYERS = [
  "files",
  "options",
  "random",
  "statistics",
  "sparse",
  "choice",
  "graph",
  "device",
  "network",
  "spaces",
  "data",
  "train",
  "zero-cost",
  "search",
  "strategies",
  "store",
  "export",
  "loggers",
  "run",
  "study",
  "server",
  "cli",
];

/** Files of src that lie in no folder and that every folder may import. */
const SHARED = [
  "src/error.ts",
  "src/bounds.ts",
  "src/count-of.ts",
  "src/duration.ts",
  "src/format-compute.ts",
  "src/percent.ts",
  "src/spelling.ts",
  "src/version.ts",
];

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) =>
    relative(ROOT, resolve(ROOT, dirname(file), match[1]!)),
  );
}

/** The files that are loaded with `file`: types and what is imported when it is needed are not. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(ROOT, file), "utf8");
  for (const [, from] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)"/gm))
    loadedWith(relative(ROOT, resolve(ROOT, dirname(file), from!)), seen);
  return seen;
}

describe("architecture", () => {
  const files = sources("src");

  it("every folder of src has its place in the order", () => {
    const folders = new Set(files.map((file) => file.split("/")[1]!).filter((name) => !name.endsWith(".ts")));
    expect([...folders].sort()).toEqual([...LAYERS].sort());
  });

  it("folders import only lower folders", () => {
    const wrong: string[] = [];
    for (const file of files) {
      const own = LAYERS.indexOf(file.split("/")[1]!);
      for (const target of importsOf(file)) {
        if (SHARED.includes(target) || own < 0) continue;
        const layer = LAYERS.indexOf(target.split("/")[1]!);
        if (!target.startsWith("src/") || layer > own || layer < 0) wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("programs get at the whole, at every folder but those of the program itself, and at every space", () => {
    const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { exports: object };
    const own = ["files", "server", "cli"];
    const spaces = files.flatMap((file) => /^src\/(spaces\/[\w-]+)\/index\.ts$/.exec(file)?.slice(1) ?? []);
    const open = [...LAYERS.filter((layer) => !own.includes(layer)), ...spaces].map((name) => `./${name}`);
    expect(Object.keys(exports).sort()).toEqual([".", ...open].sort());
  });

  it("folders are entered through their index alone", () => {
    const wrong: string[] = [];
    for (const file of files) {
      for (const target of importsOf(file)) {
        const [, from] = file.split("/");
        const [, to, name] = target.split("/");
        const isPart = /^src\/(?:spaces|strategies)\/[\w-]+\/index\.ts$/.test(target);
        if (from !== to && !SHARED.includes(target) && name !== "index.ts" && !isPart)
          wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("no space and no strategy is known to what serves them all", () => {
    const partOf = (file: string) => /^src\/(?:spaces|strategies)\/[\w-]+\//.exec(file)?.[0];
    const tables = ["src/spaces/space-table.ts", "src/strategies/strategy-table.ts"];
    const wrong: string[] = [];
    for (const file of files) {
      if (file.startsWith("src/cli/") || tables.includes(file)) continue;
      for (const target of importsOf(file)) {
        const part = partOf(target);
        if (part !== undefined && part !== partOf(file)) wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("the command line says its help without loading what commands do", () => {
    const folders = new Set([...loadedWith("src/cli/main.ts")].map((file) => file.split("/")[1]!));
    expect([...folders].filter((name) => !name.endsWith(".ts")).sort()).toEqual(["cli", "files"]);
    expect(loadedWith("src/cli/commands/search.ts").size).toBeGreaterThan(300);
  });

  it("files do not import each other in circles, types included", () => {
    const circles = importCircles(new Map(files.map((file) => [file, importsOf(file)])));
    expect(circles).toEqual([]);
  });

  it("finds circles of two and of more files, and neither chains nor what is outside", () => {
    const imports = { a: ["b", "x"], b: ["c"], c: ["b", "d", "outside"], d: [], x: ["y"], y: ["z"], z: ["x"] };
    expect(importCircles(new Map(Object.entries(imports)))).toEqual([
      ["b", "c"],
      ["x", "y", "z"],
    ]);
  });

  it("the page takes types from folders and code from few", () => {
    const code = new Set<string>();
    for (const file of sources("web")) {
      for (const target of importsOf(file))
        if (target.startsWith("src/") && !target.endsWith("/index.ts")) code.add(target);
      const text = readFileSync(join(ROOT, file), "utf8");
      for (const [, what, from] of text.matchAll(/import (type )?[^;]*?from "[./]*\/src\/(\w+)\//g)) {
        if (what === undefined) code.add(`src/${from}`);
      }
    }
    expect([...code].sort()).toEqual([
      "src/data",
      "src/data/fit.ts",
      "src/export",
      "src/export/diagram-drawing.ts",
      "src/export/panel-layout.ts",
      "src/export/test-accuracy.ts",
      "src/run",
      "src/run/softmax.ts",
      "src/spaces",
      "src/spaces/layout.ts",
      "src/statistics",
      "src/statistics/class-score.ts",
      "src/statistics/classification-report.ts",
      "src/statistics/confusion-matrix.ts",
      "src/statistics/spearman-rho.ts",
    ]);
  });

  it("has no file over 400 lines and no drawers", () => {
    const long = [...files, ...sources("web"), ...sources("kernels")].filter(
      (file) => readFileSync(join(ROOT, file), "utf8").split("\n").length > 400,
    );
    expect(long).toEqual([]);
    expect(files.filter((file) => /\/(utils?|helpers?|common|misc|types)\.ts$/.test(file))).toEqual([]);
  });

  it("only the command line prints", () => {
    const printing = files.filter(
      (file) =>
        !file.startsWith("src/cli/") &&
        /\bconsole\.|process\.std(out|err)/.test(readFileSync(join(ROOT, file), "utf8")),
    );
    expect(printing).toEqual([]);
  });

  it("opens files of runs and of people through src/files alone", () => {
    const opening = /\b(?:JSON\.parse|readFileSync|readFile|openSync|createReadStream|appendFileSync|truncateSync)\(/;
    const others = files.filter(
      (file) => !file.startsWith("src/files/") && opening.test(readFileSync(join(ROOT, file), "utf8")),
    );
    // What the package brings along, what the system tells under /proc and /sys, a new file, and a folder.
    expect(others.sort()).toEqual([
      "src/device/wasm/address-space.ts",
      "src/device/wasm/artifacts.ts",
      "src/device/wasm/vector-pairs.ts",
      "src/device/wasm/vector-pairs/trial-process.ts",
      "src/export/module/program.ts",
      "src/server/report.ts",
      "src/store/available-memory.ts",
      "src/store/folder-anchor.ts",
      "src/store/run-lock.ts",
      "src/version.ts",
    ]);
  });

  it("has no broken links in its pages", () => {
    const pages = [
      "README.md",
      "CONTRIBUTING.md",
      ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".md"))
        .map((file) => join("docs", file)),
    ];
    const broken: string[] = [];
    for (const page of pages) {
      const text = readFileSync(join(ROOT, page), "utf8");
      for (const match of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        const link = match[1]!;
        if (/^https?:/.test(link)) continue;
        const target = resolve(ROOT, dirname(page), link);
        try {
          readFileSync(target);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "EISDIR") broken.push(`${page}: ${link}`);
        }
      }
    }
    expect(broken).toEqual([]);
  });
});
