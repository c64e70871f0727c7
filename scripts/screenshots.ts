/**
 * @file Pictures of every view of the page for docs/page: `npm run screenshots -- FOLDER RUN OTHER [study=STUDY] [SPACE=RUN...]`, of what is there.
 * Of the further runs their architecture and its values, under the names of their spaces.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launchBrowser, startServer } from "../test/e2e/browser.ts";

const [folder, run, other, ...further] = process.argv.slice(2);
if (folder === undefined || run === undefined || other === undefined) {
  console.error("usage: npm run screenshots -- FOLDER RUN OTHER [study=STUDY] [SPACE=RUN...]");
  process.exit(2);
}
const TARGET = fileURLToPath(new URL("../docs/page/", import.meta.url));
const VIEWS = [
  { name: "runs", hash: "", ready: "table.runs tbody tr" },
  ...architectureOf(run, ""),
  { name: "exploration", hash: `#/run/${run}/exploration`, ready: ".u-wrap" },
  { name: "curves", hash: `#/run/${run}/curves`, ready: ".u-wrap" },
  { name: "try", hash: `#/run/${run}/try`, ready: ".confusion button" },
  { name: "details", hash: `#/run/${run}/details`, ready: ".settings" },
  { name: "compare", hash: `#/compare/${run}/${other}`, ready: "svg.cell-diagram" },
  ...further.flatMap((one) => {
    const [space, of] = one.split("=");
    if (space === "study") return [{ name: "study", hash: `#/study/${of}`, ready: ".interval-chart svg" }];
    return architectureOf(of!, `-${space}`);
  }),
];

function architectureOf(id: string, suffix: string) {
  return [
    { name: `architecture${suffix}`, hash: `#/run/${id}/cells`, ready: "svg.cell-diagram" },
    { name: `values${suffix}`, hash: `#/run/${id}/codes`, ready: ".code-map" },
  ];
}

mkdirSync(TARGET, { recursive: true });
const server = await startServer(folder);
const browser = await launchBrowser();
for (const [theme, width] of [
  ["light", 1280],
  ["dark", 1280],
  ["light", 360],
] as const) {
  const page = await browser.newPage({ viewport: { width, height: 860 }, colorScheme: theme });
  for (const { name, hash, ready } of VIEWS) {
    await page.goto(`${server.address}${hash}`);
    await page.locator(ready).first().waitFor();
    if (name === "try") {
      await page.locator(".samples button").nth(5).click();
      await page.locator(".verdict").waitFor();
      await page.locator(".confusion td.wrong button").first().click();
    }
    await page.waitForTimeout(500);
    const suffix = width === 360 ? "narrow" : theme;
    await page.screenshot({ path: `${TARGET}${name}-${suffix}.png`, fullPage: width !== 360 });
  }
  await page.close();
}
await browser.close();
await server.stop();
