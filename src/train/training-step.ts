/** @file What the weight step and the architecture step share: their data, and the loss that both differentiate. */
import type { Value } from "../graph/index.ts";
import type { MixtureWeights, Network } from "../network/index.ts";
import { type RightAnswers, targetInputs, tasksOf } from "./task.ts";

/** Images `[N, H, W, C]`, normalised, and their class indices `[N]`. */
export interface TrainingBatch {
  readonly images: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  /** Class indices of the other tasks of the network, `[N]` each. Missing where there is one task. */
  readonly otherLabels?: readonly ArrayLike<number>[];
}

/** Training batches that can be made in any order: each depends on its epoch and index alone. */
export interface BatchSource {
  /** Batches an epoch. */
  readonly batchCount: number;
  /** Batch `index` of `epoch`, shuffled and augmented, in arrays of its own: it is made while the step before it runs. */
  batch(epoch: number, index: number): TrainingBatch;
}

export interface StepResult extends RightAnswers {
  /** Mean cross entropy of the batch, by the class weights of the network, the auxiliary head's share included; the sum over its tasks. */
  readonly loss: number;
}

/**
 * Cross entropy of the logits plus the weighted one of the auxiliary head, if there is one, plus those of the other tasks; makes the inputs of
 * `batchInputs` but the images. Images count by the class weights of the network, in its first task.
 */
export function totalLoss(network: Network, batch: number, labelSmoothing: number, auxiliaryWeight: number): Value {
  const { graph, classWeights } = network;
  const attributes = classWeights === undefined ? { labelSmoothing } : { labelSmoothing, classWeights };
  const [first, ...others] = tasksOf(network);
  const labels = graph.input(first!.targets, [batch]);
  const terms = [graph.apply("crossEntropy", [first!.logits, labels], attributes)];
  const coefficients = [1];
  if (network.auxiliaryLogits !== null) {
    terms.push(graph.apply("crossEntropy", [network.auxiliaryLogits, labels], attributes));
    coefficients.push(auxiliaryWeight);
  }
  for (const { logits, targets } of others) {
    terms.push(graph.apply("crossEntropy", [logits, graph.input(targets, [batch])], { labelSmoothing }));
    coefficients.push(1);
  }
  return terms.length === 1 ? terms[0]! : graph.apply("sum", terms, { coefficients });
}

/** The graph inputs that carry a batch. */
export function batchInputs(batch: TrainingBatch): Record<string, ArrayLike<number>> {
  return { images: batch.images, ...targetInputs(batch) };
}

/** The graph inputs that carry the mixture weights of a network. */
export function mixtureInputs(
  { mixtures }: Pick<Network, "mixtures">,
  weights: MixtureWeights | null,
): Record<string, ArrayLike<number>> {
  return Object.fromEntries((mixtures ?? []).map(({ name }, group) => [name!, weights![group]!]));
}

/** Gradients of the mixture weights as outputs of a program, from where `mixtureGradients` reads them. */
export function mixtureGradientOutputs(gradients: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(gradients.map((gradient, group) => [gradientName(group), gradient]));
}

/** The gradients of the mixture weights among what a program computed. */
export function mixtureGradients(
  { mixtures }: Pick<Network, "mixtures">,
  outputs: Readonly<Record<string, ArrayLike<number>>>,
): MixtureWeights {
  return mixtures!.map((_, group) => outputs[gradientName(group)]!);
}

function gradientName(group: number): string {
  return `mixtureGradient/${group}`;
}
