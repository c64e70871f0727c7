/** @file A trained network in inference mode: logits and accuracy from running statistics. */
import type { Device, DeviceArray, Executable } from "../device/index.ts";
import { inferencePass, type MixtureWeights, type Network, type NetworkBuilder } from "../network/index.ts";
import { countCorrect } from "./accuracy.ts";
import { logitOutputs, otherAnswers } from "./task.ts";
import { mixtureInputs, type TrainingBatch } from "./training-step.ts";

/** A batch of static size of which the first `count` images are real and the rest is padding. */
export interface CountedBatch extends TrainingBatch {
  readonly count: number;
}

export class Classifier {
  readonly network: Network;
  readonly #executable: Executable;

  private constructor(network: Network, executable: Executable) {
    this.network = network;
    this.#executable = executable;
  }

  /** Uses the parameters and running statistics that lie on the device under the network's names. */
  static async compile(
    device: Device,
    build: NetworkBuilder,
    options: { readonly batch: number; readonly mixture?: boolean },
  ): Promise<Classifier> {
    const { batch, mixture = false } = options;
    const network = build({ ...inferencePass(batch), mixture });
    return new Classifier(network, await device.compile({ graph: network.graph, outputs: logitOutputs(network) }));
  }

  /** Logits `[N, classCount]` of normalised images `[N, H, W, C]`. */
  async logits(images: ArrayLike<number>, mixture: MixtureWeights | null = null): Promise<DeviceArray> {
    return (await this.allLogits(images, mixture))[0]!;
  }

  /** Those of all tasks, the first one first. */
  async allLogits(images: ArrayLike<number>, mixture: MixtureWeights | null = null): Promise<readonly DeviceArray[]> {
    const outputs = await this.#executable.run({ images, ...mixtureInputs(this.network, mixture) });
    return [outputs["logits"]!, ...otherAnswers(outputs, this.network.otherLogits?.length ?? 0)];
  }

  /** Share of images whose label got the largest logit, over all batches. */
  async accuracy(batches: Iterable<CountedBatch>, mixture: MixtureWeights | null = null): Promise<number> {
    let correct = 0;
    let count = 0;
    for (const batch of batches) {
      correct += countCorrect(await this.logits(batch.images, mixture), batch.labels, batch.count);
      count += batch.count;
    }
    return correct / count;
  }

  release(): void {
    this.#executable.release();
  }
}
