/** @file Entry of a report: the page with its one run inside. */
import { createReportSource } from "./data/report-source.ts";
import { showPage } from "./show-page.tsx";

showPage(createReportSource(document.getElementById("report")!.textContent ?? ""));
