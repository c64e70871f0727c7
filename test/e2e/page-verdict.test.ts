/** @file The verdict on a search, on the page that is open when it comes, in a report, and where another program changed it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type VerdictFigures, verdictOf } from "../../src/export/index.ts";
import { Journal, type RunFolder } from "../../src/store/index.ts";
import { makeSampleRun } from "../server/sample-run.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { launchBrowser, type ServeProcess, startServer } from "./browser.ts";
import { runCommand } from "./command-line.ts";

const FIGURES: VerdictFigures = {
  ...{ seconds: 137, testAccuracy: 0.877, testImages: 1000, random: null },
  baselines: [
    {
      ...{ name: "DARTS_all_sep_3x3", summary: "all separable 3x3", isRandom: false, isBeyondLimits: false },
      ...{ run: "verdict/DARTS_all_sep_3x3", architecture: "", epochs: 13, seconds: 131 },
      ...{ parameters: 12286, macs: 1e6, testAccuracy: 0.8911, difference: -0.0141, interval: [-0.0292, 0.0012] },
    },
  ],
};
const SUMMARY = { testAccuracy: 0.877, testImages: 1000, parameters: 8134, macs: 1e6, seconds: 140 };
const SENTENCE = /the search found 87\.7 %; all separable 3x3, .*: no difference can be told/;

const runs = temporaryFolder();
let browser: Browser;
let server: ServeProcess;
let folder: RunFolder;

beforeAll(async () => {
  folder = makeSampleRun(runs, "judged", { epochs: 2 });
  folder.writeJson("summary.json", SUMMARY);
  browser = await launchBrowser();
  server = await startServer(runs);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it("stands on the page of its run as soon as it is passed", async () => {
  const page = await browser.newPage();
  await page.goto(`${server.address}#/run/judged/details`);
  await page.getByRole("heading", { name: "judged", exact: true }).waitFor();
  expect(await page.getByText(SENTENCE).count()).toBe(0);
  const verdict = verdictOf(FIGURES);
  folder.writeJson("summary.json", { ...SUMMARY, verdict });
  new Journal(folder, () => new Date()).append({ kind: "verdict", sentences: verdict.sentences });
  const section = page.getByRole("region", { name: "Verdict" });
  await section.getByText(SENTENCE).waitFor();
  const row = await section
    .locator("tbody tr")
    .evaluateAll(([first]) => [...first!.children].map((cell) => cell.textContent));
  expect(row).toEqual(["DARTS_all_sep_3x3", "89.11 %", "-1.41 (-2.92 to +0.12)", "13", "2 min 11 s", "12,286"]);
  await section.getByText(/other seeds may say otherwise/).waitFor();
});

it("stands in the report", async () => {
  const printed = await runCommand(runs, ["report", "judged", "--file", "report.html"]);
  expect(printed.status, printed.error).toBe(0);
  const page = await browser.newPage();
  await page.goto(pathToFileURL(join(runs, "report.html")).href);
  await page.getByText(SENTENCE).waitFor();
  expect(readFileSync(join(runs, "report.html"), "utf8")).toContain("all separable 3x3");
});

it.each([
  ["text", "it paid"],
  ["rows without numbers", { ...verdictOf(FIGURES), baselines: [{ name: "x" }] }],
  ["sentences that are none", { ...verdictOf(FIGURES), sentences: [7] }],
])("that is %s is left out, and the rest of the run is shown", async (_, verdict) => {
  folder.writeJson("summary.json", { ...SUMMARY, verdict });
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${server.address}#/run/judged/details`);
  await page.locator(".figures", { hasText: "87.70 %" }).waitFor();
  expect(await page.getByRole("region", { name: "Verdict" }).count()).toBe(0);
  expect(complaints).toEqual([]);
});
