/**
 * @file Server-sent events: one stream a page, for the table and for all runs that the page shows, as browsers keep few connections open.
 * Files are looked at a few times a second, which works on every file system and for runs of every process; an event's id says where in the
 * files of each run its reader stands, so that a page that lost the server goes on where it was.
 */
import type { SSEStreamingApi } from "hono/streaming";
import type { LiveEvent } from "./api.ts";
import type { RunRegistry } from "./run-registry.ts";

const RUN_INTERVAL = 200;
const TABLE_INTERVAL = 1000;
/** Keeps the connection open, and tells the server when nobody listens any more. */
const HEARTBEAT_INTERVAL = 10_000;

/**
 * Sends `runs` with the whole table whenever it changed, `update` with what a run wrote after its position, and `rewind` if the files of a run
 * were cut so that the page has to read its history again. `at`: positions by id, written as the query of an address; each event's id is the
 * same with the positions after it.
 */
export async function followLive(stream: SSEStreamingApi, registry: RunRegistry, at: string): Promise<void> {
  const positions = new URLSearchParams(at);
  let table = "";
  let tableDue = 0;
  let heartbeatDue = Date.now() + HEARTBEAT_INTERVAL;
  while (!stream.aborted) {
    if (Date.now() >= tableDue) {
      tableDue = Date.now() + TABLE_INTERVAL;
      const data = JSON.stringify(registry.lines());
      if (data !== table) await stream.writeSSE({ event: "runs", data });
      table = data;
    }
    for (const id of [...positions.keys()]) await followRun(stream, registry, id, positions);
    if (Date.now() >= heartbeatDue) {
      heartbeatDue = Date.now() + HEARTBEAT_INTERVAL;
      await stream.write(": still here\n\n");
    }
    await stream.sleep(RUN_INTERVAL);
  }
}

/** Sends all that one run has written since; a run that is gone writes nothing. */
async function followRun(
  stream: SSEStreamingApi,
  registry: RunRegistry,
  id: string,
  positions: URLSearchParams,
): Promise<void> {
  const feed = registry.feed(id);
  while (feed !== null && !stream.aborted) {
    const before = positions.get(id)!;
    const { update, position } = feed.since(before);
    if (position === before) return;
    positions.set(id, position);
    const event = update === null ? "rewind" : "update";
    const data = JSON.stringify({ id, ...update } satisfies LiveEvent);
    await stream.writeSSE({ event, data, id: positions.toString() });
    if (update === null) return;
  }
}
