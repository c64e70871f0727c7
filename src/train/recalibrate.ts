/**
 * @file Running statistics of batch norm made anew for one network: the mean of those of some batches. Those that a super-net keeps were gathered over
 * all of its paths, and fit none of them.
 */
import type { Device } from "../device/index.ts";
import type { NetworkBuilder } from "../network/index.ts";
import { addRight, countRight, logitOutputs, type RightAnswers } from "./task.ts";
import { batchInputs, type StepResult, type TrainingBatch, totalLoss } from "./training-step.ts";

/**
 * Sets the running statistics of the network that `build` makes to the mean over `batches` of the statistics of each, whatever they were before;
 * weights stay as they are. `batch`: images of each. `build` needs no mixture weights.
 *
 * @returns the mean loss of the batches, each by its own statistics, and how many of their images are right
 */
export async function recalibrate(
  device: Device,
  build: NetworkBuilder,
  batch: number,
  batches: readonly TrainingBatch[],
): Promise<StepResult> {
  // The running statistics are then those of the last batch alone.
  const mode = { kind: "train", updatesRunning: true, momentum: 1 } as const;
  const network = build({ mode, batch, mixture: false, dropPath: false, auxiliaryHead: false });
  const lossOfBatch = totalLoss(network, batch, 0, 0);
  const executable = await device.compile({
    graph: network.graph,
    outputs: { loss: lossOfBatch, ...logitOutputs(network) },
  });
  const sums = network.runningStatistics.map(({ name, shape }) => {
    const values = new Float64Array(shape[0]!);
    // What is not finite would stay so.
    device.write(name, values);
    return { name, values };
  });
  let loss = 0;
  const right: RightAnswers[] = [];
  for (const taken of batches) {
    const outputs = await executable.run(batchInputs(taken));
    loss += outputs["loss"]![0]! / batches.length;
    right.push(countRight(outputs, taken, batch));
    for (const { name, values } of sums) {
      const seen = device.read(name);
      for (let channel = 0; channel < values.length; channel++) values[channel]! += seen[channel]! / batches.length;
    }
  }
  for (const { name, values } of sums) device.write(name, values);
  executable.release();
  return { loss, ...addRight(right) };
}
