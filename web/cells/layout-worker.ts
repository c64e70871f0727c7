/** @file The worker of `BackgroundLayouts`. */
import { layoutCell } from "../../src/export/cell-layout.ts";
import type { LayoutAnswer, LayoutRequest } from "./background-layouts.ts";

addEventListener("message", ({ data }: MessageEvent<LayoutRequest>) => {
  const { cell, concat, flow } = data.outline;
  postMessage({ id: data.id, layout: layoutCell(cell, concat, flow) } satisfies LayoutAnswer);
});
