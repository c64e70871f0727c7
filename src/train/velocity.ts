/** @file The momentum of a parameter: a persistent value beside it. */
import type { Device } from "../device/index.ts";

/** Name of the velocity of a parameter. */
export function velocityName(parameter: string): string {
  return `${parameter}/velocity`;
}

/** Lets the velocity of a parameter begin at zero again, if the device has one. */
export function resetVelocity(device: Device, parameter: string): void {
  const name = velocityName(parameter);
  if (device.names().includes(name)) device.write(name, new Float32Array(device.read(name).length));
}
