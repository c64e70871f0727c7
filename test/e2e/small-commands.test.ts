import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { availableArithmetics } from "../../src/device/index.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const GOLDEN = new URL("../golden/", import.meta.url);

describe("help", () => {
  it("lists every command, and every flag of one", async () => {
    const cwd = temporaryFolder();
    const all = await runCommand(cwd, ["--help"]);
    expect(all.status).toBe(0);
    for (const name of [
      "search",
      "train",
      "evaluate",
      "predict",
      "benchmark",
      "export",
      "show",
      "table",
      "recover",
      "verify",
    ]) {
      expect(all.output).toMatch(new RegExp(`^  ${name} `, "m"));
    }
    const search = await runCommand(cwd, ["search", "--help"]);
    for (const flag of [
      "strategy",
      "channels",
      "cells",
      "epochs",
      "retrain-epochs",
      "batch",
      "seed",
      "threads",
      "time",
      "out",
      "preset",
      "json",
    ]) {
      expect(search.output).toContain(`--${flag}`);
    }
  });
});

describe("show", () => {
  it("prints a published genotype and draws it", async () => {
    const cwd = temporaryFolder();
    const printed = await runCommand(cwd, ["show", "ISTA_twostage", "--svg", "cells.svg"]);
    expect(printed.status, printed.error).toBe(0);
    expect(printed.output).toContain("dil_conv_3x3");
    expect(readFileSync(join(cwd, "cells.svg"), "utf8")).toMatch(/^<svg[\s\S]*ISTA_twostage/);
  });

  it("reads back the text form that it prints", async () => {
    const cwd = temporaryFolder();
    const first = await runCommand(cwd, ["show", "DARTS_V2"]);
    const text = first.output.slice(first.output.indexOf("Genotype("));
    writeFileSync(join(cwd, "genotype.txt"), text);
    const again = await runCommand(cwd, ["show", "genotype.txt"]);
    expect(again.output.slice(again.output.indexOf("Genotype("))).toBe(text);
  });
});

describe("runs", () => {
  it("counts the folders that are no runs, below the table and as JSON", async () => {
    const cwd = temporaryFolder();
    cpSync(new URL("runs/format-2", GOLDEN), join(cwd, "mine"), { recursive: true });
    mkdirSync(join(cwd, "notes"));
    expect((await runCommand(cwd, ["runs", "."])).output).toMatch(/^run .*\nmine .*\n1 other folder is not a run\n$/);
    for (const name of ["a", "b"]) mkdirSync(join(cwd, name));
    expect((await runCommand(cwd, ["runs", "."])).output).toMatch(/\n3 other folders are not runs\n$/);
    const list: unknown = JSON.parse((await runCommand(cwd, ["runs", ".", "--json"])).output);
    expect(list).toMatchObject({ runs: [{ name: "mine", condition: "interrupted" }], otherFolders: 3 });
    const none = await runCommand(cwd, ["runs", "notes"]);
    expect(none.output).toBe("no runs in notes: ista-nas search makes one\n");
  });
});

describe("recover", () => {
  it("solves a golden problem from files and from standard input", async () => {
    const cwd = temporaryFolder();
    const [problem] = JSON.parse(readFileSync(new URL("lasso.json", GOLDEN), "utf8")) as {
      A: number[][];
      b: number[];
      gamma: number;
      z: number[];
    }[];
    writeFileSync(join(cwd, "A.json"), JSON.stringify(problem!.A));
    writeFileSync(join(cwd, "b.json"), JSON.stringify(problem!.b));
    const args = ["recover", "--dictionary", "A.json", "--l1-weight", String(problem!.gamma), "--json"];
    const fromFile = await runCommand(cwd, [...args, "--measurement", "b.json"]);
    expect(fromFile.status, fromFile.error).toBe(0);
    const result = JSON.parse(fromFile.output) as { values: number[]; support: number[]; converged: boolean };
    expect(result.converged).toBe(true);
    expect(result.support).toHaveLength(2);
    for (const [k, value] of problem!.z.entries()) expect(result.values[k]).toBeCloseTo(value, 8);
    const piped = await runCommand(cwd, [...args, "--measurement", "-"], { input: JSON.stringify(problem!.b) });
    expect(piped.output).toBe(fromFile.output);
  });

  it("debiases a code if it is asked to: the weights are the code again", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "A.json"), "[[0.5, 0, 0.6], [0, 1, 0.8]]");
    writeFileSync(join(cwd, "b.json"), "[1.5, -2]");
    const args = ["recover", "--dictionary", "A.json", "--measurement", "b.json", "--l1-weight", "0.1", "--json"];
    const weightsOf = async (codes: string) => {
      const { output } = await runCommand(cwd, [...args, "--codes", codes]);
      return (JSON.parse(output) as { edgeWeights: number[] }).edgeWeights;
    };
    expect(await weightsOf("debiased")).toEqual([3, -2]);
    expect((await weightsOf("truncated"))[0]).toBeCloseTo(2.7, 12);
    const { error } = await runCommand(cwd, args);
    expect(error).toContain("every code with 2 entries is sure to be found below 0.3333");
  });

  it("says where a file is wrong", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "A.json"), "[[1, 2], [3]]");
    writeFileSync(join(cwd, "b.json"), '[1, "two"]');
    const ragged = await runCommand(cwd, ["recover", "--dictionary", "A.json", "--measurement", "b.json"]);
    expect(ragged.status).toBe(2);
    writeFileSync(join(cwd, "A.json"), "[[1, 2], [3, 4]]");
    const words = await runCommand(cwd, ["recover", "--dictionary", "A.json", "--measurement", "b.json"]);
    expect(words.status).toBe(2);
    expect(words.error).toMatch(/b\.json: at \[1\]/);
  });
});

describe("verify", () => {
  it("passes on the built-in numbers and prints the worst error of each group", async () => {
    const printed = await runCommand(temporaryFolder(), ["verify"]);
    expect(printed.status, printed.output + printed.error).toBe(0);
    for (const group of [
      "reference: operations, forward",
      "reference: spaces, forward",
      "reference: strategies, AtomNAS",
      "LASSO, minimiser",
      ...availableArithmetics().flatMap((arithmetic) =>
        ["operations, backward", "network, trajectory", "spaces, trajectory"].map(
          (group) => `wasm (${arithmetic}): ${group}`,
        ),
      ),
    ]) {
      expect(printed.output).toContain(group);
    }
    expect(printed.output).toMatch(/all \d{3,} comparisons are within their limits/);
  });

  it("exits 1 naming the case when one number is off", async () => {
    const cwd = temporaryFolder();
    for (const file of ["network.safetensors", "lasso.json", "recovery.json"]) {
      writeFileSync(join(cwd, file), readFileSync(new URL(file, GOLDEN)));
    }
    const { tensors } = decodeSafetensors(readFileSync(new URL("operations.safetensors", GOLDEN)));
    const name = "sep_conv_3x3/stride2/affine/7x10";
    const output = tensors.get(`${name}/output`)!;
    const data = output.data.slice();
    data[17]! += 0.01;
    const changed = new Map<string, StoredTensor>([...tensors, [`${name}/output`, { shape: output.shape, data }]]);
    writeFileSync(join(cwd, "operations.safetensors"), encodeSafetensors(changed));
    const printed = await runCommand(cwd, ["verify", cwd, "--device", "reference"]);
    expect(printed.status).toBe(1);
    expect(printed.error).toContain(name);
    expect(printed.error).toContain("1 number is off");
    expect(printed.output).toContain("spaces.safetensors is not there");
    expect(printed.output).toContain("atom.json is not there: prices and dead channels of AtomNAS were not replayed");
    expect(printed.output).not.toContain("reference: spaces");
  });

  it("exits 1 when the trajectory ends elsewhere, whatever rounding allows", async () => {
    const cwd = temporaryFolder();
    for (const file of ["operations.safetensors", "lasso.json", "recovery.json"]) {
      writeFileSync(join(cwd, file), readFileSync(new URL(file, GOLDEN)));
    }
    const { tensors } = decodeSafetensors(readFileSync(new URL("network.safetensors", GOLDEN)));
    const final = tensors.get("final/classifier.weight")!;
    const data = final.data.map((value) => value * 1.001);
    const changed = new Map<string, StoredTensor>([...tensors, ["final/classifier.weight", { ...final, data }]]);
    writeFileSync(join(cwd, "network.safetensors"), encodeSafetensors(changed));
    const printed = await runCommand(cwd, ["verify", cwd]);
    expect(printed.status).toBe(1);
    expect(printed.error).toContain("reference: network, trajectory: final classifier.weight");
    expect(printed.error).toContain(`${1 + availableArithmetics().length} numbers are off`);
  });

  it("says what is missing in a folder that holds no golden numbers", async () => {
    const printed = await runCommand(temporaryFolder(), ["verify", "."]);
    expect(printed.status).toBe(2);
    expect(printed.error).toContain("operations.safetensors");
  });
});

describe("output that nobody reads on", () => {
  it("ends help in silence, and a search at its end", async () => {
    const cwd = temporaryFolder();
    expect(await runCommand(cwd, ["search", "--help"], { isUnread: true })).toMatchObject({ status: 0, error: "" });
    const small = ["--channels", "4", "--cells", "2", "--batch", "128", "--epochs", "1", "--retrain-epochs", "1"];
    const args = ["search", "demo", ...small, "--threads", "1", "--out", "run"];
    expect(await runCommand(cwd, args, { isUnread: true })).toMatchObject({ status: 0, error: "" });
    expect(readFileSync(join(cwd, "run", "summary.json"), "utf8")).toContain("testAccuracy");
  });
});
