/** @file The momentum of a parameter, and the sum of its gradients over parts of a batch: persistent values beside it. */
import type { Device } from "../device/index.ts";

/** Name of the velocity of a parameter. */
export function velocityName(parameter: string): string {
  return `${parameter}/velocity`;
}

/** Name of the sum of gradients of a parameter over the parts of a batch so far. */
export function accumulatedName(parameter: string): string {
  return `${parameter}/accumulated`;
}

/** Whether a value matters within a step alone: checkpoints, which are made between steps, leave it out. */
export function isOfOneStep(name: string): boolean {
  return name.endsWith("/accumulated");
}

/** Lets the velocity of a parameter begin at zero again, if the device has one. */
export function resetVelocity(device: Device, parameter: string): void {
  const name = velocityName(parameter);
  if (device.names().includes(name)) device.write(name, new Float32Array(device.read(name).length));
}
