/**
 * @file Which thread writes a value and which threads read it, and so where threads must meet. Most operations read
 * and write images of their own thread. A value that another thread wrote may be read only after a barrier, and so may
 * one whose operation has yet to add up partial sums of all threads.
 */
import { type Graph, type Node, OP_RULES, type OpKind, type OpRule, type Value } from "../../graph/index.ts";
import { isReadingOperand, type ReadingNode } from "./reading.ts";

/**
 * How an output comes about. `images`: each thread writes its own images. `items`: each thread writes some of it.
 * `every`: all threads write all of it, the same bits, so each may read it at once. `follows`: like `images` if an
 * input read by images is so, else like `every`.
 */
type Origin = "images" | "items" | "every" | "follows";

interface SharingRule {
  /** Inputs that a thread reads whole; of the others it reads its own images only. */
  readonly whole: readonly number[] | "all";
  /** Origin of each output. */
  readonly outputs: readonly Origin[];
}

const IMAGES: SharingRule = { whole: [], outputs: ["images"] };
const IMAGES_AND_FILTER: SharingRule = { whole: [1], outputs: ["images"] };
const FILTER_GRADIENT: SharingRule = { whole: [], outputs: ["items"] };
const FOLLOWS: SharingRule = { whole: [], outputs: ["follows"] };

const SHARING: Readonly<Record<OpKind, SharingRule>> = {
  convolution: IMAGES_AND_FILTER,
  convolutionInputGradient: IMAGES_AND_FILTER,
  convolutionFilterGradient: FILTER_GRADIENT,
  depthwise: IMAGES_AND_FILTER,
  depthwiseInputGradient: IMAGES_AND_FILTER,
  depthwiseFilterGradient: FILTER_GRADIENT,
  pointwise: IMAGES_AND_FILTER,
  pointwiseInputGradient: IMAGES_AND_FILTER,
  pointwiseFilterGradient: FILTER_GRADIENT,
  batchNorm: { whole: [1, 2, 3, 4], outputs: ["images", "every", "every"] },
  batchNormGradient: { whole: [2, 3, 4], outputs: ["images", "every", "every"] },
  batchNormInference: { whole: [1, 2, 3, 4], outputs: ["images"] },
  maxPool: IMAGES,
  maxPoolGradient: IMAGES,
  averagePool: IMAGES,
  averagePoolGradient: IMAGES,
  globalMean: IMAGES,
  globalMeanGradient: IMAGES,
  sum: FOLLOWS,
  weightedSum: { whole: [0], outputs: ["follows"] },
  weightedSumInputGradient: { whole: [0], outputs: ["follows"] },
  weightedSumWeightGradient: { whole: [], outputs: ["every"] },
  concat: IMAGES,
  channelSlice: IMAGES,
  linear: { whole: [1, 2], outputs: ["images"] },
  linearInputGradient: IMAGES_AND_FILTER,
  linearWeightGradient: { whole: "all", outputs: ["items"] },
  linearBiasGradient: { whole: "all", outputs: ["every"] },
  crossEntropy: { whole: [], outputs: ["every"] },
  crossEntropyGradient: { whole: [0], outputs: ["images"] },
  relu: FOLLOWS,
  reluGradient: FOLLOWS,
  relu6: FOLLOWS,
  relu6Gradient: FOLLOWS,
  dropPath: IMAGES,
  constant: { whole: [], outputs: ["every"] },
  sgd: { whole: "all", outputs: ["every"] },
};

const NOTHING: readonly Value[] = [];

/** Follows the operations of a program in their order. */
export class Sharing {
  readonly #perImage = new Set<number>();
  /** Values of which other threads may still be writing parts, or which have yet to be written at all. */
  readonly #unmet = new Map<number, "images" | "items" | "unfinished">();

  constructor(graph: Graph) {
    for (const { id, shape } of graph.named("input")) if (shape.length >= 2) this.#perImage.add(id);
  }

  /** Whether axis 0 is the batch, and a thread reads and writes its own images. */
  isPerImage(value: Value): boolean {
    return this.#perImage.has(value.id);
  }

  /** Whether all threads must meet before the operation. */
  needsBarrier(node: ReadingNode): boolean {
    const { inputs } = node;
    for (let index = 0; index < inputs.length; index++) {
      const origin = this.#unmet.get(inputs[index]!.id);
      if (origin !== undefined && (origin !== "images" || readsWhole(node, index))) return true;
    }
    return false;
  }

  /** All threads have met. */
  meet(): void {
    this.#unmet.clear();
  }

  /** Takes note of an operation that writes its outputs only after the next meeting. */
  start(node: Node): void {
    for (const values of [node.outputs, mutatedBy(node)]) {
      for (const { id } of values) this.#unmet.set(id, "unfinished");
    }
  }

  /** Takes note of what an operation has written. */
  finish(node: ReadingNode): void {
    const rule = SHARING[node.kind];
    for (const [index, { id }] of node.outputs.entries()) {
      const origin = this.#originOf(rule.outputs[index]!, node);
      if (origin === "every") continue;
      this.#unmet.set(id, origin);
      if (origin === "images") this.#perImage.add(id);
    }
    for (const { id } of mutatedBy(node)) this.#unmet.set(id, "items");
  }

  #originOf(origin: Origin, node: ReadingNode): Exclude<Origin, "follows"> {
    if (origin !== "follows") return origin;
    const follows = node.inputs.some((value, index) => !readsWhole(node, index) && this.isPerImage(value));
    return follows ? "images" : "every";
  }
}

/** The persistent values that an operation changes. */
export function mutatedBy({ kind, inputs, attributes }: Node): readonly Value[] {
  const rule = OP_RULES[kind] as OpRule<unknown>;
  if (rule.mutates === undefined) return NOTHING;
  return rule.mutates(inputs.length, attributes).map((index) => inputs[index]!);
}

/** Whether an operation reads all of an input in each thread. */
export function readsWhole(node: ReadingNode, index: number): boolean {
  return isWhole(SHARING[node.kind], index) || isReadingOperand(node, index);
}

function isWhole({ whole }: SharingRule, index: number): boolean {
  return whole === "all" || whole.includes(index);
}
