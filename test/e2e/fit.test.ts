/** Oblong photographs from the check to the prediction: the walk of docs/reference/fit.md, command by command. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { loadImage, padColourOf } from "../../src/data/index.ts";
import { readOnnxMetadata } from "../../src/export/onnx/index.ts";
import { writeOblongPhotos } from "../data/oblong-photos.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { launchBrowser, startServer } from "./browser.ts";
import { runCommand } from "./command-line.ts";

const PAGE = readFileSync(fileURLToPath(new URL("../../docs/reference/fit.md", import.meta.url)), "utf8");
const COMMANDS = [...PAGE.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, lines]) => lines!.trimEnd().split("\n"));
const [PRINTED] = [...PAGE.matchAll(/^```text\n(.*?)^```/gms)].map(([, lines]) => lines!.trimEnd().split("\n"));

describe("the walk of docs/reference/fit.md", () => {
  const cwd = temporaryFolder();
  const printed = new Map<string, string>();
  const resultOf = (start: string) => JSON.parse([...printed].find(([command]) => command.startsWith(start))![1]);
  const summary = (run: string) =>
    JSON.parse(readFileSync(join(cwd, "runs", run, "summary.json"), "utf8")) as { testAccuracy: number };
  const config = (run: string) => JSON.parse(readFileSync(join(cwd, "runs", run, "config.json"), "utf8"));

  beforeAll(async () => {
    await writeOblongPhotos(join(cwd, "photos"), 40);
    for (const command of COMMANDS) {
      const [program, ...args] = command.split(" ");
      expect(program).toBe("ista-nas");
      const { status, output, error } = await runCommand(cwd, [...args, "--json"]);
      expect(status, `${command}\n${error}`).toBe(0);
      printed.set(command, output);
      if (args[0] === "check") for (const line of PRINTED!) expect(error.split("\n")).toContain(line);
    }
  }, 240_000);

  it("learns by what a padded image keeps, and not by what a crop leaves", () => {
    expect(config("padded").data).toMatchObject({ fit: "pad" });
    expect(config("cropped").data).toMatchObject({ fit: "crop" });
    expect(summary("padded").testAccuracy).toBe(1);
    expect(summary("cropped").testAccuracy).toBeLessThan(0.9);
  });

  it("measures and names images as they were trained on, by the run and by its ONNX file", () => {
    expect(resultOf("ista-nas evaluate runs/padded photos")).toMatchObject({ part: "own-test", testAccuracy: 1 });
    expect(resultOf("ista-nas evaluate runs/padded/model.onnx")).toMatchObject({ part: "own-test", testAccuracy: 1 });
    const { images } = resultOf("ista-nas predict") as { images: { classes: { name: string }[] }[] };
    expect(images.map(({ classes }) => classes[0]!.name)).toEqual(["red", "blue"]);
  });

  it("says in the file and on the card how images are padded", async () => {
    const colour = padColourOf(config("padded").normalisation.mean as number[]);
    const bytes = readFileSync(join(cwd, "runs", "padded", "model.onnx"));
    expect(readOnnxMetadata(bytes).fitting).toEqual({ fit: "pad", padColour: colour });
    const cropped = readOnnxMetadata(readFileSync(join(cwd, "runs", "cropped", "model.onnx")));
    expect(cropped.fitting.fit).toBe("crop");
    const [red, green, blue] = colour;
    const card = readFileSync(join(cwd, "runs", "padded", "README.md"), "utf8");
    expect(card).toContain(`red ${red}, green ${green}, blue ${blue}, the mean colour of the training images`);
    const shape = { height: 12, width: 12, channels: 3 } as const;
    const pixels = await loadImage(join(cwd, "photos", "red", "000.png"), shape, { fit: "pad", padColour: colour });
    expect([...pixels.subarray(0, 3)]).toEqual(colour);
  });

  it("is done by the page as predict does it", async () => {
    const mixed = join(cwd, "mixed.png");
    const pixels = Uint8Array.from({ length: 900 * 300 * 3 }, (_, i) => {
      const [x, channel] = [Math.floor(i / 3) % 900, i % 3];
      if (x >= 300 && x < 600) return 90;
      return channel === (x < 300 ? 0 : 2) ? 190 : 80;
    });
    await sharp(pixels, { raw: { width: 900, height: 300, channels: 3 } }).toFile(mixed);
    const browser = await launchBrowser();
    const server = await startServer(join(cwd, "runs"));
    try {
      const page = await browser.newPage();
      for (const run of ["padded", "cropped"]) {
        await page.goto(`${server.address}#/run/${run}/try`);
        for (const image of ["mixed.png", "photos/red/000.png", "photos/blue/001.png"]) {
          const { output } = await runCommand(cwd, ["predict", `runs/${run}`, image, "--json"]);
          const [{ classes }] = (
            JSON.parse(output) as { images: [{ classes: { name: string; probability: number }[] }] }
          ).images;
          const name = image.split("/").at(-1)!;
          await page.setInputFiles('.drop input[type="file"]', join(cwd, image));
          await page.getByText(name, { exact: true }).waitFor();
          await page.locator(".verdict", { hasText: classes[0]!.name }).waitFor();
          const shown = Number.parseFloat((await page.locator(".bars .figure").first().textContent())!);
          expect(Math.abs(shown - 100 * classes[0]!.probability), `${run} ${image}`).toBeLessThan(1);
        }
      }
    } finally {
      await browser.close();
      await server.stop();
    }
  }, 60_000);

  it.each(["pad", "crop"])(
    "goes on with a run of %s as it began, and with one that does not say it as a crop",
    async (fit) => {
      const begin = (run: string) => [
        ...["train", "ISTA_twostage", "photos", "--cells", "2", "--channels", "4", "--image-size", "12"],
        ...["--batch", "8", "--epochs", "3", "--fit", fit, "--out", `runs/${run}`],
      ];
      const stop = { signal: "SIGINT", when: (text: string) => text.includes("epoch 1/3") } as const;
      const first = await runCommand(cwd, begin(`stopped-${fit}`), { interrupt: stop });
      expect(first.status).not.toBe(0);
      if (fit === "crop") {
        const { classWeights: _weights, sampling: _sampling, data, ...before } = config("stopped-crop");
        const { fit: _fit, ...ofBefore } = data;
        const text = JSON.stringify({ ...before, data: ofBefore });
        writeFileSync(join(cwd, "runs", "stopped-crop", "config.json"), text);
      }
      renameSync(join(cwd, "photos"), join(cwd, "elsewhere"));
      const resumed = await runCommand(cwd, ["resume", `runs/stopped-${fit}`, "--data", "elsewhere", "--json"]);
      expect(resumed.status, resumed.error).toBe(0);
      expect(resumed.error).toContain("goes on from checkpoint");
      renameSync(join(cwd, "elsewhere"), join(cwd, "photos"));
      const again = await runCommand(cwd, [...begin(`whole-${fit}`), "--json"]);
      expect(again.status, again.error).toBe(0);
      const weights = (run: string) => readFileSync(join(cwd, "runs", `${run}-${fit}`, "weights.safetensors"));
      expect(weights("stopped").equals(weights("whole"))).toBe(true);
    },
    120_000,
  );

  it("refuses another word", async () => {
    const { status, error } = await runCommand(cwd, ["check", "photos", "--fit", "cover"]);
    expect(status).toBe(2);
    expect(error).toContain("--fit: got cover, expected one of crop, pad, stretch");
  });
});
