/**
 * @file Replays the golden trajectory: five bi-level steps with the same weight and architecture steps that a search uses.
 */
import type { Device } from "../../device/index.ts";
import type { Network, NetworkBuilder, ParameterSpec } from "../../network/index.ts";
import { CELL_KINDS } from "../../spaces/darts/index.ts";
import { Adam, ArchitectureStep, Classifier, WeightStep } from "../../train/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import { goldenAlphas, joinedAlphas } from "./golden-alphas.ts";
import type { GoldenTensors } from "./golden-tensors.ts";
import { IMAGE_AXES, torchAxes } from "./torch-layout.ts";

const STEPS = 5;

export interface Trajectory {
  readonly device: Device;
  readonly build: NetworkBuilder;
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
  const { device, build, network, names, golden, ledger, limit } = trajectory;
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
  const alphas = goldenAlphas(golden);
  const options = { batch, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 };
  const weightStep = await WeightStep.compile(device, build, { ...options, mixture: true, dropPath: false });
  // The golden trajectory is PyTorch's: its architecture pass moves the running statistics, which a search here does not.
  const architectureStep = await ArchitectureStep.compile(device, build, { batch, updatesRunning: true });
  const adams = alphas.map(({ length }) => new Adam(length, { learningRate: 6e-4 }));
  const got = { arch_loss: [] as number[], weight_loss: [] as number[], gradient_norm: [] as number[] };
  // One pass of batch 0 in training mode came before the first step.
  await architectureStep.run(batchOf(0), alphas);
  for (let step = 0; step < STEPS; step++) {
    const steered = await architectureStep.run(batchOf(2 * step), alphas);
    for (const [group, adam] of adams.entries()) adam.step(alphas[group]!, steered.gradients[group]!);
    const trained = await weightStep.run(batchOf(2 * step + 1), { learningRate: 0.1, mixture: alphas });
    got.arch_loss.push(steered.loss);
    got.weight_loss.push(trained.loss);
    got.gradient_norm.push(trained.gradientNorm);
    for (const kind of CELL_KINDS) {
      const name = `step/${step}/alpha_${kind}`;
      compare(name, joinedAlphas(alphas)[kind], golden.get(name).data);
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
  const classifier = await Classifier.compile(device, build, { batch, mixture: true });
  const logits = await classifier.logits(batchOf(0).images, alphas);
  classifier.release();
  compare("final logits in evaluation mode", logits, golden.get("final/logits_eval").data);
}
