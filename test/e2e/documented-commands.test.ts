/** @file Commands of the pages about people's data, measures, exports and tools, run as they stand but for what makes them short; others' tests run those of theirs. */
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handMadeTar, handMadeZip } from "../data/hand-made-archives.ts";
import { npy } from "../data/hand-made-npy.ts";
import { sampleClasses, samplePixels, samplePng, writeFiles } from "../data/sample-files.ts";
import { documentedCommands } from "../documented-commands.ts";
import { MlflowServer } from "../loggers/mlflow-server.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Printed, runCommand } from "./command-line.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RUN = "runs/photos-two-stage-seed1";
const SMALL = ["--channels", "4", "--cells", "2", "--batch", "4", "--epochs", "1", "--retrain-epochs", "1"];
/** Two groups of candidates instead of nine, which are timed in a second. */
const TIMED = ["--space", "nas-bench-201", "--channels", "4", "--cells", "1", "--retrain-cells", "1", "--batch", "4"];
/** Commands that do not end, or that have tests of their own which take longer. */
const LEFT_OUT = /^(serve|verify|search demo)\b/;

/** Pages whose commands and programs are read and run by tests of their own. */
const OTHER_TESTS: Readonly<Record<string, string>> = {
  "fit.md": "fit.test.ts",
  "imbalance.md": "imbalance.test.ts",
  "quantized.md": "export-forms.test.ts",
  "transformers-js.md": "export-forms.test.ts",
  "module.md": "module.test.ts",
  "library.md": "library.test.ts",
};

/** Class folders with a part for validation, and the same as lists. */
async function photos(): Promise<Readonly<Record<string, Uint8Array>>> {
  const size = { height: 12, width: 12 };
  return {
    ...(await sampleClasses({ cat: 10, dog: 10 }, { ...size, prefix: "train/" })),
    ...(await sampleClasses({ cat: 2, dog: 2 }, { ...size, prefix: "val/", seed: 50 })),
    ...(await sampleClasses({ cat: 2, dog: 2 }, { ...size, prefix: "test/", seed: 80 })),
  };
}

async function tinyImagenet(): Promise<Readonly<Record<string, Uint8Array | string>>> {
  const files: Record<string, Uint8Array | string> = { "words.txt": "n01\tcrane\nn02\tdog\n" };
  const lines: string[] = [];
  for (const [kind, number] of ["n01", "n02"].entries()) {
    for (let k = 0; k < 4; k++)
      files[`train/${number}/images/${number}_${k}.JPEG`] = await samplePng({ seed: 10 * kind + k });
    files[`val/images/val_${kind}.JPEG`] = await samplePng({ seed: 90 + kind });
    lines.push(`val_${kind}.JPEG\t${number}\t0\t0\t7\t7\n`);
  }
  return { ...files, "val/val_annotations.txt": lines.join("") };
}

/** Records of CIFAR-100 with these fine labels. */
const cifar = (...labels: readonly number[]) =>
  Buffer.concat(labels.map((label, seed) => Buffer.from([0, label, ...samplePixels({ height: 32, width: 32, seed })])));

async function writeData(cwd: string): Promise<void> {
  const images = await photos();
  const entries = Object.entries(images);
  const under = (prefix: string, files: Readonly<Record<string, Uint8Array | string>>) =>
    Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${prefix}/${path}`, bytes]));
  const list = (separator: string) =>
    entries.map(([path]) => [path, path.split("/")[1], path.split("/")[0]].join(separator)).join("\n");
  const flat = await sampleClasses({ ant: 5, bee: 5 });
  const arrays = {
    x_train: npy("|u1", [20, 8, 8], samplePixels({ height: 160, width: 8, channels: 1 })),
    y_train: npy("|u1", [20], Uint8Array.from({ length: 20 }, (_, i) => i % 2) as unknown as number[]),
  };
  writeFiles(cwd, {
    ...under("photos", images),
    "photos/labels.csv": `file,label,split\n${list(",")}\n`,
    "photos/labels.tsv": `file\tlabel\tsplit\n${list("\t")}\n`,
    "photos.zip": zipSync(images),
    "photos.tar.gz": gzipSync(handMadeTar(entries.map(([name, bytes]) => ({ name, bytes })))),
    ...under("new-photos", await sampleClasses({ cat: 3, dog: 3 }, { height: 12, width: 12, seed: 200 })),
    "holiday.jpg": await samplePng({ height: 20, width: 12, seed: 300 }),
    ...under("imagefolder", flat),
    "imagefolder/metadata.csv": `file_name,label\n${Object.keys(flat)
      .map((path) => `${path},${path.slice(0, 3)}`)
      .join("\n")}\n`,
    "digits.npz": handMadeZip(Object.entries(arrays).map(([name, bytes]) => ({ name: `${name}.npy`, bytes }))),
    "cifar-100-binary/train.bin": cifar(0, 1, 0, 1, 0, 1),
    "cifar-100-binary/test.bin": cifar(1, 0),
    "cifar-100-binary/fine_label_names.txt": "apple\nbaby\n",
    ...under("tiny-imagenet-200", await tinyImagenet()),
  });
  cpSync(join(ROOT, "test/golden/parquet/photos"), join(cwd, "shards"), { recursive: true });
}

describe("commands of the documentation", () => {
  const cwd = temporaryFolder();
  let server: MlflowServer;
  const printed = new Map<string, Printed>();

  /** As it stands, but for a network and a training that take a second, and for what lies elsewhere. */
  function shortened(words: readonly string[]): readonly string[] {
    const isSearch = words[0] === "search";
    const isTimed = words.includes("--max-milliseconds");
    const replaced = words.flatMap((word, at) => {
      if (word === "--time" || words[at - 1] === "--time") return [];
      if (words[at - 1] === "--max-milliseconds") return ["10000"];
      if (words[at - 1] === "--seconds") return ["0.01"];
      if (word === "http://localhost:5000") return [server.address];
      return [word.replace(/^RUN(?=$|\/)/, RUN)];
    });
    const epochs = ["--epochs", "1", "--retrain-epochs", "1"];
    const size = !isSearch ? [] : isTimed ? [...TIMED, ...epochs] : SMALL;
    const seconds = words[0] === "benchmark" && !words.includes("--seconds") ? ["--seconds", "0.01"] : [];
    return [...replaced, ...size, ...seconds, "--threads", "1"].filter(
      (word, at, all) => !isUntaken(words[0]!, word, all[at - 1]),
    );
  }

  const isUntaken = (command: string, word: string, before: string | undefined) =>
    ["check", "log"].includes(command) && (word === "--threads" || before === "--threads");

  async function runPage(page: string, isWanted = (_: string) => true): Promise<void> {
    for (const { words, isInline, text } of documentedCommands(page)) {
      const command = words.join(" ");
      if (isInline || LEFT_OUT.test(command) || !isWanted(command)) continue;
      const result = await runCommand(cwd, shortened(words), { environment: { MLFLOW_TRACKING_URI: server.address } });
      expect(result.status, `${page}: ${text}\n${result.error}`).toBe(0);
      printed.set(command, result);
    }
  }

  const outputOf = (start: string) => [...printed].find(([command]) => command.startsWith(start))![1].output;

  beforeAll(async () => {
    await writeData(cwd);
    server = await MlflowServer.start();
    await runPage("README.md");
    copyFileSync(join(cwd, RUN, "model.onnx"), join(cwd, "model.onnx"));
  });
  afterAll(() => server.close());

  it("that README begins with search, name and measure", () => {
    expect(outputOf("search photos")).toMatch(/^test accuracy /m);
    expect(outputOf("predict")).toMatch(/holiday\.jpg/);
    expect(outputOf("evaluate")).toMatch(/^test accuracy /m);
  });

  it("read data as people have them", async () => {
    await runPage("docs/reference/data-set.md");
    const layouts = [...printed].flatMap(([command, { output }]) =>
      command.startsWith("check ") ? [[command.slice("check ".length), /^data \S+: ([^,]+),/.exec(output)?.[1]]] : [],
    );
    expect(Object.fromEntries(layouts)).toEqual({
      photos: "class folders",
      "photos.zip": "class folders",
      "photos.tar.gz": "class folders",
      "photos/labels.csv": "list of files and labels",
      "photos/labels.tsv": "list of files and labels",
      imagefolder: "imagefolder with metadata",
      shards: "rows of Parquet",
      "digits.npz": "arrays of NumPy",
      "cifar-100-binary": "CIFAR-100 binary batches",
      "tiny-imagenet-200": "Tiny ImageNet",
    });
    for (const path of ["photos", "photos.zip", "photos.tar.gz", "photos/labels.csv", "photos/labels.tsv"])
      expect(printed.get(`check ${path}`)!.output).toMatch(/validation split: as given/);
  });

  it("say how good and how fast a network is", async () => {
    await runPage("docs/reference/evaluate.md");
    await runPage("docs/reference/benchmark.md");
    expect(outputOf("evaluate RUN photos")).toMatch(/^macro F1 /m);
    expect(readFileSync(join(cwd, "mistakes.png")).subarray(1, 4).toString()).toBe("PNG");
    expect(outputOf("benchmark RUN")).toMatch(/^ista-nas +1 +1 /m);
    expect(outputOf("benchmark model.onnx")).toMatch(/^onnxruntime +1 +1 /m);
  });

  it("keep within a limit of time, and print nothing but the result where that is asked for", async () => {
    await runPage("docs/reference/latency.md");
    expect(outputOf("search photos --strategy spos")).toMatch(/^latency .* limit 10000 ms kept/m);
    await runPage("docs/guide.md", (command) => command.includes("--quiet"));
    const { output, error } = printed.get("search photos --time 20m --quiet --json")!;
    expect([error, (JSON.parse(output) as { readonly testImages: number }).testImages]).toEqual(["", 4]);
  });

  it("tell TensorBoard and MLflow", async () => {
    await runPage("docs/reference/logs.md");
    expect(server.runs).toHaveLength(2);
    expect(server.runs.map(({ metrics }) => metrics.some(({ key }) => key === "test/accuracy"))).toEqual([true, true]);
  });

  it("take flags from the file of the page, and those of the command line first", async () => {
    const page = readFileSync(join(ROOT, "docs/reference/config.md"), "utf8");
    writeFileSync(join(cwd, "ista-nas.config.json"), /^```json\n(.*?)^```/ms.exec(page)![1]!);
    const { words } = documentedCommands("README.md").find(({ words: [name] }) => name === "predict")!;
    const [one, two] = [await runCommand(cwd, words), await runCommand(cwd, [...words, "--top", "2"])];
    expect([one.status, one.error.split("\n")[0]]).toEqual([0, expect.stringMatching(/ista-nas\.config\.json/)]);
    expect([one, two].map(({ output }) => output.match(/\d+\.\d+ %/g)?.length)).toEqual([1, 2]);
  });

  it("complete themselves in bash by the line of the page", () => {
    const page = readFileSync(join(ROOT, "docs/reference/install.md"), "utf8");
    const line = /`(eval "\$\(ista-nas completion bash\)")`/.exec(page)![1]!;
    const bin = join(cwd, "bin");
    mkdirSync(bin);
    symlinkSync(join(ROOT, "bin/ista-nas.js"), join(bin, "ista-nas"));
    const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}` };
    const shell = spawnSync("bash", ["--norc", "-c", `${line}; complete -p ista-nas`], { env, encoding: "utf8" });
    expect([shell.status, shell.stdout]).toEqual([0, expect.stringMatching(/^complete .* ista-nas\n$/)]);
  });

  it.each(Object.entries(OTHER_TESTS))("of %s are read and run by %s", (page, test) => {
    const text = readFileSync(join(ROOT, "test/e2e", test), "utf8");
    expect(text).toContain(page);
    expect(documentedCommands(`docs/reference/${page}`).length + Number(page === "library.md")).toBeGreaterThan(0);
  });
});
