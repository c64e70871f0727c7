import { render } from "preact";
import { App } from "./app.tsx";
import type { RunSource } from "./data/source.ts";
import "uplot/dist/uPlot.min.css";
import "./page.css";

/** Draws the page from then on. */
export function showPage(source: RunSource): void {
  render(<App source={source} />, document.getElementById("page")!);
}
