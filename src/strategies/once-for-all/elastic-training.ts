/** @file The steps that train sub-networks: each of some that were drawn gives its gradients to the shared weights, which then take one step. */
import type { Supports } from "../../choice/index.ts";
import { PathQueue, type SearchContext } from "../../search/index.ts";
import {
  Divergence,
  type TrainingBatch,
  type TrainingSums,
  velocityName,
  type WeightStepOptions,
} from "../../train/index.ts";
import type { NestedChoices } from "./nested-choices.ts";
import type { Phase } from "./phases.ts";
import { SharedSgd } from "./shared-sgd.ts";
import type { SharedWeights } from "./shared-weights.ts";
import { sortChannels } from "./sort-channels.ts";
import { SubNetworkPass } from "./sub-network-pass.ts";
import { Teacher } from "./teacher.ts";

export interface ElasticOptions extends Omit<WeightStepOptions, "mixture" | "dropPath" | "maxLoss" | "isFrozen"> {
  /** Weight of the loss by soft labels of the largest network; 0: there is no teacher. */
  readonly distillation: number;
}

export interface ElasticStepInputs {
  readonly batch: TrainingBatch;
  /** Sub-networks of the step. */
  readonly networks: readonly Supports[];
  /** The first one of the step after it, whose program is made meanwhile; null for none. */
  readonly next: Supports | null;
  readonly learningRate: number;
}

export class ElasticTraining {
  readonly #context: SearchContext;
  readonly #options: ElasticOptions;
  readonly #shared: SharedWeights;
  readonly #choices: NestedChoices;
  readonly #queue: PathQueue<Supports, SubNetworkPass>;
  #sgd: SharedSgd | null = null;
  #teacher: Teacher | null = null;

  constructor(context: SearchContext, options: ElasticOptions, shared: SharedWeights, choices: NestedChoices) {
    const { device, space } = context;
    const { batch, labelSmoothing, distillation, recompute = false } = options;
    const ofPass = { batch, labelSmoothing, distillation, recompute };
    this.#context = context;
    this.#options = options;
    this.#shared = shared;
    this.#choices = choices;
    this.#queue = new PathQueue({
      compile: (supports) => SubNetworkPass.compile(device, space.network(supports), ofPass),
      release: (pass) => pass.release(),
      keyOf: (supports) => supports.join("/"),
    });
  }

  /** What comes between two phases, on the device: momentum begins anew, after the first one the teacher is kept, before blocks get narrower channels are sorted. */
  enter(phase: Phase, before: Phase, isFirst: boolean): void {
    const { device, space } = this.#context;
    if (isFirst && this.#options.distillation > 0) Teacher.copy(device, this.#shared.largest);
    const trained = before.elasticity.expansions;
    if (phase.elasticity.expansions.length > trained.length) sortChannels(device, space, this.#choices, trained);
    const names = new Set(device.names());
    for (const { name } of this.#shared.values) {
      const velocity = velocityName(name);
      if (names.has(velocity)) device.write(velocity, new Float32Array(device.read(velocity).length));
    }
  }

  /**
   * One step. Losses are means over the sub-networks, by labels alone; what they got right is a sum.
   * @throws E_TRAIN_DIVERGED as a `WeightStep` does
   */
  async step({ batch, networks, next, learningRate }: ElasticStepInputs): Promise<TrainingSums> {
    const { device, space } = this.#context;
    const { batch: images, distillation } = this.#options;
    const largest = this.#choices.supportsOf(this.#choices.largest);
    if (distillation > 0) this.#teacher ??= await Teacher.compile(device, space.network(largest), images);
    this.#sgd ??= await SharedSgd.compile(device, this.#shared.values, this.#options);
    const soft = (await this.#teacher?.softLabels(batch)) ?? null;
    const values = this.#shared.read(device);
    const sums = this.#shared.noGradients();
    let [loss, correct] = [0, 0];
    for (const [index, supports] of networks.entries()) {
      const pass = await this.#queue.take(supports);
      for (const [name, cut] of this.#shared.cut(pass.network, values)) device.write(name, cut);
      const running = pass.run(batch, soft);
      const following = networks[index + 1] ?? next;
      if (following !== null) this.#queue.prepare(following);
      const result = await running;
      this.#shared.addGradients(sums, pass.network, result.gradients, values);
      pass.release();
      this.#assertUsable(result.loss, null, learningRate);
      loss += result.loss / networks.length;
      correct += result.correct;
    }
    const gradientNorm = await this.#sgd.step(sums, learningRate);
    this.#assertUsable(loss, gradientNorm, learningRate);
    return { loss, correct, gradientNorm };
  }

  release(): void {
    this.#teacher?.release();
    this.#sgd?.release();
  }

  #assertUsable(loss: number, gradientNorm: number | null, learningRate: number): void {
    const { maxLoss } = this.#context;
    if (Number.isFinite(loss) && loss <= maxLoss && Number.isFinite(gradientNorm ?? 0)) return;
    throw new Divergence({ what: "weight step", loss, gradientNorm, learningRate, maxLoss, origin: null });
  }
}
