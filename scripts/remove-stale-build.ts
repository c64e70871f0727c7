/** @file Removes from dist/ what was compiled of a source that is gone, so that it is neither found nor packed. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [dist, src] = ["dist", "src"].map((name) => fileURLToPath(new URL(`../${name}/`, import.meta.url)));
/** What other builds write there, from other folders. */
const OTHERS = /^(web|report|module)\//;

for (const name of readdirSync(dist!, { recursive: true, encoding: "utf8" })) {
  const compiled = /^(.*?)(\.d\.ts|\.js)$/.exec(name.replaceAll("\\", "/"));
  if (compiled === null || OTHERS.test(compiled[0])) continue;
  if (!existsSync(`${src}${compiled[1]}.ts`)) rmSync(`${dist}${name}`);
}
