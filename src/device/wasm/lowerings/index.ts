/** @file How each operation becomes kernel calls. An operation without a lowering does not compile. */
import type { OpAttributes } from "../../../graph/index.ts";
import type { LoweringsOf } from "../lowering.ts";
import { batchNormLowerings } from "./batch-norm.ts";
import { concatLowerings } from "./concat.ts";
import { convolutionLowerings } from "./convolution.ts";
import { crossEntropyLowerings } from "./cross-entropy.ts";
import { depthwiseLowerings } from "./depthwise.ts";
import { elementwiseLowerings } from "./elementwise.ts";
import { linearLowerings } from "./linear.ts";
import { pointwiseLowerings } from "./pointwise.ts";
import { poolLowerings } from "./pool.ts";
import { sgdLowerings } from "./sgd.ts";
import { sumLowerings } from "./sum.ts";

export const LOWERINGS: LoweringsOf<OpAttributes> = {
  ...convolutionLowerings,
  ...depthwiseLowerings,
  ...pointwiseLowerings,
  ...batchNormLowerings,
  ...poolLowerings,
  ...sumLowerings,
  ...concatLowerings,
  ...linearLowerings,
  ...crossEntropyLowerings,
  ...elementwiseLowerings,
  ...sgdLowerings,
};
