/**
 * @file Standard output or standard error. Each can fail at any time: a full disk, a terminal that was closed. That ends no work; what comes
 * after is dropped, and what was lost can be asked for at the end.
 */
import { systemReason } from "../files/index.ts";

type Writable = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export class StandardStream {
  readonly #stream: Writable;
  #failure: Error | null = null;
  #isLossAccepted = false;

  /** Takes over the errors of `stream`. */
  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on("error", (error: Error) => {
      this.#failure ??= error;
    });
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number | undefined {
    return this.#stream.columns;
  }

  /** Why text was lost, such as `ENOSPC: no space left on device`; null if none was. A reader that has gone (`| head`) wanted no more: that is no loss. */
  get loss(): string | null {
    const isUnread = (this.#failure as NodeJS.ErrnoException | null)?.code === "EPIPE";
    return this.#failure === null || isUnread || this.#isLossAccepted ? null : systemReason(this.#failure);
  }

  /** The loss, which from here on counts for none: it was no harm. */
  acceptLoss(): string | null {
    const { loss } = this;
    this.#isLossAccepted = true;
    return loss;
  }

  write(text: string): void {
    if (this.#failure !== null) return;
    try {
      this.#stream.write(text);
    } catch (error) {
      // Node before 20.10 throws what a file answers.
      this.#failure = error as Error;
    }
  }

  /** Waits until all is written or lost. */
  async flush(): Promise<void> {
    if (this.#failure !== null) return;
    await new Promise<void>((resolve) => {
      this.#stream.on("error", () => resolve());
      this.#stream.write("", () => resolve());
    });
    // The error of a file comes in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
