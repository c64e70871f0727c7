/**
 * @file Progressive shrinking (Cai et al. 2020, section 3.3): the largest network is trained first; then windows may be smaller, then stages shorter,
 * then blocks narrower, each beside all that was allowed before.
 */
import type { Elasticity, NestedChoices } from "./nested-choices.ts";

export interface Phase {
  /** Such as `windows`. */
  readonly name: string;
  /** What its steps draw from. */
  readonly elasticity: Elasticity;
  /** Sub-networks of a step. */
  readonly networks: number;
  /** Share of the epochs, before shares are scaled to a sum of 1. */
  readonly share: number;
  /** What the learning rate is multiplied by. */
  readonly rate: number;
}

/** As published: epochs, and rates as shares of that of the largest network, 0.026. */
const LARGEST = { name: "largest", networks: 1, share: 180, rate: 1 };
const WINDOWS = { name: "windows", networks: 1, share: 120, rate: 0.03 / 0.026 };
/** Of the last of several steps of depth, or of expansion; and of those before it. */
const LAST = { share: 120, rate: 0.0075 / 0.026 };
const EARLIER = { share: 25, rate: 0.0025 / 0.026 };
const [DEPTH_NETWORKS, EXPANSION_NETWORKS] = [2, 4];

/** The phases of a training in their order; those of something that the space does not vary are missing. */
export function phasesOf({ windows, expansions, all }: NestedChoices): readonly Phase[] {
  const only = { windows: windows.slice(0, 1), expansions: expansions.slice(0, 1), leftOut: 0 };
  const phases: Phase[] = [{ ...LARGEST, elasticity: only }];
  if (windows.length > 1) phases.push({ ...WINDOWS, elasticity: { ...only, windows } });
  for (let leftOut = 1; leftOut <= all.leftOut; leftOut++) {
    const kind = leftOut === all.leftOut ? LAST : EARLIER;
    phases.push({
      ...kind,
      ...named("depth", leftOut, all.leftOut),
      networks: DEPTH_NETWORKS,
      elasticity: { ...only, windows, leftOut },
    });
  }
  const narrowings = expansions.length - 1;
  for (let step = 1; step <= narrowings; step++) {
    const kind = step === narrowings ? LAST : EARLIER;
    const elasticity = { ...all, expansions: expansions.slice(0, step + 1) };
    phases.push({ ...kind, ...named("expansion", step, narrowings), networks: EXPANSION_NETWORKS, elasticity });
  }
  return phases;
}

/** Epochs of one phase: [first, end). */
export interface PhaseEpochs {
  readonly first: number;
  readonly end: number;
}

/** The epochs of each phase, of `epochs` in all; the first has one at least, others may have none where there are few. */
export function epochsOf(phases: readonly Phase[], epochs: number): readonly PhaseEpochs[] {
  const total = phases.reduce((sum, { share }) => sum + share, 0);
  let [before, first] = [0, 0];
  return phases.map(({ share }, index) => {
    before += share;
    const end = Math.max(first, index === 0 ? 1 : 0, Math.round((epochs * before) / total));
    const range = { first, end };
    first = end;
    return range;
  });
}

function named(name: string, step: number, steps: number): { readonly name: string } {
  return { name: steps === 1 ? name : `${name} ${step}` };
}
