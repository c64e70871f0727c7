/** @file Puts a network's first values on a device, and takes trained ones off it. */
import type { Device, DeviceArray } from "../device/index.ts";
import { initialValues, type Network, type ParameterSpec } from "../network/index.ts";
import type { RandomStreams } from "../random/index.ts";
import { resetVelocity } from "./velocity.ts";

/** Writes the initial parameters and running statistics of a network to the device; velocities that the device has of them begin at zero again. */
export function initialiseWeights(
  device: Device,
  network: Pick<Network, "parameters" | "runningStatistics">,
  streams: RandomStreams,
): void {
  for (const spec of [...network.parameters, ...network.runningStatistics]) {
    device.write(spec.name, initialValues(spec, streams));
    resetVelocity(device, spec.name);
  }
}

/** A network's trained values by name: parameters, then running statistics. */
export type Weights = ReadonlyMap<string, { readonly spec: ParameterSpec; readonly values: DeviceArray }>;

/** Copies parameters and running statistics from the device. */
export function readWeights(device: Device, network: Pick<Network, "parameters" | "runningStatistics">): Weights {
  const specs = [...network.parameters, ...network.runningStatistics];
  return new Map(specs.map((spec) => [spec.name, { spec, values: device.read(spec.name) }]));
}
