/** @file What can be asked of the server: the page, the runs, their series as they grow, their files. Nothing can be changed. */
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { imageLength } from "../data/index.ts";
import { RegularFile } from "../files/index.ts";
import { readTestPredictions, TEST_IMAGES_FILE } from "../store/index.ts";
import { type AccessOptions, guardAccess } from "./access.ts";
import { followLive, parsePositions } from "./follow.ts";
import { openIfThere } from "./line-reader.ts";
import type { PageFiles } from "./page-files.ts";
import { RUN_FILES, type RunRegistry } from "./run-registry.ts";
import { RunWatch } from "./run-watch.ts";
import { sendFile } from "./send-file.ts";

/** The page's own files alone; `wasm-unsafe-eval` lets onnxruntime-web compile its module. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
};

const NO_RUN = "run: there is none of that name here\n";
const NO_STUDY = "study: there is none of that name here\n";
/** Seconds after which a page that was sent away may ask again. */
const RETRY_SECONDS = "5";
const NOTHING = "there is nothing at this address\n";

export interface AppInputs extends AccessOptions {
  readonly registry: RunRegistry;
  readonly page: PageFiles;
}

export function createApp({ registry, page, ...access }: AppInputs): Hono {
  const app = new Hono();
  const watch = new RunWatch(registry);
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.res.headers.set(name, value);
    if (!context.res.headers.has("Cache-Control")) context.res.headers.set("Cache-Control", "no-store");
  });
  app.use(guardAccess(access));
  app.use(async (context, next) => {
    const { method } = context.req;
    if (method !== "GET" && method !== "HEAD") {
      return context.text("nothing can be changed here\n", 405, { Allow: "GET, HEAD", Connection: "close" });
    }
    await next();
    return undefined;
  });

  app.get("/api/runs", (context) => context.json(registry.lines()));
  app.get("/api/studies", (context) => {
    registry.lines();
    return context.json(registry.studies());
  });
  app.get("/api/studies/:id", (context) => {
    const detail = registry.study(context.req.param("id"));
    return detail === null ? context.text(NO_STUDY, 404) : context.json(detail);
  });
  app.get("/api/live", (context) => {
    const positions = parsePositions(context.req.header("last-event-id") ?? context.req.query("at") ?? "");
    if (positions === null) return context.text("live: that is more than one stream follows\n", 400);
    if (context.req.method === "HEAD") return context.body(null, 200, { "Content-Type": "text/event-stream" });
    if (!watch.join()) {
      return context.text("live: too many pages are open\n", 503, { "Retry-After": RETRY_SECONDS });
    }
    return streamSSE(context, (stream) => followLive(stream, watch, positions));
  });
  app.get("/api/runs/:id", (context) => {
    const detail = registry.detail(context.req.param("id"));
    return detail === null ? context.text(NO_RUN, 404) : context.json(detail);
  });
  app.get("/api/runs/:id/history", async (context) => {
    const feed = registry.feed(context.req.param("id"));
    if (feed === null) return context.text(NO_RUN, 404);
    await feed.catchUp();
    return context.json(feed.history());
  });
  app.get("/api/runs/:id/selections/:epoch{\\d+}", async (context) => {
    const feed = registry.feed(context.req.param("id"));
    await feed?.catchUp();
    const selection = feed?.selection(Number(context.req.param("epoch")));
    return selection ? context.json(selection) : context.text(NOTHING, 404);
  });
  app.get("/api/runs/:id/test", (context) => {
    const folder = registry.folder(context.req.param("id"));
    const test = folder === null ? null : readTestPredictions(folder);
    return test === null ? context.text(NOTHING, 404) : context.json(test);
  });
  app.get("/api/runs/:id/test-images", (context) => {
    const folder = registry.folder(context.req.param("id"));
    const test = folder === null ? null : readTestPredictions(folder);
    if (folder === null || test === null) return context.text(NOTHING, 404);
    const file = openIfThere(folder.pathOf(TEST_IMAGES_FILE));
    const expected = test.kept.length * imageLength(test.shape);
    if (file?.size !== expected) {
      file?.close();
      const got = file === null ? "no file" : `${file.size} bytes`;
      return context.text(`${TEST_IMAGES_FILE}: got ${got}, expected ${expected} bytes\n`, 500);
    }
    return sendFile(context, file, { "Content-Type": "application/octet-stream" });
  });
  app.get("/api/runs/:id/files/:name", (context) => {
    const folder = registry.folder(context.req.param("id"));
    const name = RUN_FILES.find((known) => known === context.req.param("name"));
    const file = folder === null || name === undefined ? null : openIfThere(folder.pathOf(name));
    if (file === null) return context.text(NOTHING, 404);
    return sendFile(context, file, {
      "Content-Type": "application/octet-stream",
      "Content-Disposition": `attachment; filename="${name}"`,
    });
  });

  app.get("*", (context) => {
    const { path } = context.req;
    const file = page.file(path === "/" ? "/index.html" : path);
    if (file === null) return context.text(NOTHING, 404);
    const isNamedByContent = path.startsWith("/assets/");
    return sendFile(context, RegularFile.open(file.path, "followed"), {
      "Content-Type": file.type,
      "Cache-Control": isNamedByContent ? "max-age=31536000, immutable" : "no-store",
    });
  });
  app.onError((error, context) => context.text(`${error.message}\n`, 500));
  return app;
}
