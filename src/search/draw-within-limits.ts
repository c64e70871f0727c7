/** @file Architectures drawn at random, none of which costs more than it may. */
import { type ChoiceGroup, randomSupports, type Supports } from "../choice/index.ts";
import { IstaNasError } from "../error.ts";
import type { NetworkBuilder } from "../network/index.ts";
import type { RandomStream } from "../random/index.ts";
import { formatLimits, isLimited, isWithin, type SizeLimits, sizeOf } from "./size-limit.ts";

/** Draws to find one within the limits. */
const MOST_DRAWS = 1000;

export interface LimitedDraw {
  readonly groups: readonly ChoiceGroup[];
  /** Makes the network whose size counts. */
  network(supports: Supports): NetworkBuilder;
  readonly limits: SizeLimits;
  readonly stream: RandomStream;
}

/**
 * Draws until the network is within the limits.
 * @throws E_SEARCH_LIMITS if none of 1000 draws is
 */
export function drawWithinLimits({ groups, network, limits, stream }: LimitedDraw): Supports {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const supports = randomSupports(groups, stream);
    if (!isLimited(limits) || isWithin(sizeOf(network(supports), limits), limits)) return supports;
  }
  throw new IstaNasError(`search: none of ${MOST_DRAWS} random architectures is within ${formatLimits(limits)}`, {
    code: "E_SEARCH_LIMITS",
    kind: "usage",
    hint: "raise the limit, or lower --channels or --cells",
  });
}
