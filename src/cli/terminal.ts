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

export class Terminal {
  readonly #streams: TerminalStreams;
  readonly #json: boolean;
  #progressShown = false;

  constructor(streams: TerminalStreams, json: boolean) {
    this.#streams = streams;
    this.#json = json;
  }

  /** Whether progress can be redrawn in place. */
  get isInteractive(): boolean {
    return this.#log.isTTY === true;
  }

  get width(): number {
    return this.#log.columns ?? 100;
  }

  /** The same terminal for a part of the work: its lines are shown, its result is not the one that `--json` promises. */
  part(): Terminal {
    return new Terminal({ output: this.#log, error: this.#log }, false);
  }

  /** The same terminal without its standard output, which something else takes: lines go to standard error, results nowhere. */
  aside(): Terminal {
    return new Terminal({ output: this.#streams.error, error: this.#streams.error }, false);
  }

  /** One line for people, its parts side by side. */
  line(...parts: readonly TextPart[]): void {
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
    this.#log.write(printableText(text).slice(0, this.width - 1));
    this.#progressShown = true;
  }

  /** The one object that `--json` promises; ignored without it. */
  result(value: unknown): void {
    if (this.#json) this.#streams.output.write(`${printableJson(value)}\n`);
  }

  /** A result that is text of any number of lines: always on standard output. */
  text(value: string): void {
    this.clearProgress();
    const lines = value.replace(/\n$/, "").split("\n");
    this.#streams.output.write(lines.map((line) => `${printableText(line)}\n`).join(""));
  }

  /** Takes the progress line away, for whoever else writes to the terminal. */
  clearProgress(): void {
    if (!this.#progressShown) return;
    this.#log.write("\r\u001b[2K");
    this.#progressShown = false;
  }

  get #log() {
    return this.#json ? this.#streams.error : this.#streams.output;
  }
}
