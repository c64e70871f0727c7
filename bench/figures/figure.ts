/** @file Something to measure, by name. */

export interface Figure {
  readonly name: string;
  /** Timed runs in a row before it is another figure's turn. */
  readonly runs: number;
  run(): void | Promise<void>;
}
