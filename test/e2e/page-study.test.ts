/// <reference lib="dom" />
/** @file A study on the page: how far its runs are, what it says, and that it changes while others write to its folder. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RunLock } from "../../src/store/index.ts";
import { appendEpoch, makeSampleRun } from "../server/sample-run.ts";
import { finishSampleRun, makeSampleStudy } from "../server/sample-study.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { violationsOf } from "./axe.ts";
import { launchBrowser, type ServeProcess, startServer } from "./browser.ts";

const NAME = "photos-study-rules";
const VIEW = `#/study/${NAME}`;

const runs = temporaryFolder();
const complaints: string[] = [];
let study: string;
let browser: Browser;
let server: ServeProcess;

async function open(address: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
  const page = await browser.newPage(options);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(address);
  return page;
}

/** Texts of the fields of the grid, by rows, without those of the signs. */
function gridOf(page: Page): Promise<readonly (readonly string[])[]> {
  return page.locator("table.run-grid tbody tr").evaluateAll((rows) =>
    rows.map((row) =>
      [...row.querySelectorAll("td")].map((cell) => {
        const copy = cell.cloneNode(true) as HTMLElement;
        for (const sign of copy.querySelectorAll("[aria-hidden]")) sign.remove();
        return (copy.textContent ?? "").replaceAll(/\s+/g, " ").trim();
      }),
    ),
  );
}

function rowsOf(page: Page): Promise<readonly (readonly (string | null)[])[]> {
  return page
    .locator("table.variants tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.children].map(({ textContent }) => textContent)));
}

beforeAll(async () => {
  makeSampleRun(runs, "alone", { epochs: 1 });
  study = makeSampleStudy(runs, NAME);
  finishSampleRun(study, "mine-seed1", 0.9);
  finishSampleRun(study, "random-seed1", 0.8);
  RunLock.acquire(makeSampleRun(study, "mine-seed2", { epochs: 2 }));
  browser = await launchBrowser();
  server = await startServer(runs);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it("is listed above the runs, and its own are not among the others unless they are asked for", async () => {
  const page = await open(server.address);
  const row = page.locator("table.studies tbody tr");
  await row.getByText("2 of 4 finished, 1 running, 1 waiting").waitFor();
  expect(await row.textContent()).toContain("One seed tells nothing apart: mine was +10.00 points from random.");
  expect(await page.locator("table.runs .name a").allTextContents()).toEqual(["alone"]);
  await page.getByLabel("Those of studies too").check();
  expect(await page.locator("table.runs tbody tr").count()).toBe(4);
  await row.getByRole("link", { name: NAME }).click();
  await page.getByRole("heading", { name: "rules", exact: true }).waitFor();
  await page.close();
});

it("has a field for each run, a table and a plot, and changes as its runs go on, without being loaded again", async () => {
  const page = await open(`${server.address}${VIEW}`);
  await page.getByText("One seed tells nothing apart: mine was +10.00 points from random.").waitFor();
  await page.evaluate(() => Object.assign(window, { isTheSamePage: true }));
  expect(await gridOf(page)).toEqual([
    ["mine, seed 1: finished 90.00 %", "mine, seed 2: running search 2/2"],
    ["random, seed 1: finished 80.00 %", "random, seed 2: waiting"],
  ]);
  expect(await rowsOf(page)).toEqual([
    ["mine", "1, 1 to do", "90.00", "+10.00 (1 seed)", "8,000", "1.00 M", "1.50 T", "1 min 30 s"],
    ["random", "1, 1 to do", "80.00", "baseline", "8,000", "1.00 M", "1.50 T", "1 min 20 s"],
  ]);
  expect(await page.locator(".interval-chart .interval").count()).toBe(0);

  const going = makeSampleRun(study, "random-seed2", { epochs: 1 });
  RunLock.acquire(going);
  await page.getByRole("link", { name: /^random, seed 2: running search 1\/1$/ }).waitFor();
  appendEpoch(going, 2, 9);
  await page.getByRole("link", { name: /^random, seed 2: running search 2\/9$/ }).waitFor();
  finishSampleRun(study, "random-seed2", 0.82);
  finishSampleRun(study, "mine-seed2", 0.94);
  await page.getByText("No difference could be told between mine and random: +11.00 points").waitFor();
  await page.getByRole("status").getByText("4 of 4 finished").waitFor();
  expect((await rowsOf(page))[0]!.slice(1, 4)).toEqual(["2", "92.00 ± 25.41", "+11.00 ± 12.71 (2 seeds)"]);
  expect(await page.locator(".interval-chart .interval").count()).toBe(2);
  expect(await page.evaluate(() => "isTheSamePage" in window)).toBe(true);
  await page.close();
});

it("plots accuracy by the cost that is chosen, with the baseline marked", async () => {
  const page = await open(`${server.address}${VIEW}`);
  const plot = page.locator(".interval-chart svg");
  const labelOf = () => plot.getAttribute("aria-label");
  await plot.waitFor();
  expect(await labelOf()).toBe(
    "test accuracy, % by time of a whole run, seconds: mine 92 at 92; random (baseline) 81 at 81",
  );
  await page.getByLabel("Cost").selectOption("multiply-accumulates");
  await expect.poll(labelOf).toContain("multiply-accumulates of an image: mine 92 at 1.00 M");
  await page.getByLabel("Cost").selectOption("compute");
  await expect.poll(labelOf).toContain("multiply-accumulates of a whole run: mine 92 at 1.50 T");
  expect(await page.locator(".interval-chart .point").count()).toBe(2);
  expect(await page.locator(".interval-chart .base").textContent()).toBe("random (baseline)");
  await page.close();
});

it("leads to each of its runs, which is followed as others are, and from there back", async () => {
  const page = await open(`${server.address}${VIEW}`);
  await page.getByRole("link", { name: /^mine, seed 1: finished/ }).click();
  await page.getByRole("heading", { name: "mine-seed1", exact: true }).waitFor();
  await page.getByText("epoch 2 of 2").waitFor();
  const folder = finishSampleRun(study, "mine-seed1", 0.9);
  appendEpoch(folder, 3, 3);
  await page.getByText("epoch 3 of 3").waitFor();
  await page.getByRole("link", { name: NAME }).click();
  await page.getByRole("heading", { name: "rules", exact: true }).waitFor();
  await page.close();
});

it("is what a server of its folder alone shows first; all its runs are one step away", async () => {
  const alone = await startServer(study);
  const page = await open(alone.address);
  await page.getByRole("heading", { name: "rules", exact: true }).waitFor();
  await page.getByRole("link", { name: /^random, seed 1: finished/ }).click();
  await page.getByRole("heading", { name: "random-seed1", exact: true }).waitFor();
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await expect.poll(() => page.locator("table.runs tbody tr").count()).toBe(4);
  await page.close();
  await alone.stop();
});

it("says why a run failed, and that a study went away or cannot be read", async () => {
  const other = makeSampleStudy(runs, "other");
  const failed = makeSampleRun(other, "mine-seed1", { epochs: 1 });
  failed.writeJson("failure.json", { code: "E_TRAIN_DIVERGED", message: "<b>the loss</b> is no number" });
  const page = await open(`${server.address}#/study/other`);
  await page.getByText("mine-seed1: <b>the loss</b> is no number").waitFor();
  expect((await gridOf(page))[0]![0]).toBe("mine, seed 1: failed E_TRAIN_DIVERGED");
  await page.getByText("A point for each variant comes with its first finished run").waitFor();
  writeFileSync(join(other, "study-plan.json"), "{");
  await page.getByText(/study-plan\.json: not JSON/).waitFor();
  expect(complaints).toEqual([]);
  rmSync(other, { recursive: true });
  await page.getByText("This study cannot be shown: study: there is none of that name here").waitFor();
  await page.close();
  // Of the study that went away the browser itself says that there was no answer.
  expect(complaints.splice(0).every((complaint) => complaint.includes("404"))).toBe(true);
});

it.each(["light", "dark"] as const)("has no violation that axe-core finds in %s colours", async (colorScheme) => {
  const page = await open(`${server.address}${VIEW}`, { colorScheme, bypassCSP: true });
  await page.locator(".interval-chart svg").waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.goto(server.address);
  await page.locator("table.studies tbody tr").waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.close();
});

it("fits on a narrow screen", async () => {
  const page = await open(`${server.address}${VIEW}`, { viewport: { width: 360, height: 740 } });
  for (const ready of [".interval-chart svg", "table.studies tbody tr"]) {
    await page.locator(ready).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.goto(server.address);
  }
  await page.close();
});

it("had nothing to complain about on the way", () => {
  expect(complaints).toEqual([]);
});
