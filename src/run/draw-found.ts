/** @file What a run found as it is drawn: with the weights that its batch norms absorbed, if they did. */
import type { Supports } from "../choice/index.ts";
import { IstaNasError } from "../error.ts";
import type { Diagram, SearchSpace } from "../spaces/index.ts";
import { absorbedWeights } from "./absorbed-weights.ts";

export interface FoundDrawing {
  /** Null for an architecture that is drawn and trained all the same, such as a published one with other numbers of nodes. */
  readonly supports: Supports | null;
  readonly diagram: Diagram;
}

/** `details`: what `summary.json` says of the search. */
export function drawFound(space: SearchSpace, architecture: unknown, details: unknown): FoundDrawing {
  const supports = supportsIfHeld(space, architecture);
  const absorbed = absorbedWeights(details, supports ?? []);
  return { supports, diagram: space.draw(architecture, absorbed ?? undefined) };
}

function supportsIfHeld(space: SearchSpace, architecture: unknown): Supports | null {
  try {
    return space.supportsOf(architecture);
  } catch (error) {
    if (error instanceof IstaNasError) return null;
    throw error;
  }
}
