/** @file The page in a real browser, against runs of every space that comes with the package and of strategies that tell little. */
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SPACES } from "../../src/spaces/index.ts";
import { appendEpoch, makeSampleRun, sampleSpace, selectionLine } from "../server/sample-run.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { launchBrowser, type ServeProcess, startServer } from "./browser.ts";

const CELL = "nas-bench-201";
const CHAIN = "mobile";

describe("the page of other spaces", () => {
  const runs = temporaryFolder();
  const complaints: string[] = [];
  let browser: Browser;
  let server: ServeProcess;

  async function open(hash: string, width = 1280): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width, height: 900 } });
    opened.on("pageerror", (error) => complaints.push(error.message));
    opened.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await opened.goto(`${server.address}${hash}`);
    return opened;
  }

  const labels = (shown: Page) =>
    shown.locator("svg.cell-diagram").evaluateAll((all) => all.map((svg) => svg.getAttribute("aria-label")!));

  beforeAll(async () => {
    for (const kind of [CELL, CHAIN]) makeSampleRun(runs, kind, { epochs: 3, space: sampleSpace(kind) });
    browser = await launchBrowser();
    server = await startServer(runs);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it.each([CELL, CHAIN])("draws each epoch of %s, panel by panel, as its own layout says", async (kind) => {
    const { groups, layout } = sampleSpace(kind);
    const shown = await open(`#/run/${kind}/cells`);
    await shown.getByText("epoch 3 of 3").waitFor();
    const { panels } = layout;
    await shown
      .locator("svg.cell-diagram")
      .nth(panels.length - 1)
      .waitFor();
    expect(await shown.locator(".panel h2").allTextContents()).toEqual(panels.map(({ name }) => name));
    const event = JSON.parse(selectionLine(3, sampleSpace(kind)));
    const expected = panels.map(({ name, inputs, nodes }) => {
      const terms = nodes.flatMap((node) =>
        node.groups.flatMap(({ group, terms: drawn }) =>
          event.groups[group].support.flatMap((candidate: number) => {
            const term = drawn[candidate]!;
            const from = term === null ? "" : [...inputs, ...nodes][term.source]!.name;
            return term === null ? [] : [`${node.name} adds ${term.label} of ${from} with weight 0.5`];
          }),
        ),
      );
      return `${name} at epoch 3: ${terms.join("; ")}`;
    });
    expect(await labels(shown)).toEqual(expected);
    expect(await shown.locator(".operation.marked").count()).toBeGreaterThan(0);
    await shown.locator(".changes ins").first().waitFor();
    await shown.locator(".figures", { hasText: "6003" }).waitFor();
    await shown.locator(".figures", { hasText: "700,000" }).waitFor();
    await shown.getByText("As a table").click();
    const first = groups[0]!.candidates[event.groups[0].support[0]]!.name;
    await shown.locator("details tr", { hasText: `${groups[0]!.name}${first} × 0.5` }).waitFor();
    const download = shown.waitForEvent("download");
    await shown.getByRole("button", { name: "The architecture of this epoch as SVG" }).click();
    const drawing = readFileSync(await (await download).path(), "utf8");
    for (const { name } of panels) expect(drawing).toContain(`>${name}</text>`);
    await shown.close();
  });

  it.each([CELL, CHAIN])(
    "shows values, figures and vectors of %s by the names of groups and candidates",
    async (kind) => {
      const { groups } = sampleSpace(kind);
      const shown = await open(`#/run/${kind}/codes`);
      await shown
        .locator(".code-map canvas")
        .nth(groups.length - 1)
        .waitFor();
      expect(await shown.locator(".code-map h2").allTextContents()).toEqual(groups.map(({ name }) => name));
      await shown.locator(".code-map canvas").first().focus();
      await shown.keyboard.press("ArrowDown");
      await shown.keyboard.press("ArrowLeft");
      const name = groups[0]!.candidates[1]!.name;
      await shown
        .locator(".readout", { hasText: new RegExp(`^epoch 2: ${name}, value .*, 2 training steps`) })
        .waitFor();
      await shown.goto(`${server.address}#/run/${kind}/exploration`);
      await shown.getByRole("heading", { name: "relative residual by group" }).waitFor();
      await shown.getByLabel("Figure of each group").selectOption({ label: "distance" });
      await shown.getByRole("heading", { name: "distance by group" }).waitFor();
      await shown.getByLabel("Figure of the whole").selectOption({ label: "macs" });
      await shown.getByRole("heading", { name: "macs", exact: true }).waitFor();
      const last = groups.at(-1)!.name;
      await shown.getByRole("combobox", { name: "Group", exact: true }).selectOption({ label: last });
      await shown.getByRole("heading", { name: `measurement of ${last}` }).waitFor();
      await shown.locator(`th:text-is("${last}")`).last().waitFor();
      await shown.close();
    },
  );

  it("follows a run of another space, and shows when a group stands still for good", async () => {
    const space = sampleSpace(CHAIN);
    const folder = makeSampleRun(runs, "grows", { epochs: 5, space });
    const shown = await open("#/run/grows/codes");
    await shown.getByText("epoch 5 of 5").waitFor();
    expect(await shown.getByText("frozen from epoch").count()).toBe(0);
    appendEpoch(folder, 6, 9, space);
    await shown.getByText("epoch 6 of 6").waitFor();
    expect(await shown.getByText("frozen from epoch 6").count()).toBe(1);
    await shown.close();
  });

  it("says so where a strategy tells no values, figures or vectors, or was refused", async () => {
    const space = sampleSpace(CELL);
    const folder = makeSampleRun(runs, "random", { epochs: 0, space });
    folder.write("events.jsonl", "");
    for (const epoch of [0, 1]) {
      const event = JSON.parse(selectionLine(epoch, space));
      const groups = event.groups.map((group: object) => ({
        ...group,
        ...{ values: null, weights: null, figures: {}, vectors: {} },
      }));
      folder.append("events.jsonl", `${JSON.stringify({ ...event, groups, figures: {}, isAccepted: epoch === 0 })}\n`);
    }
    const shown = await open("#/run/random/cells");
    await shown.locator("svg.cell-diagram").first().waitFor();
    expect((await labels(shown))[0]).not.toContain("weight");
    await shown.getByText("This selection was not applied").waitFor();
    await shown.goto(`${server.address}#/run/random/codes`);
    await shown.getByText("gives its candidates no values").waitFor();
    await shown.goto(`${server.address}#/run/random/exploration`);
    await shown.getByRole("heading", { name: "Distinct architectures" }).waitFor();
    expect(await shown.locator("select").count()).toBe(0);
    await shown.close();
  });

  it("shows what a search gave up, round by round, and measurements against what was recovered from them", async () => {
    const space = sampleSpace(CELL);
    const folder = makeSampleRun(runs, "rounds", { epochs: 0, space });
    folder.write("events.jsonl", "");
    for (const epoch of [0, 1, 2]) {
      const event = JSON.parse(selectionLine(epoch, space));
      const groups = event.groups.map((group: object) => ({
        ...group,
        vectors: { active: epoch < 2 ? [1, 1, 1, 1, 1] : [1, 0, 1, 1, 0] },
      }));
      const fit = { recovered: [-1, 0, 0.5, 1], measured: [-0.5, epoch === 1 ? -0.6 : 0.1, 0.2, 1.5] };
      folder.append("events.jsonl", `${JSON.stringify({ ...event, groups, ...(epoch === 0 ? {} : { fit }) })}\n`);
    }
    const shown = await open("#/run/rounds/codes");
    await shown.locator(".swatch.given-up").waitFor();
    await shown.locator(".code-map canvas").first().focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown"]) await shown.keyboard.press(key);
    const last = space.groups[0]!.candidates[4]!.name;
    await shown.locator(".readout", { hasText: new RegExp(`^epoch 2: ${last}, .*, given up,`) }).waitFor();
    await shown.keyboard.press("ArrowLeft");
    await shown.locator(".readout", { hasText: new RegExp(`^epoch 1: ${last}, .*, not kept,`) }).waitFor();
    await shown.goto(`${server.address}#/run/rounds/exploration`);
    const chart = shown.locator("figure", { hasText: "Measurements against recovery" });
    await chart.getByText("4 paths, rank correlation 1").waitFor();
    expect(await chart.locator("circle").count()).toBe(4);
    await shown.getByLabel("Measurements up to epoch").selectOption({ label: "1" });
    await chart.getByText("rank correlation 0.8").waitFor();
    await shown.close();
    const without = await open(`#/run/${CELL}/codes`);
    await without.locator(".code-map canvas").first().waitFor();
    expect(await without.locator(".swatch.given-up").count()).toBe(0);
    await without.close();
  });

  it("draws what a training was given", async () => {
    const found = SPACES.find(({ kind }) => kind === CHAIN)!;
    const space = found.create(found.options({}));
    const supports = space.groups.map(() => [2]);
    const folder = makeSampleRun(runs, "given", { epochs: 0, space: sampleSpace(CHAIN) });
    folder.write("events.jsonl", "");
    const shown = await open("#/run/given/cells");
    await shown.getByText("There is nothing to draw").waitFor();
    folder.writeJson("architecture.json", { supports, diagram: space.draw(space.derive(supports)) });
    folder.append("events.jsonl", '{"time":"2026-01-01T00:00:00.000Z","kind":"retrain-epoch","epoch":1,"epochs":2}\n');
    await shown.locator("svg.cell-diagram").nth(3).waitFor();
    expect((await labels(shown))[1]).toContain(
      "Stage 1: layer 0 adds mb3_7x7 of input; layer 1 adds mb3_7x7 of layer 0",
    );
    expect(await shown.locator(".operation.bottleneck").count()).toBe(space.groups.length);
    await shown.close();
  });

  it("marks what differs between runs of one space, group by group, and keeps spaces apart", async () => {
    makeSampleRun(runs, "beside", { epochs: 2, space: sampleSpace(CELL) });
    const shown = await open(`#/compare/${CELL}/beside`);
    await shown.locator("svg.cell-diagram").nth(1).waitFor();
    await shown.getByText("Marked: what not all of them have.").waitFor();
    expect(await shown.locator(".operation.marked").count()).toBeGreaterThan(0);
    const rows = await shown.locator('[aria-label="What groups keep in each run"] tbody tr').allTextContents();
    expect(rows).toHaveLength(6);
    expect(rows[0]).toBe("edge0-1nor_conv_3x3nor_conv_1x1");
    expect(await shown.getByText("search different spaces").count()).toBe(0);
    await shown.goto(`${server.address}#/compare/${CELL}/${CHAIN}/beside`);
    await shown.getByText("search different spaces").waitFor();
    await shown.getByRole("heading", { name: `Space ${CHAIN}` }).waitFor();
    await shown.locator("svg.cell-diagram").nth(5).waitFor();
    expect(await shown.getByText("Marked: what not all of them have.").count()).toBe(1);
    await shown.goto(`${server.address}#/compare/${CELL}/${CELL}-none`);
    await shown.getByText(`${CELL}-none cannot be shown`).waitFor();
    await shown.close();
    // The browser reports by itself the run that is not there.
    expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
    complaints.length = 0;
  });

  it("fits on a narrow screen", async () => {
    for (const kind of [CELL, CHAIN]) {
      for (const tab of ["cells", "codes", "exploration"]) {
        const narrow = await open(`#/run/${kind}/${tab}`, 360);
        await narrow.locator("svg.cell-diagram, .code-map canvas, .u-wrap").first().waitFor();
        expect(await narrow.evaluate("document.documentElement.scrollWidth"), `${kind} ${tab}`).toBeLessThanOrEqual(
          360,
        );
        await narrow.close();
      }
    }
  });

  it("complained of nothing on the way", () => {
    expect(complaints).toEqual([]);
  });
});
