/** @file A real browser and a real server for tests of the page. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { findChromium } from "./chromium.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/ista-nas.js", import.meta.url));

/** Starts Chromium without a window; `CHROMIUM` names another one. */
export function launchBrowser(): Promise<Browser> {
  const found = findChromium();
  if (found === null) throw new Error("no Chromium was found: install it, or name it in CHROMIUM");
  return chromium.launch({ executablePath: found, args: ["--no-sandbox"] });
}

export interface ServeProcess {
  readonly address: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** `ista-nas serve` of the built program, in a process of its own. */
export async function startServer(folder: string, args: readonly string[] = ["--port", "0"]): Promise<ServeProcess> {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, "serve", folder, ...args, "--json"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout!).once("line", resolve);
    child.once("exit", (status) => reject(new Error(`the server ended with ${status}`)));
  });
  const { address } = JSON.parse(line) as { readonly address: string };
  return {
    address,
    pid: child.pid!,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners("exit");
        child.once("exit", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}
