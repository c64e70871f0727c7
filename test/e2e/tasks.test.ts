/** @file One network that tells two tasks, from a list with a column for each to its files and its page. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { launchBrowser, startServer } from "./browser.ts";
import { runCommand } from "./command-line.ts";
import { lastingParts } from "./compare-runs.ts";

const SIDE = 8;
const COUNT = 60;
const SHAPES = ["left", "top", "all"];
const SMALL = ["--space", "nas-bench-201", "--channels", "4", "--cells", "1", "--batch", "8", "--threads", "1"];
const SEARCH = ["search", "photos/labels.csv", "--tasks", "texture,shape", ...SMALL];
const ONCE = [...SEARCH, "--epochs", "1", "--retrain-epochs", "1", "--checkpoint-minutes", "0"];

/** Dark images with an area that is bright or striped. */
async function writePhotos(folder: string): Promise<void> {
  mkdirSync(folder);
  const rows = ["file,texture,shape"];
  for (let image = 0; image < COUNT; image++) {
    const [texture, shape] = [image % 2, Math.floor(image / 2) % 3];
    const pixels = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
      const [y, x] = [Math.floor(at / SIDE), at % SIDE];
      const isInside = shape === 0 ? x < 4 : shape === 1 ? y < 4 : true;
      return isInside ? (texture === 0 ? 190 : (x % 2) * 190) + image : 0;
    });
    const png = await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } })
      .toColourspace("b-w")
      .png()
      .toBuffer();
    writeFileSync(join(folder, `${image}.png`), png);
    rows.push(`${image}.png,${["plain", "striped"][texture]},${SHAPES[shape]}`);
  }
  writeFileSync(join(folder, "labels.csv"), rows.join("\n"));
}

describe("a network of two tasks", () => {
  const cwd = temporaryFolder();
  afterAll(() => rmSync(cwd, { recursive: true }));
  const run = (...args: readonly string[]) => runCommand(cwd, args);
  const text = (file: string) => readFileSync(join(cwd, file), "utf8");
  const json = (file: string) => JSON.parse(text(file));

  beforeAll(async () => {
    await writePhotos(join(cwd, "photos"));
    const { status, output, error } = await run(...ONCE, "--out", "whole");
    expect(status, error).toBe(0);
    expect(output).toMatch(/retrain epoch 1\/1 .* accuracy \d.* % and \d.* %/);
    expect(output).toMatch(/test accuracy {3}texture: .* of 12 images/);
    expect(output).toMatch(/test accuracy {3}shape: .* of 12 images/);
  });

  it("tells an accuracy for each, and has their classes in its settings and its card", () => {
    const { testAccuracy, taskName, otherTasks } = json("whole/summary.json");
    expect({ taskName, names: otherTasks.map(({ name }: { name: string }) => name) }).toEqual({
      ...{ taskName: "texture", names: ["shape"] },
    });
    const events = text("whole/events.jsonl")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const of = (kind: string) => events.find((event) => event.kind === kind);
    expect(of("test")).toMatchObject({ accuracy: testAccuracy, otherAccuracies: [otherTasks[0].testAccuracy] });
    const [header, ...epochs] = text("whole/results.csv").trimEnd().split("\n");
    expect(header).toMatch(/,frozen_nodes,accuracy_2$/);
    for (const [index, kind] of ["search-epoch", "retrain-epoch"].entries()) {
      expect(of(kind).otherAccuracies).toHaveLength(1);
      expect(Number(epochs[index]!.split(",").at(-1))).toBe(of(kind).otherAccuracies[0]);
    }
    expect(json("whole/config.json")).toMatchObject({
      data: { tasks: ["texture", "shape"] },
      ...{ classNames: ["plain", "striped"], otherTasks: [{ name: "shape", classNames: [...SHAPES].sort() }] },
      training: { network: { classCount: 2, otherTasks: [{ name: "shape", classCount: 3 }] } },
    });
    expect(text("whole/labels_shape.txt")).toBe("all\nleft\ntop\n");
    expect(text("whole/README.md")).toMatch(/^\| shape: test accuracy \| .* of 12 images; 95 % interval/m);
    expect(text("whole/README.md")).toContain("`logits_shape` and `probabilities_shape` `[N, 3]`");
  });

  it("is an ONNX file with outputs for each, checked in both", async () => {
    const session = await InferenceSession.create(join(cwd, "whole", "model.onnx"));
    expect(session.outputNames).toEqual(["logits", "probabilities", "logits_shape", "probabilities_shape"]);
    await session.release();
    expect(json("whole/parity.json")).toMatchObject({ images: 12, passed: true });
  });

  it("is measured in both, as a run and as a file, on a list that has both and on one that has the first", async () => {
    const kept = JSON.parse((await run("evaluate", "whole", "--json")).output);
    const { otherTasks, testAccuracy } = json("whole/summary.json");
    expect(kept).toMatchObject({
      testAccuracy,
      otherTasks: [{ name: "shape", correct: 12 * otherTasks[0].testAccuracy }],
    });
    const file = JSON.parse((await run("evaluate", "whole/model.onnx", "photos/labels.csv", "--json")).output);
    expect(file.otherTasks).toEqual(kept.otherTasks);
    writeFileSync(join(cwd, "photos", "texture.csv"), text("photos/labels.csv").replaceAll(/,[a-z]+$/gm, ""));
    const { status, output, error } = await run("evaluate", "whole", "photos/texture.csv");
    expect(status, error).toBe(0);
    expect(output).toContain("the data do not tell shape: only the first task of the network is measured");
    const { output: named } = await run("predict", "whole", "photos/3.png", "--top", "1");
    expect(named).toMatch(/^photos\/3\.png: \w+ [\d.]+ %; shape: \w+ [\d.]+ %\n$/);
  });

  it("that is killed in its search and in its training ends in the bits of one that was not", async () => {
    for (const [args, stop] of [
      [[...ONCE, "--out", "killed"], /run folder/],
      [["resume", "killed", "--threads", "1"], /search epoch 1/],
    ] as const) {
      const printed = await runCommand(cwd, args, {
        interrupt: { signal: "SIGKILL", when: (shown) => stop.test(shown) },
      });
      expect([0, -9], printed.error).toContain(printed.status);
    }
    const { status, error } = await run("resume", "killed", "--threads", "1");
    expect(status, error).toBe(0);
    expect(lastingParts(join(cwd, "killed"))).toEqual(lastingParts(join(cwd, "whole")));
  });

  it("is refused with status 2 where it cannot be", async () => {
    for (const [args, message] of [
      [["search", "photos/labels.csv", "--tasks", "texture,size"], "no column size, got texture, shape"],
      [[...SEARCH, "--strategy", "zero-cost"], "--tasks: got texture,shape with strategy zero-cost, expected one task"],
      [["export", "whole", "--to", "module"], "got tasks texture, shape, expected one"],
    ] as const) {
      const { status, error } = await run(...args);
      expect(status, error).toBe(2);
      expect(error).toContain(message);
    }
  });

  it("has both accuracies on its page", async () => {
    const [browser, server] = await Promise.all([launchBrowser(), startServer(cwd)]);
    try {
      const page = await browser.newPage();
      await page.goto(`${server.address}#/run/whole/details`);
      await page.getByText("test accuracy, shape").waitFor();
      const { testAccuracy } = json("whole/summary.json").otherTasks[0];
      const shown = await page.locator("dl").first().textContent();
      expect(shown).toMatch(/test accuracy, texture\s*[\d.]+ % of 12/);
      expect(shown).toMatch(
        new RegExp(`test accuracy, shape\\s*${(100 * testAccuracy).toFixed(2)} % of 12 \\(95 % interval`),
      );
    } finally {
      await Promise.all([browser.close(), server.stop()]);
    }
  });
});
