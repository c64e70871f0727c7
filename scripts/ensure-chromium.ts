/** @file The tests of the page need a browser: where there is none and this is a Debian machine run as root, Debian's is installed. */
import { spawnSync } from "node:child_process";
import { findChromium } from "../test/e2e/chromium.ts";

if (findChromium() === null) {
  const isRoot = process.getuid?.() === 0;
  const apt = (...words: string[]) => isRoot && spawnSync("apt-get", words, { stdio: "inherit" }).status === 0;
  if (!apt("update") || !apt("install", "-y", "--no-install-recommends", "chromium")) {
    console.error("no Chromium was found, and none could be installed: the tests of the page will fail.");
    console.error("install one (Debian: apt-get install chromium), or name it in CHROMIUM");
  }
}
