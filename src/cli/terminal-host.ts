/** @file The command line as the host of a run: its events become lines and progress on a terminal, and signals the wish to stop. */
import { countOf } from "../count-of.ts";
import { formatDataReport } from "../data/index.ts";
import { formatDuration } from "../duration.ts";
import { formatDiagram, formatTestAccuracy, shownClasses } from "../export/index.ts";
import { percent } from "../percent.ts";
import { monotonicSeconds, type RunEvent, type RunHost, type RunSummary } from "../run/index.ts";
import { formatClassScores } from "./class-scores.ts";
import { Interrupt } from "./interrupt.ts";
import { formatLatency } from "./latency-text.ts";
import { Progress } from "./progress.ts";
import { formatSelection } from "./selection-text.ts";
import type { Terminal } from "./terminal.ts";
import { formatVerdict } from "./verdict-text.ts";

/** Waiting for batches is shown when it took more than this share of an epoch. */
const SHOWN_STALL = 0.01;
/** Files that cannot be read. */
const LISTED = 10;

export class TerminalHost implements RunHost {
  readonly threads: number | "auto";
  readonly #terminal: Terminal;
  readonly #progress: Progress;

  constructor(terminal: Terminal, threads: number | "auto" = "auto") {
    this.threads = threads;
    this.#terminal = terminal;
    this.#progress = new Progress(terminal, monotonicSeconds);
  }

  readonly onEvent = (event: RunEvent): void => {
    const terminal = this.#terminal;
    const progress = this.#progress;
    switch (event.kind) {
      case "note":
        terminal.line(event.text);
        break;
      case "loading":
        terminal.progress(`images ${event.done}/${event.total} ${event.stage === "sizes" ? "looked at" : "decoded"}`);
        break;
      case "data":
        terminal.block(formatDataReport(event.report));
        break;
      case "measured-data":
        this.#showMeasured(event);
        break;
      case "measuring":
        terminal.progress(`evaluating ${event.done}/${event.total}`);
        break;
      case "timing":
        terminal.progress(`timing on ${countOf(event.threads, "thread")}`);
        break;
      case "phase":
        progress.begin(event.plan, event.stepsBefore, event.next);
        break;
      case "search-step":
      case "retrain-step":
        progress.step(event.epoch, event.step, event.loss);
        break;
      case "search-epoch":
        progress.epoch(event.epoch, [
          `loss ${event.weightLoss.toFixed(3)}`,
          `accuracy ${accuracies(event.weightAccuracy, event.otherAccuracies)}`,
          ...(event.architectureLoss === null ? [] : [`steering loss ${event.architectureLoss.toFixed(3)}`]),
          ...stallFigure(event.stallSeconds, event.seconds),
        ]);
        break;
      case "retrain-epoch":
        progress.epoch(event.epoch, [
          `loss ${event.loss.toFixed(3)}`,
          `accuracy ${accuracies(event.accuracy, event.otherAccuracies)}`,
          ...stallFigure(event.stallSeconds, event.seconds),
        ]);
        break;
      case "selected":
        this.#showSelection(event);
        break;
      case "done":
        this.#showEnd(event);
        break;
      case "verdict":
        for (const line of formatVerdict(event.verdict)) terminal.line(...line);
        break;
    }
  };

  watchForStop(): Interrupt {
    return new Interrupt(() =>
      this.#terminal.line("stopping after this step, with a checkpoint; once more stops at once"),
    );
  }

  #showMeasured({ report, images, description }: Extract<RunEvent, { readonly kind: "measured-data" }>): void {
    const terminal = this.#terminal;
    const { height, width, channels } = report.shape;
    const found = `${countOf(images, "image")} of ${countOf(report.classes.length, "class")}`;
    const colours = channels === 1 ? "grey" : "rgb";
    terminal.line(`data ${report.name}: ${report.layout}, ${found}, as ${width}x${height} ${colours}`);
    for (const { path, reason } of report.unreadable.slice(0, LISTED)) terminal.line(`  ${path}: ${reason}`);
    const more = report.unreadable.length - LISTED;
    if (more > 0) terminal.line(`  and ${more} more that cannot be read, all listed with --json`);
    for (const warning of report.warnings) terminal.line(`warning: ${warning}`);
    terminal.line(`measured on ${description}`);
  }

  #showSelection({ selection, space }: Extract<RunEvent, { readonly kind: "selected" }>): void {
    const { epoch, groups, isAccepted, figures } = selection;
    if (epoch === 0) return;
    const supports = groups.map(({ support }) => support);
    this.#terminal.line(`  ${formatSelection(space.groups, supports, groups)}`);
    if (isAccepted) return;
    const { parameters, macs, milliseconds } = figures;
    const time = milliseconds === undefined ? "" : ` and takes about ${milliseconds.toPrecision(3)} ms an image`;
    this.#terminal.line(
      `  not applied: its network has ${parameters} parameters and ${macs} multiply-accumulates${time}, beyond the limit`,
    );
  }

  #showEnd({ summary, diagram, parity }: Extract<RunEvent, { readonly kind: "done" }>): void {
    const terminal = this.#terminal;
    const { classAccuracy, caveats, macroF1, calibrationError, parameters, macs, latency, seconds, run } = summary;
    const { settledAt = null, taskName, otherTasks = [] } = summary;
    terminal.line();
    terminal.block(formatDiagram(diagram, { width: terminal.width }));
    terminal.line();
    const tasks = [{ name: taskName, classAccuracy, caveats, macroF1, calibrationError }, ...otherTasks];
    for (const task of tasks) this.#showClasses(task.classAccuracy, task.name);
    for (const task of tasks) {
      const of = task.name === undefined ? "" : `${task.name}: `;
      terminal.line(`test accuracy   ${of}${formatTestAccuracy(task.classAccuracy)}, read once`);
      terminal.line(
        `macro F1        ${of}${percent(task.macroF1)}, expected calibration error ${percent(task.calibrationError)}`,
      );
      for (const caveat of task.caveats) terminal.line(`warning: ${of}${caveat}`);
    }
    terminal.line(
      `network         ${parameters} parameters, ${(macs / 1e6).toFixed(2)}M multiply-accumulates an image`,
    );
    if (settledAt !== null) terminal.line(`search          settled after epoch ${settledAt}`);
    if (latency !== undefined) terminal.line(`latency         ${formatLatency(latency)}`);
    terminal.line(`time            ${formatDuration(seconds)}`);
    terminal.line(`ONNX check      ${parity}`);
    terminal.line(`run folder      ${run}`);
  }

  /** `task`: what they are called among several. */
  #showClasses(classes: RunSummary["classAccuracy"], task?: string): void {
    const shown = shownClasses(classes);
    if (task !== undefined) this.#terminal.line(`${task}:`);
    if (shown.length < classes.length) this.#terminal.line(`classes: the ${shown.length} lowest of ${classes.length}`);
    for (const line of formatClassScores(shown)) this.#terminal.line(...line);
    this.#terminal.line();
  }
}

/** Of the first task, and of each other one. */
function accuracies(first: number, others: readonly number[] = []): string {
  return [first, ...others].map(percent).join(" and ");
}

/** What an epoch's line says of steps that waited for their batches: nothing if it hardly took time. */
function stallFigure(stallSeconds: number, epochSeconds: number): readonly string[] {
  return stallSeconds > SHOWN_STALL * epochSeconds ? [`waited ${stallSeconds.toFixed(1)} s for batches`] : [];
}
