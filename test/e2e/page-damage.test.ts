/** @file The page in a real browser, against runs that no search wrote like that, and against two servers of one host. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RunFolder } from "../../src/store/index.ts";
import { appendEpoch, makeSampleRun, sampleSpace, selectionLine } from "../server/sample-run.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { launchBrowser, type ServeProcess, startServer } from "./browser.ts";

type Json = Record<string, unknown>;

/** Changes every group of an event. */
const inGroups = (change: Json) => (event: Event) => ({
  ...event,
  groups: event.groups.map((group) => ({ ...group, ...change })),
});

type Event = Json & { groups: Json[]; exploration: Json };

/** One selection after epoch 3 in each way that it can be wrong. */
const DAMAGES: readonly ((event: Event) => unknown)[] = [
  (event) => ({ ...event, groups: undefined }),
  (event) => ({ ...event, groups: "none" }),
  (event) => ({ ...event, groups: [] }),
  (event) => ({ ...event, groups: event.groups.slice(1) }),
  (event) => ({ ...event, groups: event.groups.map(() => null) }),
  inGroups({ support: "0,1" }),
  inGroups({ support: [0, 9999] }),
  inGroups({ support: [1, 1] }),
  inGroups({ weights: {} }),
  inGroups({ values: [1] }),
  inGroups({ vectors: { measurement: 7 } }),
  inGroups({ vectors: null }),
  inGroups({ figures: { dualityGap: {} } }),
  inGroups({ group: 7 }),
  (event) => ({ ...event, exploration: { ...event.exploration, steps: 7 } }),
  (event) => ({ ...event, exploration: { ...event.exploration, switches: null } }),
  (event) => ({ ...event, exploration: "much" }),
  (event) => ({ ...event, epoch: 1.5 }),
  (event) => ({ ...event, kind: "recovery" }),
  (event) => ({ ...event, kind: "one-stage-recovery", frozen: 7, distances: "far" }),
];

describe("the page of damaged runs", () => {
  const runs = temporaryFolder();
  const complaints: string[] = [];
  let browser: Browser;
  let server: ServeProcess;

  async function open(hash: string): Promise<Page> {
    const opened = await browser.newPage();
    opened.on("pageerror", (error) => complaints.push(error.message));
    opened.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await opened.goto(`${server.address}${hash}`);
    return opened;
  }

  beforeAll(async () => {
    browser = await launchBrowser();
    server = await startServer(runs);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("says which selection is malformed in each view, and shows the others", async () => {
    const folder = makeSampleRun(runs, "malformed", { epochs: 2 });
    const event = JSON.parse(selectionLine(3));
    for (const damage of DAMAGES) folder.append("events.jsonl", `${JSON.stringify(damage(structuredClone(event)))}\n`);
    folder.append("events.jsonl", selectionLine(3).replace('"groups":[', '"groups":[['));
    appendEpoch(folder, 4, 9);
    const shown = await open("#/run/malformed/cells");
    await shown.getByText("epoch 4 of 4").waitFor();
    for (const [tab, ready] of [
      ["cells", "svg.cell-diagram"],
      ["codes", ".code-map canvas"],
      ["exploration", ".u-wrap"],
      ["curves", ".u-wrap"],
      ["details", ".journal li"],
    ]) {
      await shown.goto(`${server.address}#/run/malformed/${tab}`);
      await shown.locator(ready!).first().waitFor();
      await shown.locator("[role=status]", { hasText: "selection after epoch 3: groups: got nothing" }).waitFor();
    }
    await shown.goto(`${server.address}#/run/malformed/cells`);
    await shown.getByRole("button", { name: "One epoch back" }).click();
    await shown.getByText("epoch 2 of 4").waitFor();
    // And while it is followed.
    for (const damage of DAMAGES) folder.append("events.jsonl", `${JSON.stringify(damage(structuredClone(event)))}\n`);
    folder.append("events.jsonl", 'null\n{"time":"soon","kind":"note"}\n');
    appendEpoch(folder, 5, 9);
    await shown.getByText("epoch 2 of 5").waitFor();
    await shown.goto(`${server.address}#/run/malformed/details`);
    await shown.getByText("lines of events.jsonl that are no events: 2").waitFor();
    await shown.locator(".journal", { hasText: "soon note" }).waitFor();
    expect(complaints).toEqual([]);
    await shown.close();
  });

  it("says what is wrong with every other file, and shows the rest", async () => {
    const folder = makeSampleRun(runs, "other", { epochs: 3 });
    folder.append("results.csv", "search,NaN,1,2\nsearch,4,Infinity,seven\n\0\n");
    folder.write("genotype.json", "[]");
    folder.write("summary.json", "[]");
    folder.write("data.json", '{"warnings":{"a":1},"notes":[null,7,{}]}');
    folder.write("environment.json", '{"sessions":[{"startedAt":7}]}');
    const shape = { height: 1, width: 1, channels: 1 };
    const labels = [0, 1, 99, 0];
    folder.write("test-images.bin", Buffer.alloc(2));
    const predictions = { shape, labels, predictions: [0, 1, 0, 77], confidences: [1, 1, 1, 1], kept: [0, 2] };
    folder.writeJson("test-predictions.json", predictions);
    makeSampleRun(runs, "beside", { epochs: 3 });
    folder.remove("summary.json");
    const shown = await open("#/run/other/curves");
    await shown.getByText("lines of results.csv that are no epochs: 2").waitFor();
    for (const [hash, text] of [
      ["#/run/other/try", "2 images of classes that config.json does not name"],
      ["#/run/other/details", "None are recorded"],
      ["#/run/other/cells", "epoch 3 of 3"],
      ["#/run/other/cells", "genotype.json: "],
      ["#/compare/other/beside", "other: genotype.json: "],
    ]) {
      await shown.goto(`${server.address}${hash}`);
      await shown.getByText(text!).first().waitFor();
    }
    folder.writeJson("test-predictions.json", { ...predictions, confidences: [] });
    await shown.goto(`${server.address}#/run/other/cells`);
    await shown.goto(`${server.address}#/run/other/try`);
    await shown.getByText("test-predictions.json: got 4 labels, 4 predictions and 0 confidences").waitFor();
    expect(complaints).toEqual([]);
    await shown.close();
  });

  it("shows a run without its space as far as it can, and the rest once the space is there", async () => {
    const space = sampleSpace("mobile");
    const folder = makeSampleRun(runs, "spaceless", { epochs: 3, space });
    folder.write("space.json", '{"kind":"mobile"');
    const shown = await open("#/run/spaceless/cells");
    await shown.locator("[role=status]", { hasText: "space.json: not JSON" }).waitFor();
    for (const [tab, text] of [
      ["cells", "There is nothing to draw"],
      ["codes", "there are no values"],
      ["exploration", "nothing was explored"],
    ]) {
      await shown.goto(`${server.address}#/run/spaceless/${tab}`);
      await shown.getByText(text!).waitFor();
    }
    await shown.goto(`${server.address}#/run/spaceless/curves`);
    await shown.locator(".u-wrap").first().waitFor();
    await shown.goto(`${server.address}#/run/spaceless/cells`);
    folder.writeJson("space.json", space);
    appendEpoch(folder, 4, 9, space);
    await shown.getByText("epoch 4 of 4").waitFor();
    await shown.locator("svg.cell-diagram").nth(3).waitFor();
    expect(await shown.locator("svg.cell-diagram").count()).toBe(4);
    expect(await shown.locator("[role=status]", { hasText: "space.json" }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await shown.close();
  });

  it("shows how the data were read beside the warnings", async () => {
    const folder = makeSampleRun(runs, "read", { epochs: 1 });
    folder.writeJson("data.json", { warnings: ["few images"], notes: [], remarks: ["passed over: 1 folder of runs"] });
    const shown = await open("#/run/read/details");
    await shown.getByText("passed over: 1 folder of runs").waitFor();
    await shown.getByText("How the data were read").waitFor();
    await shown.getByText("few images").waitFor();
    await shown.close();
  });

  it("shows runs of older formats without a complaint", async () => {
    for (const format of ["format-1", "format-2"]) {
      const source = fileURLToPath(new URL(`../golden/runs/${format}`, import.meta.url));
      cpSync(source, join(runs, format), { recursive: true });
      RunFolder.open(join(runs, format));
      const shown = await open(`#/run/${format}/cells`);
      await shown.locator("svg.cell-diagram").first().waitFor();
      for (const tab of ["codes", "exploration"]) {
        await shown.goto(`${server.address}#/run/${format}/${tab}`);
        await shown.locator(".maps, .charts, .empty").first().waitFor();
        expect(await shown.locator(".warning").count()).toBe(0);
      }
      await shown.close();
    }
    expect(complaints).toEqual([]);
  });

  it("stays logged in to two servers of one host in one browser", async () => {
    const token = ["--port", "0", "--token", "correct-horse-battery"];
    const others = [
      await startServer(runs, token),
      await startServer(runs, [...token.slice(0, 3), "another-good-token"]),
    ];
    const context = await browser.newContext();
    for (const round of ["with the token", "with the cookie"]) {
      for (const { address } of others) {
        const page = await context.newPage();
        await page.goto(round === "with the token" ? address : new URL("/", address).href);
        await page.locator("table.runs").waitFor();
        await page.close();
      }
    }
    await context.close();
    for (const other of others) await other.stop();
  });
});
