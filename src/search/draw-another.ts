/** @file Architectures drawn at random, none of them twice. */
import type { Supports } from "../choice/index.ts";
import type { RandomStream } from "../random/index.ts";
import { drawWithinLimits } from "./draw-within-limits.ts";
import type { SearchContext } from "./search.ts";
import type { SizeLimits } from "./size-limit.ts";

/** Draws until there is another one than before; a small space may not have as many. */
const MOST_DRAWS = 100;

export interface AnotherDraw {
  readonly context: Pick<SearchContext, "space">;
  readonly limits: SizeLimits;
  readonly stream: RandomStream;
  /** Those that were drawn before. */
  readonly known: readonly Supports[];
}

/**
 * One that was not drawn before; null if none of 100 draws is.
 * @throws E_SEARCH_LIMITS if limits cannot be kept
 */
export function drawAnother({ context, limits, stream, known }: AnotherDraw): Supports | null {
  const { groups } = context.space;
  const network = (supports: Supports) => context.space.network(supports);
  const keys = new Set(known.map((supports) => supports.join("/")));
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const supports = drawWithinLimits({ groups, network, limits, stream });
    if (!keys.has(supports.join("/"))) return supports;
  }
  return null;
}
