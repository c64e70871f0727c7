/** @file The strategies that come with the package: one joins by a row. */
import type { Strategy } from "../search/index.ts";
import { type AtomGiven, atom } from "./atom/strategy.ts";
import { type DartsGiven, darts } from "./darts/strategy.ts";
import { type DsnasGiven, dsnas } from "./dsnas/strategy.ts";
import { type GdasGiven, gdas } from "./gdas/strategy.ts";
import { type MeasuredGiven, measured } from "./measured/strategy.ts";
import { type MtlGiven, mtl } from "./mtl/strategy.ts";
import { type OnceForAllGiven, onceForAll } from "./once-for-all/strategy.ts";
import { type OneShotGiven, oneShot } from "./one-shot/strategy.ts";
import { type OneStageGiven, oneStage } from "./one-stage/strategy.ts";
import { random } from "./random/strategy.ts";
import { randomWs } from "./random-ws/strategy.ts";
import { type SposGiven, spos } from "./spos/strategy.ts";
import { type HalvingGiven, successiveHalving } from "./successive-halving/strategy.ts";
import { type TwoStageGiven, twoStage } from "./two-stage/strategy.ts";
import { type ZeroCostGiven, zeroCost } from "./zero-cost/strategy.ts";

/** The first one is the default. */
export const STRATEGIES: readonly Strategy[] = [
  twoStage,
  oneStage,
  measured,
  random,
  successiveHalving,
  randomWs,
  oneShot,
  spos,
  darts,
  gdas,
  dsnas,
  atom,
  onceForAll,
  mtl,
  zeroCost,
];

/** Options of these strategies, as far as they are given. */
export interface StrategyGiven
  extends TwoStageGiven,
    MeasuredGiven,
    OneStageGiven,
    HalvingGiven,
    OneShotGiven,
    SposGiven,
    DartsGiven,
    GdasGiven,
    DsnasGiven,
    AtomGiven,
    OnceForAllGiven,
    MtlGiven,
    ZeroCostGiven {}
