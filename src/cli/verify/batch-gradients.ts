/** @file One batch through a network in training mode: logits, loss, and the gradient of everything that is trained. */
import type { Device } from "../../device/index.ts";
import { differentiate, type Value } from "../../graph/index.ts";
import type { MixtureWeights, NetworkBuilder } from "../../network/index.ts";

export interface LabelledBatch {
  /** `[N, H, W, C]` */
  readonly images: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
}

export interface BatchGradients {
  readonly logits: ArrayLike<number>;
  readonly loss: ArrayLike<number>;
  /** Of each choice group's mixture vector; none for plain sums. */
  readonly mixtures: readonly ArrayLike<number>[];
  /** In the order of the network's parameters. */
  readonly parameters: readonly ArrayLike<number>[];
}

/** Reads the parameters that lie on the device and changes nothing there. `mixture`: null for plain sums. */
export async function batchGradients(
  device: Device,
  build: NetworkBuilder,
  { images, labels }: LabelledBatch,
  mixture: MixtureWeights | null,
): Promise<BatchGradients> {
  const batch = labels.length;
  const mode = { kind: "train", updatesRunning: false } as const;
  const network = build({ mode, batch, mixture: mixture !== null, dropPath: false, auxiliaryHead: false });
  const { graph, logits, mixtures: vectors } = network;
  const loss = graph.apply("crossEntropy", [logits, graph.input("labels", [batch])], { labelSmoothing: 0 });
  const groups = vectors ?? [];
  const parameters = network.parameters.map(({ name, shape }) => graph.persistent(name, shape));
  const outputs: Record<string, Value> = { loss, logits };
  for (const [k, gradient] of differentiate(graph, loss, [...groups, ...parameters]).entries()) {
    outputs[`gradient${k}`] = gradient;
  }
  const executable = await device.compile({ graph, outputs });
  const weights = Object.fromEntries(groups.map(({ name }, group) => [name!, mixture![group]!]));
  const got = await executable.run({ images, labels, ...weights });
  executable.release();
  return {
    ...{ logits: got["logits"]!, loss: got["loss"]! },
    mixtures: groups.map((_, group) => got[`gradient${group}`]!),
    parameters: parameters.map((_, k) => got[`gradient${groups.length + k}`]!),
  };
}
