/** @file Lays out cells beside the page, which so keeps drawing. */
import { layoutCell } from "../../src/export/cell-layout.ts";
import type { LayoutRequest } from "./layouts.ts";

addEventListener("message", ({ data }: MessageEvent<LayoutRequest>) => {
  postMessage({ id: data.id, layout: layoutCell(data.cell, data.concat) });
});
