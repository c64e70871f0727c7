import type { PanelLayout } from "../../src/export/panel-layout.ts";
import type { RunDetail, RunHistory, StudyDetail } from "../../src/server/index.ts";
import type { JournalEntry, TestPredictions } from "../../src/store/index.ts";
import { BackgroundLayouts } from "../drawing/background-layouts.ts";
import { type OnnxModel, openModel } from "../model/onnx-model.ts";
import type { PixelShape } from "../model/resize.ts";
import { LiveStream } from "./live-stream.ts";
import { untilAnswered } from "./retry.ts";
import type { FlowingPanel, RunListeners, RunSource, Stop, TableListener } from "./source.ts";

/** Runs of the server that the page came from. A server that is gone is asked until it is back. */
export class ServerSource implements RunSource {
  readonly kind = "server";

  readonly #live = new LiveStream();
  #layouts: BackgroundLayouts | null = null;

  followTable(listener: TableListener): Stop {
    return this.#live.followTable(listener);
  }

  study(id: string): Promise<StudyDetail> {
    return json(`api/studies/${encodeURIComponent(id)}`);
  }

  detail(id: string): Promise<RunDetail> {
    // Whoever asks for a run will show its architecture: the worker gets ready meanwhile.
    this.#layouts ??= new BackgroundLayouts();
    return json(runAddress(id));
  }

  history(id: string): Promise<RunHistory> {
    return json(`${runAddress(id)}/history`);
  }

  follow(id: string, position: string, listeners: RunListeners): Stop {
    return this.#live.follow(id, position, listeners);
  }

  selection(id: string, epoch: number): Promise<JournalEntry> {
    return json(`${runAddress(id)}/selections/${epoch}`);
  }

  test(id: string): Promise<TestPredictions> {
    return json(`${runAddress(id)}/test`);
  }

  testImages(id: string): Promise<Uint8Array> {
    return untilAnswered(async () => {
      const response = await answer(`${runAddress(id)}/test-images`);
      return new Uint8Array(await response.arrayBuffer());
    });
  }

  fileAddress(id: string, name: string): string {
    return `${runAddress(id)}/files/${encodeURIComponent(name)}`;
  }

  layOut(panel: FlowingPanel): Promise<PanelLayout> {
    this.#layouts ??= new BackgroundLayouts();
    return this.#layouts.layOut(panel);
  }

  openModel(id: string, shape: PixelShape, classCount: number): Promise<OnnxModel> {
    return openModel(this.fileAddress(id, "model.onnx"), shape, classCount);
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

function json<T>(address: string): Promise<T> {
  return untilAnswered(async () => (await (await answer(address)).json()) as T);
}
