/** @file The page beside a search: a server in a process of its own, so that no step waits for it, and a browser that shows it. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { IstaNasError } from "../error.ts";
import { parseJson } from "../files/index.ts";
import type { Terminal } from "./terminal.ts";

export interface OpenedPage {
  /** Waits until the server is stopped, by Ctrl-C. */
  untilStopped(): Promise<void>;
  stop(): void;
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Serves the runs of `folder`, and opens a browser where there is one. Throws `E_PAGE_SERVER` if the server does not start. */
export async function openPage(folder: string, terminal: Terminal): Promise<OpenedPage> {
  const server = spawn(process.execPath, [process.argv[1]!, "serve", folder, "--json", "--config", "none"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  // However this process ends, the server does not outlive it.
  process.once("exit", () => server.kill());
  let complaint = "";
  server.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const first = createInterface(server.stdout);
  const line = await Promise.race([new Promise<string>((resolve) => first.once("line", resolve)), ended]);
  if (line === undefined) {
    throw new IstaNasError(`page: its server did not start: ${complaint.trim()}`, {
      code: "E_PAGE_SERVER",
      hint: "ista-nas serve says why",
    });
  }
  const { address } = parseJson(line) as { readonly address: string };
  terminal.line(`page ${address}`);
  const [program, ...words] = OPENERS[process.platform] ?? ["xdg-open"];
  const opener = spawn(program!, [...words, address], { stdio: "ignore", detached: true });
  opener.on("error", () => terminal.line("no browser could be opened: open that address yourself"));
  opener.unref();
  return {
    untilStopped() {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => server.kill());
      terminal.line(`the page stays at ${address} until Ctrl-C`);
      return ended;
    },
    stop: () => void server.kill(),
  };
}
