/** @file The rates of a search by sparse coding: what can be changed of them while it goes on, and what is usual. */
import type { Change, CompressionOptions, Strategy } from "../search/index.ts";
import { learningRateFor } from "../train/index.ts";

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

/** Both rates beside what is usual; `architectureRate`: of Adam on the measurements. */
export function compressionRates(
  { batch, learningRate, architecture }: Changeable & { readonly batch: number },
  architectureRate: number,
): ReturnType<Strategy["ratesOf"]> {
  return [
    { option: "learningRate", rate: learningRate, usual: learningRateFor(batch) },
    { option: "architectureRate", rate: architecture.learningRate, usual: architectureRate },
  ];
}
