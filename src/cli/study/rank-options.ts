/** @file Which strategies a study of ranks compares, and what each of them and the trainings alone take of the flags that were given. */
import { IstaNasError } from "../../error.ts";
import { spelling } from "../../options/index.ts";
import { chooseSpace, chooseStrategy, retrainName, targetOptions } from "../../run/index.ts";
import type { Strategy } from "../../search/index.ts";
import type { SpaceKind } from "../../spaces/index.ts";
import { STRATEGIES } from "../../strategies/index.ts";
import { type FlagValues, PART_FLAGS } from "../flags.ts";

/** A strategy with the name that was typed. */
export interface NamedStrategy {
  readonly name: string;
  readonly strategy: Strategy;
}

/** Those of `--strategy`, by commas, each once; without it all of the package with a super-net. Throws `E_USAGE_PART`, `E_MODULE`. */
export async function rankedStrategies({ strategy: names }: FlagValues): Promise<readonly NamedStrategy[]> {
  if (names === undefined) {
    return STRATEGIES.filter(hasSuperNet).map((strategy) => ({ name: strategy.kind, strategy }));
  }
  const chosen: NamedStrategy[] = [];
  for (const name of new Set(names.split(",").map((word) => word.trim()))) {
    const { part: strategy } = await chooseStrategy(name);
    if (!hasSuperNet(strategy)) throw withoutSuperNet(strategy);
    chosen.push({ name, strategy });
  }
  return chosen;
}

/** Throws `E_USAGE_PART` for an option of a strategy that none of those compared takes: each of them would pass over it. */
export function refuseUntakenOptions(given: FlagValues, strategies: readonly NamedStrategy[]): void {
  const untaken = Object.keys(given).find(
    (option) => isOfStrategies(option) && !strategies.some(({ strategy }) => Object.hasOwn(strategy.flags, option)),
  );
  if (untaken === undefined) return;
  const own = strategies.map(({ strategy }) => strategy.kind).join(", ");
  const others = STRATEGIES.filter(({ flags }) => Object.hasOwn(flags, untaken)).map(({ kind }) => kind);
  throw new IstaNasError(
    `--${spelling(untaken)}: got it with strategy ${own}, expected it with strategy ${others.join(", ")}`,
    { code: "E_USAGE_PART", kind: "usage", hint: `add ${others[0]} to --strategy, or leave it out` },
  );
}

/** What one strategy is given: neither the options of others nor, if it goes on with one network, those of retraining. */
export function searchGiven(given: FlagValues, { name, strategy }: NamedStrategy, out: string): FlagValues {
  const isOne = strategy.afterwards !== "retrain";
  const ofRetraining = new Set(["retrainBatch", "retrainRate", ...Object.keys(PART_FLAGS.macro).map(retrainName)]);
  const taken = Object.entries(given).filter(([option]) => {
    if (isOne && ofRetraining.has(option)) return false;
    return !isOfStrategies(option) || Object.hasOwn(strategy.flags, option);
  });
  return { ...Object.fromEntries(taken), strategy: name, out };
}

/** What an architecture is trained alone with: as a search with these flags would train it, for `epochs`. */
export async function aloneGiven(given: FlagValues, location: string, epochs: number): Promise<FlagValues> {
  const { part } = await chooseSpace(given.space);
  const options = Object.entries(targetOptions(given, location, part));
  const taken = options.filter(([option]) => option !== "strategy" && !isOfStrategies(option));
  return { ...Object.fromEntries(taken), epochs };
}

/** How architectures of a space are ranked: by its published results, or by training them alone for some epochs. */
export type RankBy = "table" | { readonly aloneEpochs: number };

/** Published results, where there are some and epochs are not asked for. */
export function rankedBy({ aloneEpochs }: FlagValues, { benchmark }: SpaceKind): RankBy {
  return benchmark !== undefined && aloneEpochs === undefined ? "table" : { aloneEpochs: aloneEpochs ?? ALONE_EPOCHS };
}

const ALONE_EPOCHS = 10;

function hasSuperNet({ images, sharesWeights, needs }: Strategy): boolean {
  return images !== "none" && sharesWeights !== false && needs !== "nesting";
}

function isOfStrategies(option: string): boolean {
  return Object.hasOwn(PART_FLAGS.strategy, option);
}

function withoutSuperNet({ kind }: Strategy): IstaNasError {
  const others = STRATEGIES.filter(hasSuperNet).map((strategy) => strategy.kind);
  return new IstaNasError(`--strategy: got ${kind}, which has no super-net, expected some of ${others.join(", ")}`, {
    code: "E_USAGE_PART",
    kind: "usage",
    hint: "only shared weights can score architectures: leave it out",
  });
}
