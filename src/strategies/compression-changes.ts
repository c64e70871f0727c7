/** @file What can be changed while a search by sparse coding goes on. */
import type { Change, CompressionOptions } from "../search/index.ts";

interface Changeable {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly architecture: CompressionOptions;
}

/** Rates of both optimizers and the weight decay, by the names of their options. */
export function compressionChanges<Options extends Changeable>(): Readonly<
  Record<"learningRate" | "weightDecay" | "architectureRate", Change<Options>>
> {
  return {
    learningRate: {
      get: ({ learningRate }) => learningRate,
      set: (options, learningRate) => ({ ...options, learningRate }),
    },
    weightDecay: {
      get: ({ weightDecay }) => weightDecay,
      set: (options, weightDecay) => ({ ...options, weightDecay }),
    },
    architectureRate: {
      get: ({ architecture }) => architecture.learningRate,
      set: (options, learningRate) => ({ ...options, architecture: { ...options.architecture, learningRate } }),
    },
  };
}
