/**
 * @file Absorbs mixture weights into batch norm: alpha (scale x^ + shift) = (alpha scale) x^ + alpha shift, sign included, so that the
 * network with plain sums computes what the one with them did (method 1.2, eq. 7; the published code never does it and keeps
 * the multiplier).
 */
import type { Device } from "../device/index.ts";
import { IstaNasError } from "../error.ts";
import type { MixtureWeights, Network } from "../network/index.ts";

/**
 * Multiplies scale and shift of the batch norm that each kept candidate ends in by its mixture weight, on the device. Their velocities
 * become zero: they belong to other numbers.
 * @throws E_TRAIN_ABSORB for a network in which some kept candidate ends in no batch norm with scale and shift; nothing is changed then
 */
export function absorbMixtureWeights(device: Device, { kept }: Pick<Network, "kept">, weights: MixtureWeights): void {
  const norms = kept.flatMap(({ group, candidate, entry, norm, isZero }) => {
    if (isZero) return [];
    if (norm !== null) return [{ weight: weights[group]![entry]!, ...norm }];
    throw new IstaNasError(
      `absorb: ${candidate} of group ${group} got no batch norm with scale and shift at its end, expected one to take its weight`,
      { code: "E_TRAIN_ABSORB", kind: "internal" },
    );
  });
  for (const { weight, scale, shift } of norms) {
    multiply(device, scale, weight);
    multiply(device, shift, weight);
  }
}

function multiply(device: Device, name: string, factor: number): void {
  const values = device.read(name);
  device.write(
    name,
    values.map((value) => value * factor),
  );
  const velocity = `${name}/velocity`;
  if (device.names().includes(velocity)) device.write(velocity, new Float32Array(values.length));
}
