/** @file How the steps of a local search are shared out, as successive halving does it: from rung to rung half of the trainings, each twice as long. */

export interface Rung {
  /** Architectures that are trained, the one that the rung is about among them. */
  readonly count: number;
  /** Steps of each. */
  readonly length: number;
}

const RUNGS = 3;
const ETA = 2;
/** Below this many steps a training says little: rather fewer architectures are tried. */
const FEWEST_STEPS = 75;
const MOST_NEIGHBOURS = 24;
const FEWEST_NEIGHBOURS = 4;

/** `most`: neighbours that there are. `steps`: of all rungs together; the shortest training takes one at least. */
export function localSearchPlan(most: number, steps: number): readonly Rung[] {
  const lengthOf = (neighbours: number) => {
    return Math.floor(steps / countsOf(neighbours).reduce((sum, count, rung) => sum + count * ETA ** rung, 0));
  };
  let neighbours = Math.min(MOST_NEIGHBOURS, most);
  while (neighbours > FEWEST_NEIGHBOURS && lengthOf(neighbours) < FEWEST_STEPS) neighbours--;
  const shortest = Math.max(1, lengthOf(neighbours));
  return countsOf(neighbours).map((count, rung) => ({ count, length: shortest * ETA ** rung }));
}

function countsOf(neighbours: number): readonly number[] {
  return Array.from({ length: RUNGS }, (_, rung) => Math.max(2, Math.ceil((1 + neighbours) / ETA ** rung)));
}
