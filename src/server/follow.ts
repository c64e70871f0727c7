/**
 * @file Server-sent events: one stream a page, for the table and for all runs that the page shows, as browsers keep few connections open.
 * Files are looked at a few times a second, which works on every file system and for runs of every process; an event's id says where in the
 * files of each run its reader stands, so that a page that lost the server goes on where it was.
 */
import type { SSEStreamingApi } from "hono/streaming";
import type { RunWatch } from "./run-watch.ts";

/** Keeps the connection open, and tells the server when nobody listens any more. */
const HEARTBEAT_INTERVAL = 10_000;
/** Characters of the positions that a stream begins with, and how many runs it follows. */
const LONGEST_POSITIONS = 8192;
const MOST_RUNS = 256;

/** Where a stream begins, by id of a run; null for what is too long. `at`: the id of an event. */
export function parsePositions(at: string): Map<string, string> | null {
  if (at.length > LONGEST_POSITIONS) return null;
  const positions = new Map(new URLSearchParams(at));
  return positions.size > MOST_RUNS ? null : positions;
}

/**
 * Sends `runs` and `studies`, each with the whole table whenever it changed, `update` with what a run wrote after its position, and `rewind` if the files of a run
 * were cut so that the page has to read its history again. Each event's id is `positions` after it, written as the query of an address. A page that
 * does not read what it was sent is sent nothing more meanwhile. `watch` was joined, and is left at the end.
 */
export async function followLive(
  stream: SSEStreamingApi,
  watch: RunWatch,
  positions: Map<string, string>,
): Promise<void> {
  const versions = new Map<string, string>();
  let table: string | null = null;
  let studies: string | null = null;
  let heartbeatDue = Date.now() + HEARTBEAT_INTERVAL;
  try {
    while (!stream.aborted) {
      if (watch.table !== table) {
        table = watch.table;
        await stream.writeSSE({ event: "runs", data: table });
      }
      if (watch.studies !== studies) {
        studies = watch.studies;
        await stream.writeSSE({ event: "studies", data: studies });
      }
      for (const id of positions.keys()) {
        const version = watch.versionOf(id);
        if (version === null || version === versions.get(id)) continue;
        versions.set(id, version);
        await followRun(stream, watch, id, positions);
      }
      if (Date.now() >= heartbeatDue) {
        heartbeatDue = Date.now() + HEARTBEAT_INTERVAL;
        await stream.write(": still here\n\n");
      }
      if (!stream.aborted) await watch.nextLook();
    }
  } finally {
    watch.leave();
  }
}

/** Sends all that one run has written since. */
async function followRun(
  stream: SSEStreamingApi,
  watch: RunWatch,
  id: string,
  positions: Map<string, string>,
): Promise<void> {
  while (!stream.aborted) {
    const update = watch.updateOf(id, positions.get(id)!);
    if (update === null) return;
    positions.set(id, update.position);
    await stream.writeSSE({
      event: update.event,
      data: update.data,
      id: new URLSearchParams([...positions]).toString(),
    });
    if (update.event === "rewind") return;
  }
}
