/// <reference lib="dom" />
/** @file The page in a real browser, against the built command line. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dartsCells } from "../../src/spaces/darts/index.ts";
import { RunFolder } from "../../src/store/index.ts";
import { appendEpoch, makeSampleRun } from "../server/sample-run.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { violationsOf } from "./axe.ts";
import { launchBrowser, type ServeProcess, startServer } from "./browser.ts";
import { runCommand } from "./command-line.ts";

const SEARCH = ["search", "demo", "--channels", "4", "--cells", "2", "--batch", "128", "--threads", "1"];
const EVIL = "<img src=x onerror=alert(1)>";

describe("the page", () => {
  const cwd = temporaryFolder();
  const runs = join(cwd, "runs");
  let browser: Browser;
  let server: ServeProcess;
  let page: Page;
  const complaints: string[] = [];

  async function open(hash: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
    const opened = await browser.newPage(options);
    opened.on("pageerror", (error) => complaints.push(error.message));
    opened.on("dialog", (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
    opened.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("ERR_")) complaints.push(message.text());
    });
    await opened.goto(`${server.address}${hash}`);
    return opened;
  }

  function journalOf(name: string) {
    const text = readFileSync(join(runs, name, "events.jsonl"), "utf8").trim();
    return text.split("\n").map((line) => JSON.parse(line));
  }

  /** The first request to each address stays without an answer; returns those that did. */
  async function loseOnce(shown: Page, addresses: readonly string[]): Promise<readonly string[]> {
    const lost: string[] = [];
    for (const address of addresses) {
      await shown.route(
        address,
        (route) => {
          lost.push(address);
          return route.abort();
        },
        { times: 1 },
      );
    }
    return lost;
  }

  /** Follows a link or changes the address, and waits for a heading. */
  async function go(hash: string, ready: string): Promise<void> {
    await page.goto(`${server.address}${hash}`);
    await page.locator(ready).first().waitFor();
  }

  beforeAll(async () => {
    mkdirSync(runs);
    browser = await launchBrowser();
    server = await startServer(runs);
    page = await open("");
    await page.getByText("No runs here yet").waitFor();
    // The live search, followed by the page that is open already.
    const search = runCommand(cwd, [...SEARCH, "--epochs", "3", "--retrain-epochs", "1", "--out", "runs/live"]);
    await page.getByRole("link", { name: "live" }).click();
    await page.getByRole("heading", { name: "live", exact: true }).waitFor();
    await page.getByText(/epoch \d of \d, live/).waitFor();
    const { status, error } = await search;
    expect(status, error).toBe(0);
    await page.locator(".badge.finished").waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(cwd, { recursive: true, force: true });
  });

  it("followed a live search from its first event to its end", async () => {
    const summary = JSON.parse(readFileSync(join(runs, "live", "summary.json"), "utf8")) as { testAccuracy: number };
    const accuracy = `${(100 * summary.testAccuracy).toFixed(2)} %`;
    await page.locator(".figures", { hasText: accuracy }).waitFor();
    expect(await page.locator(".epoch-slider output").textContent()).toBe("epoch 3 of 3");
    expect(await page.locator("svg.cell-diagram").count()).toBe(2);
    const picks = await page.locator("svg.cell-diagram").first().getAttribute("aria-label");
    const last = journalOf("live").findLast(({ kind }) => kind === "selection");
    expect(picks!.split("; ")).toHaveLength(8);
    expect(last.groups[0].support).toHaveLength(2);
    const { primitive } = dartsCells().groups[0]!.candidates[last.groups[0].support[0]]!;
    expect(picks).toContain(`node 0 adds ${primitive}`);
  });

  it("shows the same to a page that is opened late, at any epoch", async () => {
    const late = await open("#/run/live/cells");
    await late.locator("svg.cell-diagram").nth(1).waitFor();
    const labels = (shown: Page) =>
      shown.locator("svg.cell-diagram").evaluateAll((all) => all.map((svg) => svg.ariaLabel));
    expect(await labels(late)).toEqual(await labels(page));
    await late.getByRole("button", { name: "One epoch back" }).click();
    await late.getByText("epoch 2 of 3").waitFor();
    await late.getByRole("slider", { name: "Epoch" }).press("ArrowLeft");
    await late.getByText("epoch 1 of 3").waitFor();
    await late.getByText("since epoch 0").first().waitFor();
    const download = late.waitForEvent("download");
    await late.getByRole("button", { name: "The architecture of this epoch as SVG" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("live-epoch-1.svg");
    const drawing = readFileSync(await file.path(), "utf8");
    expect(drawing).toMatch(/^<svg xmlns=.*\n<title id="cells-title">live, epoch 1<\/title>/);
    const first = journalOf("live").find(({ kind, epoch }) => kind === "selection" && epoch === 1);
    const kept = dartsCells().groups.flatMap(({ candidates }, group) =>
      first.groups[group].support.map((index: number) => candidates[index]!.primitive),
    );
    expect([...drawing.matchAll(/>(\w+_\w+)<\/text>/g)].map(([, primitive]) => primitive)).toEqual(kept);
    await late.close();
  });

  it("says when the server is gone, and picks up what it missed", async () => {
    const folder = makeSampleRun(runs, "sample", { epochs: 4 });
    const shown = await open("#/run/sample/cells");
    await shown.getByText("epoch 4 of 4").waitFor();
    const port = new URL(server.address).port;
    await server.stop();
    await shown.getByText("the server does not answer").waitFor();
    appendEpoch(folder, 5, 6);
    server = await startServer(runs, ["--port", port]);
    await shown.getByText("epoch 5 of 5").waitFor();
    await shown.getByText("● following").waitFor();
    appendEpoch(folder, 6, 6);
    await shown.getByText("epoch 6 of 6").waitFor();
    await shown.close();
  });

  it("shows the newest cells while the series of a long run are still read", async () => {
    const folder = makeSampleRun(runs, "long", { epochs: 40 });
    const shown = await open("");
    let answer = () => {};
    const mayAnswer = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await shown.route("**/history", async (route) => {
      await mayAnswer;
      await route.continue();
    });
    await shown.goto(`${server.address}#/run/long/cells`);
    await shown.locator("svg.cell-diagram").nth(1).waitFor();
    await shown.getByText("epoch 40 of 40").waitFor();
    expect(await shown.getByText("since epoch 39").count()).toBe(2);
    expect(await shown.getByRole("slider", { name: "Epoch" }).isDisabled()).toBe(true);
    await shown.getByRole("link", { name: "Values" }).click();
    await shown.getByText("Reading the series").waitFor();
    answer();
    await shown.locator(".code-map").first().waitFor();
    await shown.getByRole("slider", { name: "Epoch" }).press("Home");
    await shown.getByText("epoch 0 of 40").waitFor();
    await shown.close();
    rmSync(folder.path, { recursive: true });
  });

  it("has all its views at hand when the server goes, and asks for one that it lacks until it is back", async () => {
    const folder = makeSampleRun(runs, "offline", { epochs: 4 });
    const shown = await open("");
    await shown.route("**/values-panel*", (route) => route.abort());
    await shown.goto(`${server.address}#/run/offline/curves`);
    await shown.locator(".u-wrap").first().waitFor();
    await shown.waitForTimeout(1500);
    const port = new URL(server.address).port;
    await server.stop();
    await shown.getByRole("link", { name: "Exploration" }).click();
    await shown.getByRole("heading", { name: "Vectors by group" }).waitFor();
    await shown.getByRole("link", { name: "Values" }).click();
    await shown.getByText("Fetching this view").waitFor();
    await shown.unroute("**/values-panel*");
    server = await startServer(runs, ["--port", port]);
    await shown.locator(".code-map").first().waitFor();
    await shown.close();
    rmSync(folder.path, { recursive: true });
  });

  it("asks again for whatever the server did not answer while a run was opened", async () => {
    const folder = makeSampleRun(runs, "shaky", { epochs: 4 });
    const shown = await open("");
    const lost = await loseOnce(shown, [
      "**/api/runs/shaky",
      "**/history",
      "**/layout-worker*",
      "**/architecture-panel*",
    ]);
    await shown.goto(`${server.address}#/run/shaky/cells`);
    await shown.locator("svg.cell-diagram").nth(1).waitFor();
    await shown.locator(".epoch-slider input:enabled").press("Home");
    await shown.getByText("epoch 0 of 4").waitFor();
    expect(lost).toHaveLength(4);
    await shown.close();
    rmSync(folder.path, { recursive: true });
  });

  it.each(["cells", "codes", "exploration", "curves"])("stands still while %s grow", async (tab) => {
    const folder = makeSampleRun(runs, `still-${tab}`, { epochs: 4 });
    const shown = await open(`#/run/still-${tab}/${tab}`);
    await shown.locator("figure, svg.cell-diagram").first().waitFor();
    await shown.waitForTimeout(500);
    await shown.evaluate(() => {
      const state = window as unknown as { shift: number };
      state.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) state.shift += (entry as unknown as { value: number }).value;
      }).observe({ type: "layout-shift" });
    });
    for (let epoch = 5; epoch <= 10; epoch++) {
      appendEpoch(folder, epoch, 10);
      await shown.waitForTimeout(250);
    }
    await shown.getByText("search 10/10").waitFor();
    expect(await shown.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.02);
    await shown.close();
    rmSync(folder.path, { recursive: true });
  });

  it("compares two runs: curves, what differs, architectures", async () => {
    const again = await runCommand(cwd, [
      ...SEARCH,
      "--epochs",
      "1",
      "--retrain-epochs",
      "1",
      "--seed",
      "2",
      "--out",
      "runs/other",
    ]);
    expect(again.status, again.error).toBe(0);
    await go("", "table.runs tbody tr");
    await page.getByLabel("Compare live").check();
    await page.getByLabel("Compare other").check();
    await page.getByRole("link", { name: "Compare 2" }).click();
    await page.getByRole("heading", { name: "2 runs compared" }).waitFor();
    await page.locator("svg.cell-diagram").nth(3).waitFor();
    const rows = await page
      .locator("table.differences tr")
      .evaluateAll((all) => all.map((row) => [...row.children].map(({ textContent }) => textContent).join(" | ")));
    expect(rows).toContain("seed | 1 | 2");
    expect(rows).toContain("strategy.options.epochs | 3 | 1");
    expect(rows.filter((row) => row.startsWith("training.epochs"))).toEqual([]);
    expect(await page.locator(".u-series").count()).toBe(3);
    expect(await page.locator(".operation.marked").count()).toBeGreaterThan(0);
    // Side by side, and whole: none needs to be scrolled.
    await page.waitForFunction(() => {
      const holders = [...document.querySelectorAll(".beside .table-holder")];
      return holders.length === 4 && holders.every(({ clientWidth, scrollWidth }) => scrollWidth === clientWidth);
    });
  });

  it("compares more runs than a browser opens connections, and goes on following them", async () => {
    const many = Array.from({ length: 9 }, (_, index) => makeSampleRun(runs, `many-${index}`, { epochs: 3 }));
    const shown = await open(`#/compare/${many.map(({ name }) => name).join("/")}`);
    await shown.getByText("9 runs compared").waitFor();
    await shown.locator("table.differences thead a").nth(8).waitFor();
    appendEpoch(many[8]!, 4, 9);
    await shown.locator(".chart .plot").focus();
    const last = shown.locator(".chart [aria-live]", { hasText: /^epoch 4,.*many-8 80\.0 %/ });
    for (let attempt = 0; attempt < 50 && (await last.count()) === 0; attempt++) {
      await shown.keyboard.press("ArrowRight");
      await shown.waitForTimeout(100);
    }
    expect(await last.count()).toBe(1);
    const other = await open("#/run/live/cells");
    await other.locator("svg.cell-diagram").first().waitFor();
    await other.close();
    await shown.close();
    for (const { path } of many) rmSync(path, { recursive: true });
  });

  it("filters and sorts the table of runs by what is typed and clicked", async () => {
    await go("", "table.runs tbody tr");
    await page.getByLabel("Filter").fill("finished two-stage");
    expect(await page.locator("table.runs tbody tr").count()).toBe(2);
    await page.getByLabel("Filter").fill("");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    const names = await page.locator("table.runs .name a").allTextContents();
    expect(names).toEqual([...names].sort());
  });

  it("computes the class of a dropped image that predict says, with the same probability", async () => {
    const pixels = readFileSync(join(runs, "live", "test-images.bin")).subarray(0, 784);
    const raw = sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } });
    await raw.clone().png().toFile(join(cwd, "small.png"));
    await raw.clone().resize(90, 75, { fit: "fill" }).png().toFile(join(cwd, "large.png"));
    await go("#/run/live/try", ".drop");
    for (const name of ["small.png", "large.png"]) {
      const printed = await runCommand(cwd, ["predict", "runs/live", name, "--json"]);
      const [expected] = (
        JSON.parse(printed.output) as { images: { classes: { name: string; probability: number }[] }[] }
      ).images[0]!.classes;
      const data = await page.evaluateHandle(
        ([base64, file]) => {
          const transfer = new DataTransfer();
          const bytes = Uint8Array.from(atob(base64!), (character) => character.charCodeAt(0));
          transfer.items.add(new File([bytes], file!, { type: "image/png" }));
          return transfer;
        },
        [readFileSync(join(cwd, name)).toString("base64"), name],
      );
      await page.dispatchEvent(".drop", "drop", { dataTransfer: data });
      await page.getByText(name, { exact: true }).waitFor();
      await page.locator(".verdict", { hasText: expected!.name }).waitFor();
      const shown = Number.parseFloat((await page.locator(".bars .figure").first().textContent())!);
      expect(Math.abs(shown - 100 * expected!.probability)).toBeLessThan(name === "small.png" ? 0.02 : 2);
    }
    await page.setInputFiles('.drop input[type="file"]', {
      name: "../../etc/passwd",
      mimeType: "image/png",
      buffer: Buffer.from("root"),
    });
    await page.getByText("../../etc/passwd: this is not an image that the browser can read").waitFor();
  });

  it("asks again for whatever the server did not answer while a view was looked at", async () => {
    const long = makeSampleRun(runs, "long", { epochs: 700 });
    const shown = await open("#/run/long/cells");
    await shown.locator(".epoch-slider input:enabled").waitFor();
    const selection = await loseOnce(shown, ["**/selections/*"]);
    await shown.locator(".epoch-slider input").press("ArrowLeft");
    await shown.locator(".epoch-slider input").press("ArrowLeft");
    await shown.getByText("since epoch 697").first().waitFor();
    expect(selection).toHaveLength(1);
    const model = ["**/live/test", "**/test-images", "**/model.onnx", "**/ort-wasm*.wasm"];
    const tried = await loseOnce(shown, model);
    await shown.goto(`${server.address}#/run/live/try`);
    await shown.locator(".samples button").first().click();
    await shown.locator(".verdict").waitFor();
    expect([...tried].sort()).toEqual([...model].sort());
    const compared = await loseOnce(shown, ["**/api/runs/live"]);
    await shown.goto(`${server.address}#/compare/live/long`);
    await shown.locator("svg.cell-diagram").nth(3).waitFor();
    expect(compared).toHaveLength(1);
    await shown.close();
    rmSync(long.path, { recursive: true });
  });

  it("shows the images behind a field of the confusion matrix", async () => {
    await go("#/run/live/try", ".confusion button");
    const button = page.locator(".confusion button").first();
    const count = Number(await button.textContent());
    await button.click();
    expect(await page.locator(".images canvas").count()).toBe(Math.min(count, 40));
    const total = await page.locator(".confusion button").allTextContents();
    expect(total.reduce((sum, text) => sum + Number(text), 0)).toBe(1000);
  });

  it("says how good the network is, as the command does", async () => {
    const printed = await runCommand(cwd, ["evaluate", "runs/live", "--json"]);
    expect(printed.status, printed.error).toBe(0);
    const { testAccuracy, correct, interval, topFiveAccuracy, macroF1, calibrationError, classes } = JSON.parse(
      printed.output,
    );
    const shown = (share: number) => `${(100 * share).toFixed(2)} %`;
    await go("#/run/live/try", ".classes");
    const figures = page.getByRole("region", { name: "Try it" }).locator(".figures");
    const interpreted = `${shown(interval[0])} to ${shown(interval[1])}`;
    for (const [name, value] of [
      ["accuracy", `${shown(testAccuracy)} (${correct} of 1,000)`],
      ["95 % interval (Wilson)", interpreted],
      ["top-5 accuracy", shown(topFiveAccuracy)],
      ["macro F1", shown(macroF1)],
      ["expected calibration error (15 bins)", shown(calibrationError)],
    ]) {
      expect(
        await figures
          .locator("div", { has: page.getByText(name!, { exact: true }) })
          .locator("dd")
          .textContent(),
      ).toBe(value);
    }
    const header = page.locator(".figures").first();
    expect(await header.textContent()).toContain(`${shown(testAccuracy)} of 1000 (95 % interval ${interpreted})`);
    expect(await header.textContent()).toContain(shown(macroF1));
    const rows = await page
      .locator(".classes tbody tr")
      .evaluateAll((all) => all.map((row) => Array.from(row.children, (cell) => cell.textContent)));
    const worst = (classes as { name: string; recall: number; precision: number | null }[]).toSorted(
      (a, b) => a.recall - b.recall,
    );
    expect(rows.map((row) => row[0])).toEqual(worst.map(({ name }) => name));
    expect(rows[0]!.slice(3, 5)).toEqual([
      shown(worst[0]!.recall),
      worst[0]!.precision === null ? "–" : shown(worst[0]!.precision),
    ]);
  });

  it("says the same of a run from before the places of labels were kept, and lists the mistakes of many classes", async () => {
    cpSync(join(runs, "live"), join(runs, "aged"), { recursive: true });
    const folder = RunFolder.open(join(runs, "aged"));
    const { labelPlaces, ...kept } = folder.readJson("test-predictions.json") as { labelPlaces: number[] };
    expect(labelPlaces).toHaveLength(1000);
    folder.writeJson("test-predictions.json", kept);
    const { macroF1, ...summary } = folder.readJson("summary.json") as { macroF1: number };
    folder.writeJson("summary.json", summary);
    await go("#/run/aged/try", ".classes");
    const figures = page.getByRole("region", { name: "Try it" }).locator(".figures");
    expect(await figures.textContent()).toContain(`${(100 * macroF1).toFixed(2)} %`);
    expect(await figures.textContent()).not.toContain("top-5");
    expect(await page.locator(".figures").first().textContent()).not.toContain("macro F1");
    const config = folder.readJson("config.json") as { classNames: string[] };
    config.classNames = [...config.classNames, ...Array.from({ length: 990 }, (_, index) => `more ${index}`)];
    folder.writeJson("config.json", config);
    await page.reload();
    await page.getByText("The 10 classes of 1000 with the lowest recall").waitFor();
    await page.getByText("commonest mistakes of 1000 classes").waitFor();
    const buttons = page.locator(".confusion button");
    const images = (await buttons.allTextContents()).map(Number);
    expect(images).toEqual(images.toSorted((a, b) => b - a));
    expect(images.length).toBeLessThanOrEqual(30);
    await buttons.first().click();
    expect(await page.locator(".images canvas").count()).toBe(Math.min(images[0]!, 40));
    rmSync(folder.path, { recursive: true });
  });

  it("reads values with the keyboard alone", async () => {
    await go("#/run/live/codes", ".code-map canvas");
    await page.locator(".code-map canvas").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowLeft");
    await page.locator(".readout", { hasText: /^epoch 2: avg_pool_3x3@0, value .*training steps/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("epoch 2 of 3").waitFor();
    await go("#/run/live/curves", ".chart .plot");
    await page.locator(".chart .plot").first().focus();
    await page.keyboard.press("ArrowRight");
    await page
      .locator(".chart [aria-live]", { hasText: /^epoch 1, training images [\d.]+, steering images/ })
      .waitFor({ state: "attached" });
  });

  it("writes a report that opens from disk without a server", async () => {
    const printed = await runCommand(cwd, ["report", "runs/live", "--file", "report.html"]);
    expect(printed.status, printed.error).toBe(0);
    expect(await sharp(join(cwd, "report.png")).metadata()).toMatchObject({ format: "png" });
    const report = await browser.newPage();
    const asked: string[] = [];
    report.on("pageerror", (error) => complaints.push(error.message));
    report.on("request", (request) => asked.push(request.url()));
    await report.goto(pathToFileURL(join(cwd, "report.html")).href);
    await report.locator("svg.cell-diagram").nth(1).waitFor();
    await report.getByText("epoch 3 of 3").waitFor();
    for (const [tab, ready] of [
      ["Values", ".code-map"],
      ["Curves", ".u-wrap"],
      ["Try it", ".confusion"],
      ["Details", ".settings"],
    ]) {
      await report.getByRole("link", { name: tab!, exact: true }).click();
      await report.locator(ready!).first().waitFor();
    }
    expect(asked.filter((url) => !/^(file|blob|data):/.test(url))).toEqual([]);
    await report.close();
  });

  it("takes text from data for text", async () => {
    cpSync(join(runs, "live"), join(runs, EVIL), { recursive: true });
    const folder = RunFolder.open(join(runs, EVIL));
    const config = JSON.parse(folder.read("config.json").toString()) as {
      classNames: string[];
      data: { name: string };
    };
    config.classNames = config.classNames.map(() => EVIL);
    config.data.name = EVIL;
    folder.writeJson("config.json", config);
    writeFileSync(folder.pathOf("failure.json"), JSON.stringify({ code: EVIL, message: EVIL }));
    const id = encodeURIComponent(EVIL);
    for (const [hash, ready] of [
      ["", "table.runs"],
      [`#/run/${id}/cells`, "svg.cell-diagram"],
      [`#/run/${id}/try`, ".confusion"],
      [`#/run/${id}/details`, ".settings"],
      [`#/compare/${id}/live`, "table.differences"],
    ]) {
      await go(hash!, ready!);
      await page.getByText(EVIL).first().waitFor();
      expect(await page.locator("img").count()).toBe(0);
    }
    const printed = await runCommand(cwd, ["report", `runs/${EVIL}`, "--file", "evil.html"]);
    expect(printed.status, printed.error).toBe(0);
    const report = await browser.newPage();
    report.on("dialog", (dialog) => complaints.push(dialog.message()));
    await report.goto(pathToFileURL(join(cwd, "evil.html")).href);
    await report.getByRole("heading", { name: EVIL }).waitFor();
    expect(await report.locator("img").count()).toBe(0);
    await report.close();
    rmSync(folder.path, { recursive: true });
  });

  const VIEWS = [
    ["", "table.runs"],
    ["#/run/live/cells", "svg.cell-diagram"],
    ["#/run/live/codes", ".code-map"],
    ["#/run/live/exploration", ".u-wrap"],
    ["#/run/live/curves", ".u-wrap"],
    ["#/run/live/try", ".confusion"],
    ["#/run/live/details", ".settings"],
    ["#/compare/live/other", "svg.cell-diagram"],
  ] as const;

  it.each(["light", "dark"] as const)("has no violation that axe-core finds in %s colours", async (colorScheme) => {
    const shown = await open("", { colorScheme, bypassCSP: true });
    for (const [hash, ready] of VIEWS) {
      await shown.goto(`${server.address}${hash}`);
      await shown.locator(ready).first().waitFor();
      expect(await violationsOf(shown), hash).toEqual([]);
    }
    await shown.close();
  });

  it("fits on a narrow screen", async () => {
    const narrow = await open("", { viewport: { width: 360, height: 740 } });
    for (const [hash, ready] of VIEWS) {
      await narrow.goto(`${server.address}${hash}`);
      await narrow.locator(ready).first().waitFor();
      const width = await narrow.evaluate(() => document.documentElement.scrollWidth);
      expect(width, hash).toBeLessThanOrEqual(360);
    }
    await narrow.close();
  });

  it("follows a run that is killed and gone on with", async () => {
    const shown = await open("");
    const args = [...SEARCH, "--epochs", "3", "--retrain-epochs", "1", "--out", "runs/killed"];
    const killed = await runCommand(cwd, args, {
      interrupt: { signal: "SIGKILL", when: (text) => /search epoch 2/.test(text) },
    });
    expect(killed.status).toBe(-9);
    await shown.getByRole("link", { name: "killed" }).click();
    await shown.locator(".badge.interrupted").waitFor();
    const resumed = await runCommand(cwd, ["resume", "runs/killed"]);
    expect(resumed.status, resumed.error).toBe(0);
    await shown.locator(".badge.finished").waitFor();
    await shown.getByText("epoch 3 of 3").waitFor();
    const live = await open("#/run/live/cells");
    await live.locator("svg.cell-diagram").nth(1).waitFor();
    const labels = (from: Page) =>
      from.locator("svg.cell-diagram").evaluateAll((all) => all.map((svg) => svg.ariaLabel));
    await expect.poll(() => labels(shown)).toEqual(await labels(live));
    await live.close();
    await shown.close();
  });

  it("says which file of a damaged run is wrong, and shows the rest", async () => {
    cpSync(join(runs, "live"), join(runs, "damaged"), { recursive: true });
    const folder = RunFolder.open(join(runs, "damaged"));
    folder.write("test-images.bin", "short");
    folder.write("model.onnx", "no model");
    const shown = await open("#/run/damaged/try");
    await shown.getByText(/test-images.bin: got 5 bytes, expected/).waitFor();
    await shown.setInputFiles('.drop input[type="file"]', {
      name: "white.png",
      mimeType: "image/png",
      buffer: await sharp({ create: { width: 9, height: 9, channels: 3, background: "white" } })
        .png()
        .toBuffer(),
    });
    await shown.getByText(/^white.png: .*(protobuf|model)/).waitFor();
    folder.write("config.json", "{");
    await shown.goto(server.address);
    await shown.getByText("config.json: not JSON").waitFor();
    await shown.close();
    rmSync(folder.path, { recursive: true });
    // The browser reports the refused test images by itself.
    expect(complaints.filter((text) => !/status of 500|model/.test(text))).toEqual([]);
    complaints.length = 0;
  });

  it("stands beside a search that is asked to open it, until it is stopped", async () => {
    const place = join(cwd, "beside");
    let address = "";
    const printed = await runCommand(
      cwd,
      [...SEARCH, "--epochs", "1", "--retrain-epochs", "1", "--out", "beside/run", "--open"],
      {
        environment: { PATH: "" },
        interrupt: {
          signal: "SIGINT",
          when(text) {
            address = /page (http:\S+)/.exec(text)?.[1] ?? "";
            return /the page stays at/.test(text);
          },
        },
      },
    );
    expect(printed, printed.error).toMatchObject({ status: 0 });
    expect(printed.output).toContain("no browser could be opened");
    expect(readFileSync(join(place, "run", "summary.json"), "utf8")).toContain("testAccuracy");
    await expect(fetch(address)).rejects.toThrow();
  });

  it("asked for nothing elsewhere, and nothing went wrong on the way", () => {
    expect(complaints).toEqual([]);
  });
});
