/** @file `ista-nas serve`: the page about all runs of a folder, until it is stopped. */
import { serveRuns } from "../../server/index.ts";
import type { CommandInputs } from "../command.ts";

export async function serve({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const path = positional[0] ?? "runs";
  const { host, port, token } = flags;
  const server = await serveRuns({
    path,
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(token === undefined ? {} : { token }),
  });
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  terminal.result({ address: server.address, path });
  terminal.line(`runs of ${path}: ${server.address}`);
  terminal.line("Ctrl-C stops the server; the runs go on");
  await stopped;
  await server.close();
}
