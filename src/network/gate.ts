/** A choice group of two candidates as a gate: open it keeps one of them, shut the other one, which is zero. */
export interface Gate {
  /** Index of the candidate that an open gate keeps. */
  readonly open: number;
  /** What the network pays for it, to be compared with that of other gates. */
  readonly cost: number;
}
