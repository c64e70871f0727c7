/** @file Flags that mean something to one strategy alone: given to the other they would be ignored in silence, so they are refused. */
import { IstaNasError } from "../error.ts";
import { type FlagName, type FlagValues, spelling } from "./flags.ts";

type Strategy = NonNullable<FlagValues["strategy"]>;

/** For each strategy the flags that it does not take, and what to use instead. */
const FOREIGN: Readonly<Record<Strategy, { readonly flags: readonly FlagName[]; readonly hint: string }>> = {
  "two-stage": {
    flags: [
      "maxSearchEpochs",
      "freezeRule",
      "freezeEpsilon",
      "freezePatience",
      "maxParameters",
      "maxMacs",
      "costWeight",
    ],
    hint: "add --strategy one-stage, or leave it out",
  },
  "one-stage": {
    flags: ["epochs", "retrainChannels", "retrainCells", "retrainBatch", "retrainRate"],
    hint: "a one-stage search has one network: --channels, --cells, --batch, --learning-rate; --max-search-epochs bounds the search, --retrain-epochs says how long it trains on",
  },
};

/** Throws `E_USAGE_STRATEGY` for a flag that was typed and belongs to the other strategy. */
export function checkStrategyFlags(typed: FlagValues): void {
  const strategy = typed.strategy ?? "two-stage";
  const { flags, hint } = FOREIGN[strategy];
  const foreign = flags.find((name) => typed[name] !== undefined);
  if (foreign === undefined) return;
  throw new IstaNasError(`--${spelling(foreign)}: got it with strategy ${strategy}, expected it with the other only`, {
    code: "E_USAGE_STRATEGY",
    kind: "usage",
    hint,
  });
}
