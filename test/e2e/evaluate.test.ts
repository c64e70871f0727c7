import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { writeClassPhotos } from "./class-photos.ts";
import { runCommand } from "./command-line.ts";

interface Evaluation {
  readonly part: string;
  readonly testAccuracy: number;
  readonly images: number;
  readonly correct: number;
  readonly classes: readonly { readonly name: string; readonly correct: number; readonly images: number }[];
  readonly missing: readonly string[];
}

describe("evaluate", () => {
  const cwd = temporaryFolder();
  let trained: { readonly testAccuracy: number };

  async function evaluate(...args: readonly string[]): Promise<Evaluation> {
    const printed = await runCommand(cwd, ["evaluate", ...args, "--threads", "1", "--json"]);
    expect(printed.status, printed.error).toBe(0);
    return JSON.parse(printed.output) as Evaluation;
  }

  beforeAll(async () => {
    for (const [kind, name] of ["ant", "bee", "été"].entries())
      await writeClassPhotos(join(cwd, "own"), name, kind, 10);
    const small = ["--channels", "4", "--cells", "2", "--epochs", "2", "--batch", "8", "--threads", "1"];
    const printed = await runCommand(cwd, ["train", "ISTA_twostage", "own", ...small, "--out", "run", "--json"]);
    expect(printed.status, printed.error).toBe(0);
    trained = JSON.parse(printed.output) as { testAccuracy: number };
    cpSync(join(cwd, "run", "model.onnx"), join(cwd, "model.onnx"));
  });

  it("measures the test images of the data that the network was trained on, and says so", async () => {
    for (const model of ["run", "model.onnx"]) {
      const { testAccuracy } = trained;
      expect(await evaluate(model, "own")).toMatchObject({ part: "own-test", images: 6, testAccuracy, missing: [] });
    }
    const printed = await runCommand(cwd, ["evaluate", "run", "own"]);
    expect(printed.output).toContain(
      "measured on the test images of the data that the network was trained on: 6 images\n",
    );
  });

  it("measures all images of a new folder, with some of the classes, matched by name", async () => {
    const all = await evaluate("run", "own", "--split", "all");
    expect(all).toMatchObject({ part: "all", images: 30 });
    cpSync(join(cwd, "own", "bee"), join(cwd, "bees", "bee"), { recursive: true });
    // As a Mac writes it: accents of their own, which is another folder name.
    cpSync(join(cwd, "own", "été"), join(cwd, "some", "été".normalize("NFD")), { recursive: true });
    cpSync(join(cwd, "own", "bee"), join(cwd, "some", "bee"), { recursive: true });
    for (const model of ["run", "model.onnx"]) {
      const bees = await evaluate(model, "bees");
      expect(bees).toMatchObject({ part: "all", images: 10, missing: ["ant", "été"] });
      expect(bees.classes[1]).toEqual(all.classes[1]);
      const some = await evaluate(model, "some");
      expect(some).toMatchObject({ part: "all", images: 20, missing: ["ant"] });
      expect(some.classes.slice(1)).toEqual(all.classes.slice(1));
    }
    const printed = await runCommand(cwd, ["evaluate", "run", "bees"]);
    expect(printed.output).toMatch(/measured on all images: 10 images\n/);
    expect(printed.output).toMatch(/\n {2}ant +none +no images\n {2}bee +[\d.]+ % +\d+ of 10\n/);
    expect(printed.output).toContain("no images of ant, été: the accuracy says nothing about them\n");
    expect(printed.output).not.toContain("training images");
  });

  it("names a class that the network does not know", async () => {
    await writeClassPhotos(join(cwd, "strange"), "bee", 1, 3);
    await writeClassPhotos(join(cwd, "strange"), "wasp", 2, 4);
    const printed = await runCommand(cwd, ["evaluate", "run", "strange"]);
    expect(printed.status).toBe(2);
    expect(printed.error).toContain(
      "got a class that the network does not know: wasp (4 images), expected some of its 3",
    );
  });

  it("takes test/ of a folder that has it, unless told otherwise", async () => {
    for (const [kind, name] of ["ant", "bee"].entries()) {
      await writeClassPhotos(join(cwd, "split", "train"), name, kind, 5, 100);
      await writeClassPhotos(join(cwd, "split", "test"), name, kind, 2, 200);
    }
    expect(await evaluate("run", "split")).toMatchObject({ part: "test", images: 4, missing: ["été"] });
    expect(await evaluate("run", "split", "--split", "train")).toMatchObject({ part: "train", images: 10 });
    expect(await evaluate("run", "split", "--split", "all")).toMatchObject({ part: "all", images: 14 });
    expect(await evaluate("run", "own", "--split", "train")).toMatchObject({ part: "train", images: 24 });
    mkdirSync(join(cwd, "empty"));
    expect(await runCommand(cwd, ["evaluate", "run", "empty"])).toMatchObject({ status: 2 });
  });
});
