/**
 * @file Where text goes. Results go to standard output and the rest to standard error if `--json` asks for it, else all to
 * standard output. A progress line is redrawn in place on a terminal and never printed elsewhere.
 */
import picocolors from "picocolors";

export interface TerminalStreams {
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly error: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
}

type Colours = ReturnType<typeof picocolors.createColors>;

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

  get colours(): Colours {
    return picocolors.createColors(this.isInteractive && picocolors.isColorSupported);
  }

  /** The same terminal for a part of the work: its lines are shown, its result is not the one that `--json` promises. */
  part(): Terminal {
    return new Terminal({ output: this.#log, error: this.#log }, false);
  }

  /** A line for people. */
  line(text = ""): void {
    this.#clearProgress();
    this.#log.write(`${text}\n`);
  }

  /** A line that the next line or progress replaces; dropped where it cannot be redrawn. */
  progress(text: string): void {
    if (!this.isInteractive) return;
    this.#clearProgress();
    this.#log.write(text.slice(0, this.width - 1));
    this.#progressShown = true;
  }

  /** The one object that `--json` promises; ignored without it. */
  result(value: unknown): void {
    if (this.#json) this.#streams.output.write(`${JSON.stringify(value)}\n`);
  }

  /** A result that is text: always on standard output. */
  text(value: string): void {
    this.#clearProgress();
    this.#streams.output.write(value.endsWith("\n") ? value : `${value}\n`);
  }

  get #log() {
    return this.#json ? this.#streams.error : this.#streams.output;
  }

  #clearProgress(): void {
    if (!this.#progressShown) return;
    this.#log.write("\r\u001b[2K");
    this.#progressShown = false;
  }
}
