/** @file The rates of a search by sparse coding: what can be changed of them while it goes on, and what is usual. */
import { learningRateFor } from "../train/index.ts";
import { changeOf } from "./change-of.ts";
import type { CompressionOptions } from "./compression-options.ts";
import type { Change, Strategy } from "./strategy.ts";

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
    learningRate: changeOf("learningRate"),
    weightDecay: changeOf("weightDecay"),
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
