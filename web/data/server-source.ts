import type { JournalEntry, TestPredictions } from "../../src/run/index.ts";
import type { RunDetail, RunHistory, RunLine } from "../../src/server/index.ts";
import { LiveStream } from "./live-stream.ts";
import type { Connection, RunListeners, RunSource, Stop } from "./source.ts";

/** Runs of the server that the page came from. */
export class ServerSource implements RunSource {
  readonly kind = "server";

  readonly #live = new LiveStream();

  followRuns(onLines: (lines: readonly RunLine[]) => void, onConnection: (state: Connection) => void): Stop {
    return this.#live.followRuns(onLines, onConnection);
  }

  detail(id: string): Promise<RunDetail> {
    return json(runAddress(id));
  }

  history(id: string): Promise<RunHistory> {
    return json(`${runAddress(id)}/history`);
  }

  follow(id: string, position: string, listeners: RunListeners): Stop {
    return this.#live.follow(id, position, listeners);
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
