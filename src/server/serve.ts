/** @file The server of the page. It reads run folders and writes nothing. */
import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { IstaNasError } from "../error.ts";
import { isLoopback } from "./access.ts";
import { createApp } from "./app.ts";
import { PageFiles } from "./page-files.ts";
import { RunRegistry } from "./run-registry.ts";

export interface ServeOptions {
  /** A folder of run folders, or one run. */
  readonly path: string;
  /** What to bind to. Default: 127.0.0.1, which only this machine reaches. Any other asks for a token. */
  readonly host?: string;
  /** Default: 6174, or any free one if that is taken. */
  readonly port?: number;
  /** Default: a random one where `host` is not loopback, none where it is. */
  readonly token?: string;
  /** The built page. Default: the one of this package. */
  readonly pageFolder?: string;
}

export interface RunningServer {
  /** To be opened in a browser; has the token, if there is one. */
  readonly address: string;
  /** Ends all connections too. */
  close(): Promise<void>;
}

const DEFAULT_PORT = 6174;

/**
 * Starts to serve.
 * @throws E_RUNS_NOT_FOUND for a folder that is not there; E_PAGE_MISSING if the page was not built; E_SERVER_ADDRESS if host and port cannot be
 * bound to
 */
export async function serveRuns(options: ServeOptions): Promise<RunningServer> {
  const { path, host = "127.0.0.1" } = options;
  const token = options.token ?? (isLoopback(host) ? null : randomBytes(18).toString("base64url"));
  const registry = new RunRegistry(path);
  const page = new PageFiles(options.pageFolder);
  let port = 0;
  const app = createApp({ registry, page, host, port: () => port, token });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  port = await listen(server, host, options.port);
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return {
    address: `http://${name}:${port}/${token === null ? "" : `?token=${encodeURIComponent(token)}`}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, host: string, wanted: number | undefined): Promise<number> {
  try {
    return await bind(server, host, wanted ?? DEFAULT_PORT);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (wanted === undefined && code === "EADDRINUSE") return bind(server, host, 0);
    throw new IstaNasError(`serve: cannot bind to ${host}, port ${wanted ?? DEFAULT_PORT}: ${message}`, {
      code: "E_SERVER_ADDRESS",
      kind: "usage",
      hint: "choose another with --port or --host; --port 0 takes any that is free",
      cause,
    });
  }
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
