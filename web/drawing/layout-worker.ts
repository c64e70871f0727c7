/** @file The worker of `BackgroundLayouts`. */
import { layoutPanel } from "../../src/export/panel-layout.ts";
import type { LayoutAnswer, LayoutRequest } from "./background-layouts.ts";

addEventListener("message", ({ data }: MessageEvent<LayoutRequest>) => {
  const { outline, flow } = data.panel;
  postMessage({ id: data.id, layout: layoutPanel(outline, flow) } satisfies LayoutAnswer);
});
