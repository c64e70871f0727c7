import type { JournalEntry, TestPredictions } from "../../src/run/index.ts";
import type { RunDetail, RunHistory, RunLine, RunUpdate } from "../../src/server/index.ts";
import type { Connection, RunListeners, RunSource, Stop } from "./source.ts";

/** Milliseconds before a server that does not answer is asked again. */
const RETRY = 1000;

/** Runs of the server that the page came from. */
export class ServerSource implements RunSource {
  readonly kind = "server";

  followRuns(onLines: (lines: readonly RunLine[]) => void, onConnection: (state: Connection) => void): Stop {
    const runs = (message: MessageEvent<string>) => onLines(JSON.parse(message.data) as readonly RunLine[]);
    return listen(() => "api/live", { runs }, onConnection);
  }

  detail(id: string): Promise<RunDetail> {
    return json(runAddress(id));
  }

  history(id: string): Promise<RunHistory> {
    return json(`${runAddress(id)}/history`);
  }

  follow(id: string, position: string, listeners: RunListeners): Stop {
    let last = position;
    const handlers = {
      update(message: MessageEvent<string>) {
        last = message.lastEventId;
        listeners.update(JSON.parse(message.data) as RunUpdate);
      },
      rewind(message: MessageEvent<string>) {
        last = message.lastEventId;
        listeners.rewind();
      },
      line: (message: MessageEvent<string>) => listeners.line(JSON.parse(message.data) as RunLine),
    };
    return listen(() => `${runAddress(id)}/live?from=${last}`, handlers, listeners.connection);
  }

  recovery(id: string, epoch: number): Promise<JournalEntry> {
    return json(`${runAddress(id)}/recoveries/${epoch}`);
  }

  test(id: string): Promise<TestPredictions> {
    return json(`${runAddress(id)}/test`);
  }

  async testImages(id: string): Promise<Uint8Array> {
    return new Uint8Array(await (await answer(`${runAddress(id)}/test-images`)).arrayBuffer());
  }

  fileAddress(id: string, name: string): string {
    return `${runAddress(id)}/files/${encodeURIComponent(name)}`;
  }
}

function runAddress(id: string): string {
  return `api/runs/${encodeURIComponent(id)}`;
}

async function answer(address: string): Promise<Response> {
  const response = await fetch(address);
  if (!response.ok) throw new Error((await response.text()).trim() || `the server answers ${response.status}`);
  return response;
}

async function json<T>(address: string): Promise<T> {
  return (await (await answer(address)).json()) as T;
}

/** Server-sent events from an address that may change between tries. */
function listen(
  address: () => string,
  handlers: Readonly<Record<string, (message: MessageEvent<string>) => void>>,
  onConnection: (state: Connection) => void,
): Stop {
  let events: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    events = new EventSource(address());
    events.onopen = () => onConnection("live");
    events.onerror = () => {
      events.close();
      onConnection("lost");
      timer = setTimeout(open, RETRY);
    };
    for (const [name, handler] of Object.entries(handlers)) events.addEventListener(name, handler);
  };
  open();
  return () => {
    clearTimeout(timer);
    events.close();
  };
}
