/** @file The strategies that come with the package: one joins by a row. */
import type { Strategy } from "../search/index.ts";
import { oneStage } from "./one-stage/strategy.ts";
import { random } from "./random/strategy.ts";
import { twoStage } from "./two-stage/strategy.ts";

/** The first one is the default. */
export const STRATEGIES: readonly Strategy[] = [twoStage, oneStage, random];
