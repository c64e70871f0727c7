/** @file The weights that scores by gradients look at: those of convolutions and of the linear layer, as published; biases and batch norm count for nothing. */
import type { Device } from "../device/index.ts";
import type { Network, ParameterRole, ParameterSpec } from "../network/index.ts";

const ROLES: readonly ParameterRole[] = ["filter", "depthwise", "pointwise", "weight"];

export function scoredWeights({ parameters }: Pick<Network, "parameters">): readonly ParameterSpec[] {
  return parameters.filter(({ role }) => ROLES.includes(role));
}

/** Does `work` with other values of some weights; then they are what they were, to the bit, also where it throws. */
export async function withMovedWeights<Result>(
  device: Device,
  weights: readonly ParameterSpec[],
  move: (value: number) => number,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = weights.map(({ name }) => device.read(name));
  try {
    for (const [weight, { name }] of weights.entries()) {
      device.write(
        name,
        before[weight]!.map((value) => move(value)),
      );
    }
    return await work();
  } finally {
    for (const [weight, { name }] of weights.entries()) device.write(name, before[weight]!);
  }
}
