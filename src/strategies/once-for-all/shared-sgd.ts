/** @file The step of SGD on a set of shared weights, by gradients that were summed over sub-networks. */
import type { Device, Executable } from "../../device/index.ts";
import { Graph } from "../../graph/index.ts";
import { velocityName } from "../../train/index.ts";
import type { SharedGradients, SharedValue } from "./shared-weights.ts";

interface SharedSgdOptions {
  readonly momentum: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
}

export class SharedSgd {
  readonly #executable: Executable;
  readonly #values: readonly SharedValue[];

  private constructor(executable: Executable, values: readonly SharedValue[]) {
    this.#executable = executable;
    this.#values = values;
  }

  static async compile(device: Device, values: readonly SharedValue[], options: SharedSgdOptions): Promise<SharedSgd> {
    const { momentum, weightDecay, clipNorm } = options;
    const graph = new Graph();
    const updates = values.flatMap(({ name, shape }, index) => [
      graph.persistent(name, shape),
      graph.input(`gradient/${index}`, shape),
      graph.persistent(velocityName(name), shape),
    ]);
    const learningRate = graph.input("learningRate", [1]);
    const norm = graph.apply("sgd", [learningRate, ...updates], { momentum, weightDecay, clipNorm });
    return new SharedSgd(await device.compile({ graph, outputs: { norm } }), values);
  }

  /** What no sub-network of the step has moves by its momentum and its decay alone. Returns the norm of all gradients: if it is not finite, nothing moves. */
  async step(gradients: SharedGradients, learningRate: number): Promise<number> {
    const fed = this.#values.map(({ name }, index) => [`gradient/${index}`, gradients.get(name)!] as const);
    const outputs = await this.#executable.run({ learningRate: [learningRate], ...Object.fromEntries(fed) });
    return outputs["norm"]![0]!;
  }

  release(): void {
    this.#executable.release();
  }
}
