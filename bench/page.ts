/**
 * @file The page with much to show: 200 runs, one of them with 100,000 events. How long until the table stands, until the large run stands, how
 * frames come while it grows by 20 events a second, and whether the server's memory stays flat.
 * `npm run build && npx tsx bench/page.ts [--seconds 20]`; needs Chromium.
 */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { JOURNAL_FILE, RESULTS_FILE, type RunFolder } from "../src/store/index.ts";
import { launchBrowser, startServer } from "../test/e2e/browser.ts";
import { appendEpoch, epochLine, makeSampleRun } from "../test/server/sample-run.ts";
import { countsOf, runCommand } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { markdownTable } from "./harness/table.ts";

const USAGE = "npx tsx bench/page.ts [--seconds 20]";
const RUNS = 200;
const EVENTS = 100_000;
/** Epochs with a recovery; the other events are epochs alone, as training writes them. */
const RECOVERIES = 10_000;
const ROUNDS = 5;
/** An epoch appends two events. */
const INTERVAL = 100;

function makeLargeRun(parent: string): RunFolder {
  const folder = makeSampleRun(parent, "large", { epochs: RECOVERIES });
  const lines: string[] = [];
  for (let epoch = RECOVERIES + 1; epoch <= EVENTS - RECOVERIES - 2; epoch++) {
    lines.push(epochLine(epoch, EVENTS).replace("search-epoch", "retrain-epoch"));
  }
  appendFileSync(folder.pathOf(JOURNAL_FILE), lines.join(""));
  return folder;
}

/** Milliseconds from the beginning of the navigation to the frames in which what each of `readies` names is there, by the browser's clock. */
async function timesTo(page: Page, address: string, ...readies: readonly string[]): Promise<readonly number[]> {
  await page.addInitScript(`
    seenAt = {};
    requestAnimationFrame(function look(now) {
      for (const ready of ${JSON.stringify(readies)}) if (document.querySelector(ready) !== null) seenAt[ready] ??= now;
      requestAnimationFrame(look);
    });
  `);
  await page.goto(address);
  for (;;) {
    const seenAt = await page.evaluate<Readonly<Record<string, number>>>("seenAt");
    if (readies.every((ready) => seenAt[ready] !== undefined)) return readies.map((ready) => seenAt[ready]!);
    await page.waitForTimeout(100);
  }
}

/** As text: what a compiler adds to functions is not known in the page. */
const COUNT_FRAMES = `
  frames = [];
  isCounting = true;
  let last = performance.now();
  requestAnimationFrame(function count(now) {
    frames.push(now - last);
    last = now;
    if (isCounting) requestAnimationFrame(count);
  });
`;

/** Milliseconds between frames of the page, while `work` goes on beside it. */
async function framesDuring(page: Page, work: () => Promise<void>): Promise<readonly number[]> {
  await page.evaluate(COUNT_FRAMES);
  await work();
  return page.evaluate<readonly number[]>("isCounting = false, frames.slice(2)");
}

function residentMebibytes(pid: number): number {
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
  return Number(kibibytes) / 1024;
}

async function grow(folder: RunFolder, from: number, seconds: number): Promise<void> {
  const count = Math.round((1000 * seconds) / INTERVAL);
  for (let step = 0; step < count; step++) {
    const due = performance.now() + INTERVAL;
    appendEpoch(folder, from + step, EVENTS);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seconds: { type: "string", default: "20" } } });
  const { seconds } = countsOf(values, ["seconds"]);
  const parent = mkdtempSync(join(tmpdir(), "ista-nas-page-"));
  const browser = await launchBrowser();
  try {
    for (let run = 1; run < RUNS; run++) makeSampleRun(parent, `run-${run}`, { epochs: 30 });
    const folder = makeLargeRun(parent);
    const megabytes = Math.round((folder.sizeOf(JOURNAL_FILE) + folder.sizeOf(RESULTS_FILE)) / 1e6);
    console.log(`${machineLine(1)}; ${browser.version()}; ${RUNS} runs, one of ${EVENTS} events, ${megabytes} MB\n`);
    const times: string[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const server = await startServer(parent);
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      const table = await timesTo(page, server.address, "table.runs tbody tr");
      await page.close();
      const second = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      const run = await timesTo(second, `${server.address}#/run/large/cells`, "#main section", "svg.cell-diagram");
      await second.close();
      times.push([String(round + 1), ...[...table, ...run].map((time) => time.toFixed(0))]);
      await server.stop();
    }
    console.log(
      markdownTable(["new server and page", "table of runs, ms", "the large run, ms", "its cells drawn, ms"], times),
    );

    const server = await startServer(parent);
    const rows: string[][] = [];
    let epoch = RECOVERIES + 1;
    for (const [tab, ready] of [
      ["cells", "svg.cell-diagram"],
      ["codes", ".code-map"],
      ["curves", ".u-wrap"],
      ["exploration", ".u-wrap"],
    ] as const) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await timesTo(page, `${server.address}#/run/large/${tab}`, ready);
      await page.waitForTimeout(1500);
      const before = residentMebibytes(server.pid);
      const frames = [...(await framesDuring(page, () => grow(folder, epoch, seconds)))].sort((a, b) => a - b);
      epoch += Math.round((1000 * seconds) / INTERVAL);
      const late = frames.filter((frame) => frame > 34).length;
      const figures = [frames[frames.length >> 1]!, frames[Math.floor(frames.length * 0.99)]!, frames.at(-1)!];
      const memory = `${before.toFixed(0)} / ${residentMebibytes(server.pid).toFixed(0)}`;
      rows.push([tab, String(frames.length), String(late), ...figures.map((value) => value.toFixed(1)), memory]);
      await page.close();
    }
    await server.stop();
    const headings = [
      "view",
      "frames",
      "over 34 ms",
      "median, ms",
      "99 %, ms",
      "longest, ms",
      "server before / after, MiB",
    ];
    console.log(`\n20 events a second for ${seconds} s a view:\n`);
    console.log(markdownTable(headings, rows));
  } finally {
    await browser.close();
    rmSync(parent, { recursive: true, force: true });
  }
}

await runCommand(USAGE, main);
