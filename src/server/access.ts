/**
 * @file Who may ask. Pages of other sites cannot: their Origin or the Host they were led here by is not ours. Beyond this machine
 * nobody can without the token, which the first address carries and a cookie then keeps.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { hostname, networkInterfaces } from "node:os";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

/** Browsers keep cookies by host alone: the port in the name keeps servers of one host apart. */
const COOKIE = "ista-nas-token";
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/** Whether only this machine reaches a server bound to `host`. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

export interface AccessOptions {
  /** What the server is bound to. */
  readonly host: string;
  readonly port: () => number;
  /** Null: none is asked for. */
  readonly token: string | null;
}

/** Refuses with 403 what comes by a foreign Host or Origin, and with 401 what lacks the token. */
export function guardAccess({ host, port, token }: AccessOptions): MiddlewareHandler {
  const names = new Set([...LOOPBACK, inAddress(host), ...(isLoopback(host) ? [] : namesOfMachine())]);
  names.delete("");
  return async (context, next) => {
    const asked = context.req.header("host") ?? "";
    const [, name, askedPort] = /^(.*?)(?::(\d+))?$/.exec(asked.toLowerCase())!;
    if (!names.has(name!) || Number(askedPort ?? 80) !== port()) {
      return context.text(`host: got ${asked}, which is not the address that ista-nas serve printed\n`, 403);
    }
    const origin = context.req.header("origin");
    const site = context.req.header("sec-fetch-site");
    if ((origin !== undefined && origin !== `http://${asked}`) || (site === "cross-site" && !isPage(context))) {
      return context.text(`origin: got ${origin ?? "another site"}, and only this page may ask\n`, 403);
    }
    return token === null ? next() : withToken(context, token, `${COOKIE}-${port()}`, next);
  };
}

async function withToken(
  context: Context,
  token: string,
  cookie: string,
  next: () => Promise<void>,
): Promise<Response | undefined> {
  const shown = context.req.query("token");
  if (shown !== undefined && isSame(shown, token) && isPage(context)) {
    setCookie(context, cookie, token, { httpOnly: true, sameSite: "Strict", path: "/" });
    return context.redirect("/");
  }
  // One without a port was kept by an earlier version; it may be another server's, which still needs it.
  const kept = [getCookie(context, cookie), getCookie(context, COOKIE), bearerOf(context)];
  if (kept.some((one) => one !== undefined && isSame(one, token))) {
    await next();
    return undefined;
  }
  return context.text("token: open the whole address that ista-nas serve printed, with its token\n", 401);
}

function bearerOf(context: Context): string | undefined {
  return /^Bearer (.+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
}

function isPage(context: Context): boolean {
  return context.req.method === "GET" && context.req.path === "/";
}

/** Takes as long for any two texts, so that no part of the token can be found by time. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function inAddress(host: string): string {
  return host.includes(":") ? `[${host}]` : host.toLowerCase();
}

function namesOfMachine(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
  const name = hostname().toLowerCase();
  return [...addresses.map(inAddress), name, `${name}.local`];
}
