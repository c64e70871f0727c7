/**
 * @file The one stream of events of the page: the table, and what the runs that it shows write. It is opened again where it was when the page
 * shows other runs, when the server was gone, and when the page is looked at again: a page that nobody sees keeps no connection.
 */
import type { LiveEvent, RunLine, StudyLine } from "../../src/server/index.ts";
import { RETRY_AFTER } from "./retry.ts";
import type { Connection, RunListeners, Stop, TableListener } from "./source.ts";

/** Characters of the positions that are asked for: servers take no longer addresses. */
const LONGEST_POSITIONS = 6000;

interface Follower {
  readonly id: string;
  readonly listeners: RunListeners;
  position: string;
}

export class LiveStream {
  readonly #tables = new Set<TableListener>();
  readonly #followers = new Set<Follower>();
  #events: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    document.addEventListener("visibilitychange", () => this.#reopen(0));
  }

  followTable(listener: TableListener): Stop {
    this.#tables.add(listener);
    this.#reopen(0);
    return () => {
      this.#tables.delete(listener);
      this.#reopen(0);
    };
  }

  follow(id: string, position: string, listeners: RunListeners): Stop {
    const follower = { id, position, listeners };
    this.#followers.add(follower);
    this.#reopen(0);
    return () => {
      this.#followers.delete(follower);
      this.#reopen(0);
    };
  }

  /** Once for all changes of the present moment. */
  #reopen(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), delay);
  }

  #open(): void {
    this.#events?.close();
    this.#events = null;
    if (document.hidden || this.#tables.size + this.#followers.size === 0) return;
    const events = new EventSource(`api/live?at=${encodeURIComponent(this.#positions())}`);
    this.#events = events;
    events.onopen = () => this.#tell("live");
    events.onerror = () => {
      events.close();
      this.#tell("lost");
      this.#reopen(RETRY_AFTER);
    };
    events.addEventListener("runs", ({ data }: MessageEvent<string>) => this.#takeTable(JSON.parse(data)));
    events.addEventListener("studies", ({ data }: MessageEvent<string>) => {
      const lines = JSON.parse(data) as readonly StudyLine[];
      for (const { onStudies } of this.#tables) onStudies(lines);
    });
    events.addEventListener("update", (message) => this.#take(message));
    events.addEventListener("rewind", (message) => this.#take(message));
  }

  /** Of as many runs as a server follows for one page; those beyond stay as they were read. */
  #positions(): string {
    const parts = [...this.#followers].map(({ id, position }) => new URLSearchParams([[id, position]]).toString());
    const most = Math.max(1, Math.floor(LONGEST_POSITIONS / Math.max(1, ...parts.map(({ length }) => length + 1))));
    return parts.slice(0, most).join("&");
  }

  #tell(state: Connection): void {
    for (const { onConnection } of this.#tables) onConnection(state);
  }

  #takeTable(lines: readonly RunLine[]): void {
    for (const { onRuns } of this.#tables) onRuns(lines);
    for (const { id, listeners } of this.#followers) {
      const line = lines.find((candidate) => candidate.id === id);
      if (line !== undefined) listeners.line(line);
    }
  }

  #take({ type, data, lastEventId }: MessageEvent<string>): void {
    const { id, entries = [], rows = [], strayLines = 0, strayRows = 0 } = JSON.parse(data) as LiveEvent;
    const position = new URLSearchParams(lastEventId).get(id)!;
    for (const follower of this.#followers) {
      if (follower.id !== id) continue;
      follower.position = position;
      if (type === "rewind") follower.listeners.rewind();
      else follower.listeners.update({ entries, rows, strayLines, strayRows });
    }
  }
}
