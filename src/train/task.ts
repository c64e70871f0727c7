/**
 * @file Where one task and many differ: a task has logits, targets that they are to name, a loss between both, and a metric, the images that are right.
 * A network has one, or more that share all of it but their classifiers; the loss that it is trained by is the sum of theirs.
 */
import type { Value } from "../graph/index.ts";
import type { Network } from "../network/index.ts";
import { countCorrect } from "./accuracy.ts";

export interface Task {
  /** `[N, K]` */
  readonly logits: Value;
  /** What a program calls its logits among its outputs. */
  readonly output: string;
  /** What a program calls its targets among its inputs, `[N]`. */
  readonly targets: string;
}

/** Images whose label got the largest logit. */
export interface RightAnswers {
  /** In the first task. */
  readonly correct: number;
  /** In each of the other tasks. Missing where there is one task. */
  readonly otherCorrect?: readonly number[];
}

/** Class indices of a batch, by task. */
interface Targets {
  readonly labels: ArrayLike<number>;
  readonly otherLabels?: readonly ArrayLike<number>[];
}

/** Those of a network, the first one first. */
export function tasksOf({ logits, otherLogits = [] }: Pick<Network, "logits" | "otherLogits">): readonly Task[] {
  return [logits, ...otherLogits].map((value, task) => ({ logits: value, ...namesOf(task) }));
}

/** The logits of all tasks as outputs of a program. */
export function logitOutputs(network: Pick<Network, "logits" | "otherLogits">): Record<string, Value> {
  return Object.fromEntries(tasksOf(network).map(({ output, logits }) => [output, logits]));
}

/** The logits of the other tasks among what a program computed, each with its targets. */
export function otherAnswers<Answers>(outputs: Readonly<Record<string, Answers>>, tasks: number): readonly Answers[] {
  return Array.from({ length: tasks }, (_, task) => outputs[namesOf(task + 1).output]!);
}

/** The targets of a batch as inputs of a program. */
export function targetInputs({ labels, otherLabels = [] }: Targets): Record<string, ArrayLike<number>> {
  return Object.fromEntries([labels, ...otherLabels].map((values, task) => [namesOf(task).targets, values]));
}

/** The images that are right, of the first `count` of a batch, by what a program with `logitOutputs` computed. */
export function countRight(
  outputs: Readonly<Record<string, ArrayLike<number>>>,
  { labels, otherLabels }: Targets,
  count: number,
): RightAnswers {
  const correct = countCorrect(outputs[namesOf(0).output]!, labels, count);
  if (otherLabels === undefined) return { correct };
  const answers = otherAnswers(outputs, otherLabels.length);
  return { correct, otherCorrect: otherLabels.map((other, task) => countCorrect(answers[task]!, other, count)) };
}

/** Those of several batches together. */
export function addRight(all: readonly RightAnswers[]): RightAnswers {
  const correct = all.reduce((sum, one) => sum + one.correct, 0);
  const others = all[0]?.otherCorrect;
  if (others === undefined) return { correct };
  return {
    correct,
    otherCorrect: others.map((_, task) => all.reduce((sum, one) => sum + one.otherCorrect![task]!, 0)),
  };
}

function namesOf(task: number): Pick<Task, "output" | "targets"> {
  return task === 0
    ? { output: "logits", targets: "labels" }
    : { output: `otherLogits/${task - 1}`, targets: `otherLabels/${task - 1}` };
}
