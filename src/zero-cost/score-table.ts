/** @file The scores that there are: one joins by a row. */
import { fisher } from "./fisher.ts";
import { gradNorm } from "./grad-norm.ts";
import { grasp } from "./grasp.ts";
import { jacobCov } from "./jacob-cov.ts";
import { macs } from "./macs.ts";
import { naswot } from "./naswot.ts";
import { parameters } from "./parameters.ts";
import { snip } from "./snip.ts";
import { synflow } from "./synflow.ts";
import type { ZeroCostScore } from "./zero-cost-score.ts";

export const ZERO_COST_SCORES: readonly ZeroCostScore[] = [
  synflow,
  jacobCov,
  naswot,
  snip,
  gradNorm,
  grasp,
  fisher,
  parameters,
  macs,
];
