/**
 * @file Replays the golden trajectory: five bi-level steps with the same weight and architecture steps that a search uses.
 */
import type { Device } from "../../device/index.ts";
import type { CellStructures, Network, NetworkSpec, ParameterSpec } from "../../network/index.ts";
import { Adam, ArchitectureStep, Classifier, WeightStep } from "../../train/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import type { GoldenTensors } from "./golden-tensors.ts";
import { IMAGE_AXES, torchAxes } from "./torch-layout.ts";

const STEPS = 5;
const KINDS = ["normal", "reduce"] as const;

export interface Trajectory {
  readonly device: Device;
  readonly spec: NetworkSpec;
  readonly structures: CellStructures;
  readonly network: Pick<Network, "parameters" | "runningStatistics">;
  /** PyTorch's name of every parameter and running statistic. */
  readonly names: ReadonlyMap<string, string>;
  readonly golden: GoldenTensors;
  /** Where it starts. */
  readonly start: (spec: ParameterSpec) => Float64Array;
  readonly ledger: ErrorLedger;
  readonly limit: number;
}

export async function replayTrajectory(trajectory: Trajectory): Promise<void> {
  const { device, spec, structures, network, names, golden, ledger, limit } = trajectory;
  const compare = (name: string, got: ArrayLike<number>, expected: ArrayLike<number>) =>
    ledger.relative(`${device.name}: network, trajectory`, limit, name, got, expected);
  const batch = golden.get("batch/0/image").shape[0]!;
  const batchOf = (index: number) => ({
    images: golden.permuted(`batch/${index}/image`, IMAGE_AXES),
    labels: golden.get(`batch/${index}/label`).data,
  });
  for (const parameter of network.parameters) device.write(parameter.name, trajectory.start(parameter));
  for (const { name, shape, initialiser } of network.runningStatistics) {
    device.write(name, new Float64Array(shape[0]!).fill(initialiser.kind === "fill" ? initialiser.value : 0));
  }
  const edgeWeights = {
    normal: Float64Array.from(golden.get("param/alpha_normal").data),
    reduce: Float64Array.from(golden.get("param/alpha_reduce").data),
  };
  const options = { batch, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 };
  const weightStep = await WeightStep.compile(device, spec, structures, {
    ...options,
    edgeWeights: true,
    dropPath: false,
  });
  // The golden trajectory is PyTorch's: its architecture pass moves the running statistics, which a search here does not.
  const architectureStep = await ArchitectureStep.compile(device, spec, structures, {
    batch,
    updatesRunning: true,
  });
  const adams = {
    normal: new Adam(edgeWeights.normal.length, { learningRate: 6e-4 }),
    reduce: new Adam(edgeWeights.reduce.length, { learningRate: 6e-4 }),
  };
  const got = { arch_loss: [] as number[], weight_loss: [] as number[], gradient_norm: [] as number[] };
  // One pass of batch 0 in training mode came before the first step.
  await architectureStep.run(batchOf(0), edgeWeights);
  for (let step = 0; step < STEPS; step++) {
    const steered = await architectureStep.run(batchOf(2 * step), edgeWeights);
    for (const kind of KINDS) adams[kind].step(edgeWeights[kind], steered.gradients[kind]);
    const trained = await weightStep.run(batchOf(2 * step + 1), { learningRate: 0.1, edgeWeights });
    got.arch_loss.push(steered.loss);
    got.weight_loss.push(trained.loss);
    got.gradient_norm.push(trained.gradientNorm);
    for (const kind of KINDS) {
      const name = `step/${step}/alpha_${kind}`;
      compare(name, edgeWeights[kind], golden.get(name).data);
    }
  }
  for (const [series, values] of Object.entries(got)) {
    compare(series, values, golden.get(`trajectory/${series}`).data);
  }
  for (const parameter of [...network.parameters, ...network.runningStatistics]) {
    compare(
      `final ${names.get(parameter.name)!}`,
      device.read(parameter.name),
      golden.permuted(`final/${names.get(parameter.name)!}`, torchAxes(parameter.name)),
    );
  }
  architectureStep.release();
  weightStep.release();
  const classifier = await Classifier.compile(device, spec, structures, { batch, edgeWeights: true });
  const logits = await classifier.logits(batchOf(0).images, edgeWeights);
  classifier.release();
  compare("final logits in evaluation mode", logits, golden.get("final/logits_eval").data);
}
