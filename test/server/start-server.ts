import { onTestFinished } from "vitest";
import { serveRuns } from "../../src/server/index.ts";
import type { RunFolder } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { pageFolder } from "./page-folder.ts";
import { makeSampleRun } from "./sample-run.ts";

/** A server of one run of three epochs, called `one`, until the test is over. */
export async function startServer(): Promise<{ readonly address: string; readonly folder: RunFolder }> {
  const path = temporaryFolder();
  const folder = makeSampleRun(path, "one", { epochs: 3 });
  const server = await serveRuns({ path, port: 0, pageFolder: pageFolder() });
  onTestFinished(() => server.close());
  return { address: server.address, folder };
}
