import { existsSync } from "node:fs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser that tests use: what `CHROMIUM` names, or the first that is installed; null if there is none. */
export function findChromium(): string | null {
  return [process.env["CHROMIUM"], ...PLACES].find((path) => path !== undefined && existsSync(path)) ?? null;
}
