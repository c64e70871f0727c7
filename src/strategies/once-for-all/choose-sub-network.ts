/**
 * @file The sub-network within the limits whose predicted accuracy is best, by evolution (Cai et al. 2020, section 3.4): of each generation a quarter are
 * parents of the next, half of which are mutations and half crossovers, until the best stands still. Nothing is computed but sums, so that a budget takes a
 * second.
 */
import type { Supports } from "../../choice/index.ts";
import { IstaNasError } from "../../error.ts";
import type { RandomStream } from "../../random/index.ts";
import { formatLimits, isWithin, type SizeLimits } from "../../search/index.ts";
import type { AccuracyPredictor } from "./accuracy-predictor.ts";
import type { CostTable } from "./cost-table.ts";
import type { NestedChoices, SubNetwork } from "./nested-choices.ts";

export interface ChoosingInputs {
  readonly choices: NestedChoices;
  readonly predictor: AccuracyPredictor;
  readonly costs: CostTable;
  readonly limits: SizeLimits;
  readonly stream: RandomStream;
}

/** As published. */
const [POPULATION, GENERATIONS, PARENTS, MUTATION] = [100, 500, 0.25, 0.1];
/** Generations without a better one after which it is over. */
const STILL = 25;
/** Tries for each new one: limits may leave little. */
const MOST_TRIES = 5;

interface Scored {
  readonly network: SubNetwork;
  readonly score: number;
}

/** @throws E_SEARCH_LIMITS if the smallest sub-network is beyond them */
export function chooseSubNetwork({ choices, predictor, costs, limits, stream }: ChoosingInputs): Supports {
  assertPossible(choices, costs, limits);
  const known = new Set<string>();
  const add = (into: Scored[], count: number, make: () => SubNetwork) => {
    const end = into.length + count;
    for (let tries = 0; into.length < end && tries < MOST_TRIES * count; tries++) {
      const network = make();
      const supports = choices.supportsOf(network);
      const key = supports.join("/");
      if (known.has(key)) continue;
      known.add(key);
      if (isWithin(costs.sizeOf(supports), limits)) into.push({ network, score: predictor.predict(supports) });
    }
  };
  let population: Scored[] = [];
  add(population, 1, () => choices.smallest);
  add(population, 1, () => choices.largest);
  add(population, POPULATION - population.length, () => choices.draw(choices.all, stream));
  let [most, still] = [Number.NEGATIVE_INFINITY, 0];
  for (let generation = 0; generation < GENERATIONS && still < STILL; generation++) {
    const parents = best(population, Math.ceil(PARENTS * POPULATION));
    still = parents[0]!.score > most ? 0 : still + 1;
    most = parents[0]!.score;
    const parent = () => parents[stream.integer(parents.length)]!.network;
    const children: Scored[] = [];
    add(children, POPULATION / 2, () => mutation(parent(), choices, stream));
    add(children, POPULATION / 2, () => crossover(parent(), parent(), stream));
    population = [...parents, ...children];
  }
  return choices.supportsOf(best(population, 1)[0]!.network);
}

/** Throws `E_SEARCH_LIMITS` if no sub-network is within the limits. */
export function assertPossible(choices: NestedChoices, costs: CostTable, limits: SizeLimits): void {
  const smallest = costs.sizeOf(choices.supportsOf(choices.smallest));
  if (isWithin(smallest, limits)) return;
  const { parameters, macs, milliseconds } = smallest;
  const time = milliseconds === undefined ? "" : ` and about ${milliseconds.toPrecision(3)} ms`;
  throw new IstaNasError(
    `search: no sub-network is within ${formatLimits(limits)}: the smallest has ${parameters} parameters, ${macs} multiply-accumulates${time}`,
    { code: "E_SEARCH_LIMITS", kind: "usage", hint: "raise the limit, or lower --channels in a new search" },
  );
}

/** By score; of equal ones the first. */
function best(population: readonly Scored[], count: number): readonly Scored[] {
  return population
    .map((one, place) => ({ one, place }))
    .sort((a, b) => b.one.score - a.one.score || a.place - b.place)
    .slice(0, count)
    .map(({ one }) => one);
}

function mutation({ depths, candidates }: SubNetwork, choices: NestedChoices, stream: RandomStream): SubNetwork {
  const drawn = choices.draw(choices.all, stream);
  const either = (own: readonly number[], other: readonly number[]) =>
    own.map((value, index) => (stream.uniform() < MUTATION ? other[index]! : value));
  return { depths: either(depths, drawn.depths), candidates: either(candidates, drawn.candidates) };
}

function crossover(a: SubNetwork, b: SubNetwork, stream: RandomStream): SubNetwork {
  const either = (own: readonly number[], other: readonly number[]) =>
    own.map((value, index) => (stream.uniform() < 0.5 ? value : other[index]!));
  return { depths: either(a.depths, b.depths), candidates: either(a.candidates, b.candidates) };
}
