/** @file Entry of the page: from a server, or from the report that it is a part of. */
import { render } from "preact";
import { App } from "./app.tsx";
import { createReportSource } from "./data/report-source.ts";
import { ServerSource } from "./data/server-source.ts";
import "uplot/dist/uPlot.min.css";
import "./page.css";

const embedded = document.getElementById("report");
const source = embedded === null ? new ServerSource() : createReportSource(embedded.textContent ?? "");
render(<App source={source} />, document.getElementById("page")!);
