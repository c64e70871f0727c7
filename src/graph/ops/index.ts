/** @file The table of all operations. Adding one means: a rule here, a kernel in each device, a gradient case in the tests. */
import type { RulesOf } from "../op-rule.ts";
import { type BatchNormOps, batchNormRules } from "./batch-norm.ts";
import { type ConcatOps, concatRules } from "./concat.ts";
import { type ConvolutionOps, convolutionRules } from "./convolution.ts";
import { type CrossEntropyOps, crossEntropyRules } from "./cross-entropy.ts";
import { type DepthwiseOps, depthwiseRules } from "./depthwise.ts";
import { type ElementwiseOps, elementwiseRules } from "./elementwise.ts";
import { type LinearOps, linearRules } from "./linear.ts";
import { type PointwiseOps, pointwiseRules } from "./pointwise.ts";
import { type PoolOps, poolRules } from "./pool.ts";
import { type SgdOps, sgdRules } from "./sgd.ts";
import { type SumOps, sumRules } from "./sum.ts";

/** The attributes of each operation, by its name. */
export interface OpAttributes
  extends ConvolutionOps,
    DepthwiseOps,
    PointwiseOps,
    BatchNormOps,
    PoolOps,
    SumOps,
    ConcatOps,
    LinearOps,
    CrossEntropyOps,
    ElementwiseOps,
    SgdOps {}

export type OpKind = keyof OpAttributes;

export const OP_RULES: RulesOf<OpAttributes> = {
  ...convolutionRules,
  ...depthwiseRules,
  ...pointwiseRules,
  ...batchNormRules,
  ...poolRules,
  ...sumRules,
  ...concatRules,
  ...linearRules,
  ...crossEntropyRules,
  ...elementwiseRules,
  ...sgdRules,
};
