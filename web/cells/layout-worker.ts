/** @file The worker of `BackgroundLayouts`. */
import { layoutCell } from "../../src/export/cell-layout.ts";
import type { LayoutAnswer, LayoutRequest } from "./background-layouts.ts";

addEventListener("message", ({ data }: MessageEvent<LayoutRequest>) => {
  postMessage({ id: data.id, layout: layoutCell(data.cell, data.concat, data.flow) } satisfies LayoutAnswer);
});
