/** @file Compiling the weight step of a support that has not been seen: random supports of the space of DARTS, the network of a rig. */
import { randomSupports } from "../../src/choice/index.ts";
import { createWasmDevice, type Device, defaultArithmetic } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { dartsSpace } from "../../src/spaces/darts/index.ts";
import { WeightStep } from "../../src/train/index.ts";
import { benchSpec } from "../step-network.ts";

export interface NewSupportOptions {
  readonly channels: number;
  readonly layers: number;
  readonly batch: number;
  readonly image: number;
  readonly threads: number;
}

export class NewSupports {
  readonly #options: NewSupportOptions;
  readonly #space = dartsSpace();
  readonly #draws = new RandomStreams(1).stream("supports");
  #device: Promise<Device> | null = null;

  constructor(options: NewSupportOptions) {
    this.#options = options;
  }

  /** The step of the next support, compiled and not yet run; for its caller to release. */
  async compile(): Promise<WeightStep> {
    const device = await this.device();
    const network = this.#space.superNetwork(benchSpec(this.#options), randomSupports(this.#space.groups, this.#draws));
    return WeightStep.compile(device, network, {
      ...{ batch: this.#options.batch, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0 },
      ...{ auxiliaryWeight: 0, mixture: false, dropPath: false },
    });
  }

  device(): Promise<Device> {
    this.#device ??= createWasmDevice({ threads: this.#options.threads, arithmetic: defaultArithmetic() });
    return this.#device;
  }

  async close(): Promise<void> {
    await (await this.#device)?.close();
  }
}
