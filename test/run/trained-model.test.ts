import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openTrainedModel } from "../../src/run/trained-model.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const GOLDEN = fileURLToPath(new URL("../golden/runs/format-1", import.meta.url));

const ONE = { threads: 1, batch: 1 };

function copiedRun(): string {
  const folder = join(temporaryFolder(), "run");
  cpSync(GOLDEN, folder, { recursive: true });
  return folder;
}

/** A run of which the weights named so were changed. */
function changedRun(isChanged: (name: string) => boolean, value: number): string {
  const folder = copiedRun();
  const file = join(folder, "weights.safetensors");
  const { tensors } = decodeSafetensors(readFileSync(file));
  for (const [name, { data }] of tensors) if (isChanged(name)) data.fill(value);
  writeFileSync(file, encodeSafetensors(tensors, {}));
  return folder;
}

describe("openTrainedModel: a run folder", () => {
  it("refuses weights that are not numbers, by their name", async () => {
    const folder = changedRun((name) => name === "classifier.weight", Number.NaN);
    await expect(openTrainedModel(folder, ONE)).rejects.toMatchObject({
      code: "E_RUN_NOT_FINITE",
      message: expect.stringContaining("classifier.weight: got NaN at 0, expected a finite number"),
    });
  });

  it("refuses to give probabilities that are not numbers", async () => {
    const model = await openTrainedModel(
      changedRun((name) => name === "classifier.weight", 3e38),
      ONE,
    );
    try {
      const { height, width, channels } = model.shape;
      const pixels = Uint8Array.from({ length: height * width * channels }, (_, i) => (i * 37) % 256);
      await expect(model.probabilities(pixels, 1)).rejects.toMatchObject({ code: "E_MODEL_NOT_FINITE" });
    } finally {
      await model.close();
    }
  });

  it("refuses class names that do not fit the network", async () => {
    const refuses = (folder: string, message: string) =>
      expect(openTrainedModel(folder, ONE)).rejects.toMatchObject({
        code: "E_RUN_CLASSES",
        kind: "usage",
        message: expect.stringContaining(message),
      });
    const short = copiedRun();
    writeFileSync(join(short, "labels.txt"), "a\nb\n");
    await refuses(short, "labels.txt: class names: got 2, expected 10");
    const renamed = copiedRun();
    const labels = readFileSync(join(renamed, "labels.txt"), "utf8");
    writeFileSync(join(renamed, "labels.txt"), `x${labels}`);
    await refuses(renamed, "labels.txt: got x");
    const few = copiedRun();
    const config = JSON.parse(readFileSync(join(few, "config.json"), "utf8")) as { classNames: string[] };
    writeFileSync(join(few, "config.json"), JSON.stringify({ ...config, classNames: ["a", "b"] }));
    await refuses(few, "config.json: class names: got 2, expected 10");
  });
});
