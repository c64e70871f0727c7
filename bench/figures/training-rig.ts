/**
 * @file One of the networks of `step-network.ts` on a device of its own, with the steps that are timed. The device starts, and each
 * step is compiled, when a run first needs it.
 */
import { type Arithmetic, createWasmDevice, type Device, defaultArithmetic } from "../../src/device/index.ts";
import { parameterCount } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import {
  type CellStructures,
  type DartsMacro,
  genotypeStructures,
  networkBuilder,
  parseGenotype,
} from "../../src/spaces/darts/index.ts";
import {
  ArchitectureStep,
  Classifier,
  initialiseWeights,
  type TrainingBatch,
  WeightStep,
} from "../../src/train/index.ts";
import { usageError } from "../harness/command.ts";
import { BENCH_CELLS, benchSpec } from "../step-network.ts";

export interface RigOptions {
  /** A name in `BENCH_CELLS`. */
  readonly cells: string;
  readonly channels: number;
  readonly layers: number;
  readonly batch: number;
  readonly image: number;
  readonly threads: number;
  /** Whether the inside of each cell is computed a second time. Default: no. */
  readonly recompute?: boolean;
  /** Default: that of new runs on this machine. */
  readonly arithmetic?: Arithmetic;
}

const MIXTURE = Array.from({ length: 8 }, () => new Float32Array(2).fill(1));

export class TrainingRig {
  readonly options: RigOptions;
  readonly #spec: DartsMacro;
  readonly #structures: CellStructures;
  readonly #batch: TrainingBatch;
  #device: Promise<Device> | null = null;
  #weightStep: Promise<WeightStep> | null = null;
  #architectureStep: Promise<ArchitectureStep> | null = null;
  #classifier: Promise<Classifier> | null = null;

  /** Throws a usage error for unknown cells. */
  constructor(options: RigOptions) {
    const { cells, batch, image } = options;
    if (!Object.hasOwn(BENCH_CELLS, cells)) {
      throw usageError(`cells: got "${cells}", expected one of ${Object.keys(BENCH_CELLS).join(", ")}`);
    }
    this.options = options;
    this.#spec = benchSpec(options);
    this.#structures = genotypeStructures(parseGenotype(BENCH_CELLS[cells]!));
    const draws = new RandomStreams(0).stream("images");
    const images = Float32Array.from({ length: batch * image * image * 3 }, () => draws.normal());
    this.#batch = { images, labels: Float32Array.from({ length: batch }, () => draws.integer(10)) };
  }

  /** Forward, backward, clip, SGD. */
  async weightStep(): Promise<void> {
    const step = await this.#weights();
    await step.run(this.#batch, { learningRate: 0.025, mixture: MIXTURE });
  }

  /** Forward and the gradient of the edge weights. */
  async architectureStep(): Promise<void> {
    await this.#weights();
    const { batch } = this.options;
    this.#architectureStep ??= this.#onDevice((device) =>
      ArchitectureStep.compile(device, networkBuilder(this.#spec, this.#structures), { batch, updatesRunning: false }),
    );
    await (await this.#architectureStep).run(this.#batch, MIXTURE);
  }

  /** One iteration of the bi-level search: an architecture step, then a weight step. */
  async iteration(): Promise<void> {
    await this.architectureStep();
    await this.weightStep();
  }

  /** Logits of one batch, from running statistics. */
  async inference(): Promise<void> {
    await this.#weights();
    const { batch } = this.options;
    this.#classifier ??= this.#onDevice((device) =>
      Classifier.compile(device, networkBuilder(this.#spec, this.#structures), { batch, mixture: true }),
    );
    await (await this.#classifier).logits(this.#batch.images, MIXTURE);
  }

  /** Parameters of the network, and bytes of activations and gradients of one weight step. */
  async size(): Promise<{ readonly parameters: number; readonly bytes: number }> {
    const { network, peakBytes } = await this.#weights();
    return { parameters: parameterCount(network.parameters), bytes: peakBytes };
  }

  async close(): Promise<void> {
    await (await this.#device)?.close();
  }

  /** The weight step; the first call also draws the weights that all steps use. */
  #weights(): Promise<WeightStep> {
    this.#weightStep ??= this.#onDevice(async (device) => {
      const step = await WeightStep.compile(device, networkBuilder(this.#spec, this.#structures), {
        ...{ batch: this.options.batch, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5 },
        ...{ labelSmoothing: 0, auxiliaryWeight: 0, mixture: true, dropPath: false },
        ...(this.options.recompute ? { recompute: true } : {}),
      });
      initialiseWeights(device, step.network, new RandomStreams(0));
      return step;
    });
    return this.#weightStep;
  }

  async #onDevice<T>(use: (device: Device) => Promise<T>): Promise<T> {
    const { threads, arithmetic = defaultArithmetic() } = this.options;
    this.#device ??= createWasmDevice({ threads, arithmetic });
    return use(await this.#device);
  }
}
