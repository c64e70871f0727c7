/**
 * @file Networks that are parts of one another: a smaller window is the middle of a larger one, a narrower block has the first channels of a wider one,
 * and a shorter stage the first layers of a longer one. All of them can then share the weights of the largest (Cai et al. 2020, "Once-for-all").
 */

/** What a candidate is of the largest one of its group. */
export interface NestedPart {
  /** Side of its depthwise window, odd. */
  readonly window: number;
  /** How many times wider its inside is than its input. */
  readonly expansion: number;
}

/** Groups of one after the other, first to last, of which the last ones may be left out. */
export interface NestedStage {
  readonly groups: readonly number[];
  /** How many of them every network has, at least 1. */
  readonly least: number;
}

/** How the networks of a space are nested. Every group keeps one candidate, and is in one stage. */
export interface Nesting {
  /** Of each group a part for each of its candidates; null for the candidate that leaves the layer out. One part has the largest window and expansion. */
  readonly parts: readonly (readonly (NestedPart | null)[])[];
  readonly stages: readonly NestedStage[];
}
