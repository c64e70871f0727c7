/** @file Fixed architectures of a space: what a search is compared with, because to have them costs nothing. */

export interface Baseline<Architecture = unknown> {
  /** Its name on the command line and of its run folder, such as `DARTS_V2`: a letter, then letters, digits, `_` and `-`. */
  readonly name: string;
  /** What it is, as it stands in a sentence: `all separable 3x3`. */
  readonly summary: string;
  readonly architecture: Architecture;
}

/** What names of baselines match: random ones are called `random-1`. */
export const BASELINE_NAME: RegExp = /^(?!random)[A-Za-z][A-Za-z0-9_-]{0,63}$/;
