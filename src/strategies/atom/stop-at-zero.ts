/**
 * @file A scale that a step takes across zero stops there, and its velocity with it. At a constant rate the subgradient of a price would let it swing about
 * zero for ever, further than any threshold by which a channel is told to be dead. Orthants are kept in this way by Andrew and Gao (2007).
 */
import type { Device } from "../../device/index.ts";
import { velocityName } from "../../train/index.ts";

/** The scales of that name as they are now; `before`: as they were before the step. */
export function stopAtZero(device: Device, name: string, before: ArrayLike<number>): ArrayLike<number> {
  const scales = device.read(name);
  const crossing = [...scales.keys()].filter((channel) => scales[channel]! * before[channel]! < 0);
  if (crossing.length === 0) return scales;
  const velocities = device.read(velocityName(name));
  for (const channel of crossing) {
    scales[channel] = 0;
    velocities[channel] = 0;
  }
  device.write(name, scales);
  device.write(velocityName(name), velocities);
  return scales;
}
