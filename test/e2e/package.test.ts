/** @file The package as npm packs and installs it, in an empty folder: what is in it, and that its commands and its library work with no other package. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { writeClassPhotos } from "./class-photos.ts";
import { type Printed, runCommand } from "./command-line.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MANIFEST = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
};

/** What `npm pack --json` says, of all packages that it packed. */
type Packed = readonly { readonly filename: string; readonly files: readonly { readonly path: string }[] }[];

/** Without what npm tells the scripts of a package, such as the folder of these tests; where its registry and cache are stays. */
const NPM_ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_(registry|cache|userconfig|globalconfig)$)/.test(name) && name !== "NODE_ENV",
  ),
);

function npm(cwd: string, command: "npm" | "npx", args: readonly string[]): Promise<Printed> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: NPM_ENVIRONMENT, stdio: ["ignore", "pipe", "pipe"] });
    let [output, error] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      error += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? -1, output, error }));
  });
}

describe("the package", () => {
  const cwd = temporaryFolder();
  const installed = join(cwd, "node_modules", "ista-nas");
  let files: readonly string[] = [];
  let install: Printed;
  const run = (...args: string[]): Promise<Printed> =>
    runCommand(cwd, args, { program: join(installed, MANIFEST.bin["ista-nas"]!) });

  beforeAll(async () => {
    const place = temporaryFolder();
    const packed = await npm(ROOT, "npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", place]);
    expect(packed.status, packed.error).toBe(0);
    const [{ filename, files: listed }] = JSON.parse(packed.output) as [Packed[number]];
    files = listed.map(({ path }) => path);
    writeFileSync(join(cwd, "package.json"), '{ "private": true, "type": "module" }');
    const quick = ["--prefer-offline", "--no-audit", "--no-fund", "--no-update-notifier"];
    install = await npm(cwd, "npm", ["install", "--ignore-scripts", ...quick, join(place, filename)]);
    for (const [kind, name] of ["ant", "bee"].entries()) await writeClassPhotos(join(cwd, "photos"), name, kind, 10);
  });

  it("is installed without a word beside the count of packages, and brings no onnxruntime-node", () => {
    expect([install.status, install.error]).toEqual([0, ""]);
    expect(install.output).toMatch(/^\nadded \d+ packages in \S+\n$/);
    expect(existsSync(join(cwd, "node_modules", "onnxruntime-node"))).toBe(false);
  });

  it("has what its entries name, with types, and of the tests the golden numbers alone", () => {
    const entries = Object.values(MANIFEST.exports).map((path) => path.replace("./", ""));
    const wanted = [...entries, ...entries.map((path) => path.replace(/\.js$/, ".d.ts")), "README.md", "LICENSE"];
    expect(wanted.filter((path) => !files.includes(path))).toEqual([]);
    expect(files.filter((path) => path.startsWith("test/") && !path.startsWith("test/golden/"))).toEqual([]);
    expect(files.filter((path) => /\.(test|fault)\.|^(src|web|kernels|bench|runs|node_modules)\//.test(path))).toEqual(
      [],
    );
    for (const path of Object.values(MANIFEST.bin)) expect(files).toContain(path);
  });

  it("has nothing built of a source that is gone", () => {
    const built = files.filter((path) => /^dist\/(?!web\/|report\/|module\/).*\.js$/.test(path));
    expect(built.length).toBeGreaterThan(400);
    const source = (path: string) => path.replace(/^dist\//, "src/").replace(/\.js$/, ".ts");
    expect(built.filter((path) => !existsSync(join(ROOT, source(path))))).toEqual([]);
  });

  it("says its version", async () => {
    expect(await npm(cwd, "npx", ["ista-nas", "--version"])).toEqual({
      status: 0,
      output: `${MANIFEST.version}\n`,
      error: "",
    });
  });

  it("searches, and its model names and is measured, as .onnx too, with no other runtime", async () => {
    const size = ["--channels", "4", "--cells", "3", "--batch", "8", "--epochs", "1", "--retrain-epochs", "1"];
    const searched = await run("search", "photos", ...size, "--threads", "1", "--out", "run");
    expect(searched.status, searched.error).toBe(0);
    expect(searched.output).toMatch(/ONNX check +not checked, onnxruntime-node is not installed/);
    expect(readdirSync(join(cwd, "run"))).toContain("model.onnx");
    const photo = join("photos", "ant", "000.png");
    const [ofRun, ofFile] = [await run("predict", "run", photo), await run("predict", "run/model.onnx", photo)];
    expect([ofFile.status, ofFile.error, ofFile.output]).toEqual([0, "", ofRun.output]);
    expect(ofFile.output).toMatch(/000\.png/);
    const measured = await run("evaluate", "run/model.onnx", "photos");
    expect(measured.status, measured.error).toBe(0);
    expect(measured.output).toMatch(/^test accuracy /m);
  });

  it("is imported by all of its entries", async () => {
    const names = Object.keys(MANIFEST.exports).map((path) => path.replace(/^\./, "ista-nas"));
    mkdirSync(join(cwd, "programs"));
    const program = join(cwd, "programs", "all.js");
    const lines = [
      `const found = {};`,
      `for (const name of ${JSON.stringify(names)}) found[name] = Object.keys(await import(name)).length;`,
      `import { search } from "ista-nas";`,
      `console.log(JSON.stringify([typeof search, found]));`,
    ];
    writeFileSync(program, lines.join("\n"));
    const printed = await runCommand(dirname(program), [], { program });
    expect([printed.status, printed.error]).toEqual([0, ""]);
    const [search, found] = JSON.parse(printed.output) as [string, Readonly<Record<string, number>>];
    expect(search).toBe("function");
    expect(Object.keys(found)).toEqual(names);
    expect(Object.entries(found).filter(([, count]) => count === 0)).toEqual([]);
  });
});
