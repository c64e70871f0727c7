/**
 * @file Where text goes. Results go to standard output and the rest to standard error if `--json` asks for it, else all to
 * standard output. A progress line is redrawn in place on a terminal and never printed elsewhere. Whatever text comes here may hold
 * parts out of files: a terminal gets to see nothing that it would obey but what is written in this file.
 */
import picocolors from "picocolors";
import { printableJson, printableText } from "../files/index.ts";

export type Colour = "red" | "green" | "yellow" | "cyan";

/** A part of a line, in a colour where there are colours. */
export type TextPart = string | { readonly text: string; readonly colour: Colour };

/** Where text can be written, and how wide it is if it is a terminal. */
interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface TerminalStreams {
  readonly output: TextStream;
  readonly error: TextStream;
}

export interface TerminalOptions {
  /** Whether standard output is for one JSON object. */
  readonly json: boolean;
  /** Whether lines and progress are dropped. Default: no. */
  readonly quiet?: boolean;
}

/** Columns where none are known: of files and pipes, and of terminals that do not say. */
const FILE_WIDTH = 100;
const TERMINAL_WIDTH = 80;

export class Terminal {
  readonly #streams: TerminalStreams;
  readonly #options: TerminalOptions;
  /** Columns of the progress line that is shown; 0 without one. */
  #progressWidth = 0;

  constructor(streams: TerminalStreams, options: TerminalOptions) {
    this.#streams = streams;
    this.#options = options;
  }

  /** Whether there is a person who sees progress, redrawn in place, and can be asked. */
  get isInteractive(): boolean {
    return this.#log.isTTY === true && this.#options.quiet !== true;
  }

  get width(): number {
    // Some terminals say 0.
    return this.#log.columns || (this.#log.isTTY === true ? TERMINAL_WIDTH : FILE_WIDTH);
  }

  /** The same terminal for a part of the work: its lines are shown, its result is not the one that `--json` promises. */
  part(): Terminal {
    return new Terminal({ output: this.#log, error: this.#log }, { ...this.#options, json: false });
  }

  /** The same terminal without its standard output, which something else takes: lines go to standard error, results nowhere. */
  aside(): Terminal {
    const { error } = this.#streams;
    return new Terminal({ output: error, error }, { ...this.#options, json: false });
  }

  /** One line for people, its parts side by side. */
  line(...parts: readonly TextPart[]): void {
    if (this.#options.quiet === true) return;
    this.clearProgress();
    const colours = picocolors.createColors(this.isInteractive && picocolors.isColorSupported);
    const shown = parts.map((part) =>
      typeof part === "string" ? printableText(part) : colours[part.colour](printableText(part.text)),
    );
    this.#log.write(`${shown.join("")}\n`);
  }

  /** Lines for people that were laid out together. What is foreign in `text` must hold no line feed of its own. */
  block(text: string): void {
    for (const line of text.split("\n")) this.line(line);
  }

  /** A line that the next line or progress replaces; dropped where it cannot be redrawn. */
  progress(text: string): void {
    if (!this.isInteractive) return;
    this.clearProgress();
    const shown = printableText(text).slice(0, this.width - 1);
    this.#log.write(shown);
    this.#progressWidth = shown.length;
  }

  /** The one object that `--json` promises; ignored without it. */
  result(value: unknown): void {
    if (this.#options.json) this.#streams.output.write(`${printableJson(value)}\n`);
  }

  /** A result that is text of any number of lines: always on standard output. */
  text(value: string): void {
    this.clearProgress();
    const lines = value.replace(/\n$/, "").split("\n");
    this.#streams.output.write(lines.map((line) => `${printableText(line)}\n`).join(""));
  }

  /** Takes the progress line away, for whoever else writes to the terminal: all its rows, where a terminal that became narrower made several of it. */
  clearProgress(): void {
    if (this.#progressWidth === 0) return;
    const rows = Math.ceil(this.#progressWidth / this.width);
    this.#log.write(`\r\u001b[2K${"\u001b[1A\u001b[2K".repeat(rows - 1)}`);
    this.#progressWidth = 0;
  }

  get #log() {
    return this.#options.json ? this.#streams.error : this.#streams.output;
  }
}
