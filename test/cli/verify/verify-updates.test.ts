import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ErrorLedger } from "../../../src/cli/verify/error-ledger.ts";
import { UPDATE_FILES, verifyUpdates } from "../../../src/cli/verify/verify-updates.ts";
import { availableArithmetics, createReferenceDevice, createWasmDevice } from "../../../src/device/index.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

const BUILT_IN = fileURLToPath(new URL("../../golden", import.meta.url));
const DEVICES = [
  ["reference", "float64", async () => createReferenceDevice()],
  ...availableArithmetics().map(
    (arithmetic) => ["wasm", arithmetic, () => createWasmDevice({ threads: 2, arithmetic })] as const,
  ),
] as const;

type Json = number | { [key: string]: Json };

/** A folder with one golden file, one number of which is off; `path`: keys with points between them. */
function folderWith(file: string, path: string): string {
  const folder = temporaryFolder();
  const golden = JSON.parse(readFileSync(join(BUILT_IN, file), "utf8")) as Json;
  const change = (value: Json, left: string): Json => {
    if (typeof value === "number") return left === "" ? value * 1.01 + 1e-2 : value;
    const key = Object.keys(value).find((name) => `${left}.`.startsWith(`${name}.`));
    if (key !== undefined) value[key] = change(value[key]!, left.slice(key.length + 1));
    return value;
  };
  writeFileSync(join(folder, file), JSON.stringify(change(golden, path)));
  return folder;
}

async function rowsOf(createDevice: (typeof DEVICES)[number][2], folder: string) {
  const ledger = new ErrorLedger();
  await verifyUpdates(createDevice, folder, ledger);
  return ledger.rows;
}

describe.each(DEVICES)("verifyUpdates on the %s device (%s)", (device, _, createDevice) => {
  it("agrees with PyTorch in every number", async () => {
    const rows = await rowsOf(createDevice, BUILT_IN);
    expect(rows.flatMap(({ failures }) => failures)).toEqual([]);
    const steps = device === "wasm" ? 20 + 6 : 5 + 5;
    expect(rows.map(({ group, comparisons }) => [group, comparisons])).toEqual([
      [`${device}: strategies, update rules`, 18],
      [`${device}: strategies, AtomNAS`, 133],
      [`${device}: strategies, Once-for-All`, 83],
      [`${device}: strategies, MTL-NAS`, 6 + 2 * 3 + 3 + 3 + 48],
      [`${device}: ImageNet setting`, 2 + 9 + steps + 2 * 3],
    ]);
  });
});

describe("verifyUpdates", () => {
  it.each([
    ["strategies.json", "gdas.gradients.0.0", ["GDAS, gradient, group 0"]],
    ["strategies.json", "gdas.after.1.0", ["GDAS, two steps of Adam, group 1"]],
    ["strategies.json", "darts.first.1.0", ["DARTS, first order, group 1"]],
    ["strategies.json", "darts.gradients.1.0", ["DARTS, second order, group 1"]],
    ["strategies.json", "dsnas.gradients.0.0", ["DSNAS, gradient, group 0"]],
    ["strategies.json", "synflow.logarithm", ["synflow, group 0"]],
    ["atom.json", "logits.0", ["logits", "logits without dead channels"]],
    ["atom.json", "step.gradientNorm", ["step, gradient norm"]],
    ["atom.json", "living.0.0", ["channels that live, window 0"]],
    ["atom.json", "after.parameters.classifier.bias.0", ["step without dead channels, classifier.bias"]],
    ["once-for-all.json", "transform.5.0", ["window 5x5"]],
    ["once-for-all.json", "soft.0", ["soft labels"]],
    ["once-for-all.json", "gradientNorm", ["step of three, gradient norm"]],
    ["mtl.json", "gates.entropySlope.5", ["slope of the entropy"]],
    ["mtl.json", "gates.samples.1.values.2", ["gates drawn at temperature 0.25"]],
    ["mtl.json", "logits.0.gradient.3", ["batch 0, gradient by the gates"]],
    ["mtl.json", "logits.1.logits.7", ["batch 1, moves of the logits"]],
    ["mtl.json", "hard.outputs.1.0", ["logits of task 1"]],
    ["mtl.json", "weights.parameters.task0.stage1.from0.fuse.pointwise.0", ["step, task0.stage1.from0.fuse.pointwise"]],
    ["imagenet.json", "stem.outputs.1.values.0", ["stem, output 1"]],
    ["imagenet.json", "trajectories.1.losses.4", ["batches in 2 parts, step 5, loss"]],
  ])("finds one number of %s that is off: %s", async (file, path, names) => {
    const rows = await rowsOf(DEVICES[0][2], folderWith(file, path));
    const failures = rows.flatMap((row) => row.failures.map((failure) => failure.replace(/ \(\S+ > \S+\)$/, "")));
    expect(failures).toEqual(names);
  });

  it("replays the files that are there, and no other", async () => {
    expect(await rowsOf(DEVICES[0][2], temporaryFolder())).toEqual([]);
    const folder = temporaryFolder();
    copyFileSync(join(BUILT_IN, "atom.json"), join(folder, "atom.json"));
    expect((await rowsOf(DEVICES[0][2], folder)).map(({ group }) => group)).toEqual(["reference: strategies, AtomNAS"]);
  });

  it.each(UPDATE_FILES)("refuses %s of another form", async (file) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, file), '{"madeWith": "nothing"}');
    await expect(rowsOf(DEVICES[0][2], folder)).rejects.toMatchObject({ code: "E_VERIFY_FILE", kind: "usage" });
  });
});
