/**
 * @file Server-sent events. Files are looked at a few times a second, which works on every file system and for runs of every process; an event's
 * id says where in the files its reader stands, so that a page that lost the server goes on where it was.
 */
import type { SSEStreamingApi } from "hono/streaming";
import type { RunRegistry } from "./run-registry.ts";

const RUN_INTERVAL = 200;
const LINE_INTERVAL = 1000;
/** Keeps the connection open, and tells the server when nobody listens any more. */
const HEARTBEAT_INTERVAL = 10_000;
/** Milliseconds that a page waits before it tries again. */
const RETRY = 1000;

/** Sends `runs` with the whole table whenever it changed. */
export async function followRuns(stream: SSEStreamingApi, registry: RunRegistry): Promise<void> {
  let last = "";
  await repeat(stream, LINE_INTERVAL, async () => {
    const data = JSON.stringify(registry.lines());
    if (data === last) return false;
    last = data;
    await stream.writeSSE({ event: "runs", data, retry: RETRY });
    return true;
  });
}

/**
 * Sends `update` with what was written after `from`, `rewind` if the files were cut so that the page has to read the history again, and
 * `line` when the run's line in the table changed.
 */
export async function followRun(
  stream: SSEStreamingApi,
  registry: RunRegistry,
  id: string,
  from: string,
): Promise<void> {
  let position = from;
  let lastLine = "";
  let lineDue = 0;
  await stream.writeSSE({ event: "hello", data: "{}", retry: RETRY });
  await repeat(stream, RUN_INTERVAL, async () => {
    const feed = registry.feed(id);
    if (feed === null) {
      await stream.writeSSE({ event: "gone", data: "{}" });
      return true;
    }
    let hasSent = false;
    for (;;) {
      const before = position;
      const { update, position: next } = feed.since(before);
      if (next === before || stream.aborted) break;
      position = next;
      hasSent = true;
      if (update === null) await stream.writeSSE({ event: "rewind", data: "{}", id: next });
      else await stream.writeSSE({ event: "update", data: JSON.stringify(update), id: next });
      if (update === null) break;
    }
    if (Date.now() >= lineDue) {
      lineDue = Date.now() + LINE_INTERVAL;
      const line = JSON.stringify(registry.line(id));
      if (line !== lastLine) await stream.writeSSE({ event: "line", data: line });
      hasSent ||= line !== lastLine;
      lastLine = line;
    }
    return hasSent;
  });
}

/** Does `work` every `interval` milliseconds for as long as somebody listens; `work` says whether it sent something. */
async function repeat(stream: SSEStreamingApi, interval: number, work: () => Promise<boolean>): Promise<void> {
  let quietSince = Date.now();
  while (!stream.aborted) {
    if (await work()) quietSince = Date.now();
    if (Date.now() - quietSince > HEARTBEAT_INTERVAL) {
      await stream.write(": still here\n\n");
      quietSince = Date.now();
    }
    await stream.sleep(interval);
  }
}
