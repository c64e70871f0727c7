/** @file The gradients of a network as they are: of its parameters and its mixture weights. Nothing moves. */
import type { Device, Executable } from "../device/index.ts";
import { differentiate } from "../graph/index.ts";
import type { MixtureWeights, Network, NetworkBuilder } from "../network/index.ts";
import { countRight, logitOutputs } from "./task.ts";
import {
  batchInputs,
  mixtureGradientOutputs,
  mixtureGradients,
  mixtureInputs,
  type StepResult,
  type TrainingBatch,
  totalLoss,
} from "./training-step.ts";

export interface Gradients extends StepResult {
  /** By the name of the parameter, in its shape. */
  readonly parameters: ReadonlyMap<string, ArrayLike<number>>;
  readonly mixture: MixtureWeights;
}

export class GradientPass {
  readonly network: Network;
  readonly #executable: Executable;
  readonly #batch: number;

  private constructor(network: Network, executable: Executable, batch: number) {
    this.network = network;
    this.#executable = executable;
    this.#batch = batch;
  }

  /** `recompute`: compute the inside of each cell a second time in the backward pass. */
  static async compile(
    device: Device,
    build: NetworkBuilder,
    { batch, recompute }: { readonly batch: number; readonly recompute: boolean },
  ): Promise<GradientPass> {
    const mode = { kind: "train", updatesRunning: false } as const;
    const network = build({ mode, batch, mixture: true, dropPath: false, auxiliaryHead: false });
    const { graph } = network;
    const loss = totalLoss(network, batch, 0, 0);
    const parameters = network.parameters.map(({ name, shape }) => graph.persistent(name, shape));
    const gradients = differentiate(graph, loss, [...parameters, ...network.mixtures!], {
      recompute: recompute ? network.cells : [],
    });
    const ofParameters = parameters.map((_, index) => [`gradient/${index}`, gradients[index]!] as const);
    const ofMixture = mixtureGradientOutputs(gradients.slice(parameters.length));
    const outputs = { loss, ...logitOutputs(network), ...Object.fromEntries(ofParameters), ...ofMixture };
    return new GradientPass(network, await device.compile({ graph, outputs }), batch);
  }

  get peakBytes(): number {
    return this.#executable.peakBytes;
  }

  async run(batch: TrainingBatch, mixture: MixtureWeights): Promise<Gradients> {
    const outputs = await this.#executable.run({ ...batchInputs(batch), ...mixtureInputs(this.network, mixture) });
    return {
      loss: outputs["loss"]![0]!,
      ...countRight(outputs, batch, this.#batch),
      parameters: new Map(this.network.parameters.map(({ name }, index) => [name, outputs[`gradient/${index}`]!])),
      mixture: mixtureGradients(this.network, outputs),
    };
  }

  release(): void {
    this.#executable.release();
  }
}
