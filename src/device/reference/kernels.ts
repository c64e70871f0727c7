/** @file The table of all kernels: an operation without one does not compile. */
import type { OpAttributes } from "../../graph/index.ts";
import { batchNormKernels } from "./batch-norm.ts";
import { concatKernels } from "./concat.ts";
import { convolutionKernels } from "./convolution.ts";
import { crossEntropyKernels } from "./cross-entropy.ts";
import { depthwiseKernels } from "./depthwise.ts";
import { elementwiseKernels } from "./elementwise.ts";
import type { KernelsOf } from "./kernel.ts";
import { linearKernels } from "./linear.ts";
import { pointwiseKernels } from "./pointwise.ts";
import { poolKernels } from "./pool.ts";
import { sgdKernels } from "./sgd.ts";
import { sumKernels } from "./sum.ts";

export const KERNELS: KernelsOf<OpAttributes> = {
  ...convolutionKernels,
  ...depthwiseKernels,
  ...pointwiseKernels,
  ...batchNormKernels,
  ...poolKernels,
  ...sumKernels,
  ...concatKernels,
  ...linearKernels,
  ...crossEntropyKernels,
  ...elementwiseKernels,
  ...sgdKernels,
};
