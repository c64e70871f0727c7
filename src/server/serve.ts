/** @file The server of the page. It reads run folders and writes nothing. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { IstaNasError } from "../error.ts";
import { isLoopback } from "./access.ts";
import { createApp } from "./app.ts";
import { PageFiles } from "./page-files.ts";
import { RunRegistry } from "./run-registry.ts";
import { checkedToken, makeToken } from "./token.ts";

export interface ServeOptions {
  /** A folder of run folders and studies, or one of either. */
  readonly path: string;
  /** What to bind to. Default: 127.0.0.1, which only this machine reaches. Any other asks for a token. */
  readonly host?: string;
  /** Default: 6174, or any free one if that is taken. */
  readonly port?: number;
  /** 16 to 256 visible ASCII characters. Default: a random one where `host` is not loopback, none where it is. */
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
const MOST_CONNECTIONS = 512;
/** After as long without a byte read or written a connection is given up: a page that reads is written to more often. */
const IDLE_MILLISECONDS = 60_000;
/** Milliseconds that a request may take to come; bytes of its address and headers. */
const LIMITS = { headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16_384 };

/**
 * Starts to serve.
 * @throws E_RUNS_NOT_FOUND for a folder that is not there; E_PAGE_MISSING if the page was not built; E_SERVER_ADDRESS if host and port cannot be
 * bound to; E_SERVER_TOKEN for a token that is easily guessed
 */
export async function serveRuns(options: ServeOptions): Promise<RunningServer> {
  const { path, host = "127.0.0.1" } = options;
  const chosen = options.token === undefined ? null : checkedToken(options.token);
  if (host.trim() === "") throw cannotBind(host, options.port, "got an empty address");
  const registry = new RunRegistry(path);
  const page = new PageFiles(options.pageFolder);
  let app: Hono | null = null;
  const fetch: Hono["fetch"] = (request, bindings) => app!.fetch(request, bindings);
  const server = createAdaptorServer({ fetch, serverOptions: LIMITS }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(IDLE_MILLISECONDS);
  const { address, port } = await listen(server, host, options.port);
  // By what it was really bound to: a name may stand for any address.
  const token = chosen ?? (isLoopback(address) ? null : makeToken());
  app = createApp({ registry, page, host, port: () => port, token });
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

async function listen(server: Server, host: string, wanted: number | undefined): Promise<AddressInfo> {
  try {
    return await bind(server, host, wanted ?? DEFAULT_PORT);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (wanted === undefined && code === "EADDRINUSE") return bind(server, host, 0);
    throw cannotBind(host, wanted, message, cause);
  }
}

function cannotBind(host: string, port: number | undefined, reason: string, cause?: unknown): IstaNasError {
  return new IstaNasError(
    `serve: cannot bind to host ${JSON.stringify(host)}, port ${port ?? DEFAULT_PORT}: ${reason}`,
    {
      code: "E_SERVER_ADDRESS",
      kind: "usage",
      hint: "choose another with --port or --host; --port 0 takes any that is free",
      cause,
    },
  );
}

function bind(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server.address() as AddressInfo);
    });
  });
}
