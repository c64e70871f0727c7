/**
 * @file The weight step where an edge has more or fewer candidates on offer, on a device of its own: the sparse step, which
 * computes the two active candidates of each node while the device holds the weights of all, or the dense one, which computes all.
 */
import { createWasmDevice, type Device, type Executable } from "../../src/device/index.ts";
import { differentiate } from "../../src/graph/index.ts";
import { parameterCount } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { type DartsMacro, parseGenotype } from "../../src/spaces/darts/index.ts";
import { initialiseWeights } from "../../src/train/index.ts";
import {
  activeCandidates,
  allCandidates,
  buildCandidateNetwork,
  type CandidateNetwork,
  denseParameterCount,
  softmaxWeights,
} from "../dense-network.ts";
import { BENCH_CELLS, benchSpec } from "../step-network.ts";
import type { RigOptions } from "./training-rig.ts";

export interface CandidateOptions extends RigOptions {
  /** How often each of the seven primitives is on offer. */
  readonly copies: number;
  readonly step: "sparse" | "dense";
}

export class CandidateRig {
  readonly #device: Device;
  readonly #network: CandidateNetwork;
  readonly #executable: Executable;
  readonly #inputs: Readonly<Record<string, ArrayLike<number>>>;

  private constructor(
    device: Device,
    network: CandidateNetwork,
    executable: Executable,
    inputs: Readonly<Record<string, ArrayLike<number>>>,
  ) {
    this.#device = device;
    this.#network = network;
    this.#executable = executable;
    this.#inputs = inputs;
  }

  /** Throws `E_DEVICE_MEMORY` if the step does not fit. */
  static async start(options: CandidateOptions): Promise<CandidateRig> {
    const { batch, image, copies, threads } = options;
    const streams = new RandomStreams(0);
    const offered = allCandidates(copies);
    const genotype = parseGenotype(BENCH_CELLS[options.cells]!);
    const computed = options.step === "dense" ? offered : activeCandidates(genotype, copies);
    const network = buildCandidateNetwork(benchSpec(options), computed, batch);
    const draws = streams.stream("images");
    const images = Float32Array.from({ length: batch * image * image * 3 }, () => draws.normal());
    const labels = Float32Array.from({ length: batch }, () => draws.integer(10));
    const weights = softmaxWeights(computed, streams.stream("architecture"));
    const edgeWeights = { "edgeWeights/normal": weights.normal, "edgeWeights/reduce": weights.reduce };
    const device = await createWasmDevice({ threads });
    try {
      initialiseWeights(device, everything(benchSpec(options), copies), streams);
      const executable = await compileStep(device, network, batch);
      return new CandidateRig(device, network, executable, { images, labels, learningRate: [0.025], ...edgeWeights });
    } catch (error) {
      await device.close();
      throw error;
    }
  }

  /** Forward, backward, clip, SGD. */
  async weightStep(): Promise<void> {
    const { loss, gradientNorm } = await this.#executable.run(this.#inputs);
    if (Number.isFinite(loss![0]) && Number.isFinite(gradientNorm![0])) return;
    throw new Error(`step: loss ${loss![0]}, gradient norm ${gradientNorm![0]}, expected finite numbers`);
  }

  /** Parameters that the step computes with, and bytes of its activations and gradients. */
  async size(): Promise<{ readonly parameters: number; readonly bytes: number }> {
    return { parameters: parameterCount(this.#network.parameters), bytes: this.#executable.peakBytes };
  }

  close(): Promise<void> {
    return this.#device.close();
  }
}

/** The network of all candidates, of which only the parameters are used. Throws if their number is not as counted by hand. */
function everything(spec: DartsMacro, copies: number): CandidateNetwork {
  const network = buildCandidateNetwork(spec, allCandidates(copies), 1);
  const [got, expected] = [parameterCount(network.parameters), denseParameterCount(spec, copies)];
  if (got !== expected) throw new Error(`parameters of all candidates: got ${got}, expected ${expected}`);
  return network;
}

/** The program of the weight step, as src/train/weight-step.ts has it. */
function compileStep(device: Device, { graph, logits, parameters }: CandidateNetwork, batch: number) {
  const loss = graph.apply("crossEntropy", [logits, graph.input("labels", [batch])], { labelSmoothing: 0 });
  const values = parameters.map(({ name, shape }) => graph.persistent(name, shape));
  const gradients = differentiate(graph, loss, values);
  const updates = parameters.flatMap(({ name, shape }, k) => [
    values[k]!,
    gradients[k]!,
    graph.persistent(`${name}/velocity`, shape),
  ]);
  const attributes = { momentum: 0.9, weightDecay: 3e-4, clipNorm: 5 };
  const gradientNorm = graph.apply("sgd", [graph.input("learningRate", [1]), ...updates], attributes);
  return device.compile({ graph, outputs: { loss, gradientNorm, logits } });
}
