/**
 * @file The one error type that users meet. A message reads `where: what is wrong, got X, expected Y`, lower case, no stop;
 * the hint says what to do. Every folder may import this file.
 */

/** How a failure ends the command line: a usage error exits 2, a failure exits 1. */
export type ErrorKind = "usage" | "failure" | "internal";

export interface ErrorParts {
  /** Stable, greppable name, such as `E_IDX_TRUNCATED`. */
  readonly code: string;
  /** `usage`: what the person typed or handed over is wrong. `failure`: it was right but could not be done. `internal`: our bug. */
  readonly kind?: ErrorKind;
  /** What the person can do about it, one line. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error with a stable code, a kind that decides the exit status (default `failure`), and a hint. */
export class IstaNasError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;

  constructor(message: string, parts: ErrorParts) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = "IstaNasError";
    this.code = parts.code;
    this.kind = parts.kind ?? "failure";
    this.hint = parts.hint;
  }

  /** Process exit status: 2 for usage errors, 1 for everything else. */
  get exitCode(): number {
    return this.kind === "usage" ? 2 : 1;
  }
}
