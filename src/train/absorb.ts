/**
 * @file Absorbs mixture weights into batch norm: alpha (scale x^ + shift) = (alpha scale) x^ + alpha shift, sign included, so that the
 * network with plain sums computes what the one with them did (method 1.2, eq. 7; the published code never does it and keeps
 * the multiplier).
 */
import type { Device } from "../device/index.ts";
import { IstaNasError } from "../error.ts";
import type { MixtureWeights, Network } from "../network/index.ts";
import { resetVelocity } from "./velocity.ts";

/** Where the weight of a kept candidate goes, in one of the places where it is computed. */
export interface AbsorbingNorm {
  readonly group: number;
  readonly entry: number;
  /** Names of the parameters that are multiplied. */
  readonly scale: string;
  readonly shift: string;
}

/**
 * Multiplies scale and shift of the batch norm that each kept candidate ends in by its mixture weight, on the device. Their velocities
 * become zero: they belong to other numbers.
 * @throws E_TRAIN_ABSORB for a network in which some kept candidate ends in no batch norm with scale and shift; nothing is changed then
 */
export function absorbMixtureWeights(device: Device, network: Pick<Network, "kept">, weights: MixtureWeights): void {
  for (const { group, entry, scale, shift } of absorbingNorms(network)) {
    const weight = weights[group]![entry]!;
    multiply(device, scale, weight);
    multiply(device, shift, weight);
  }
}

/** The batch norms that would take the weights: an error of its space is then found before anything is trained. Throws as `absorbMixtureWeights` does. */
export function absorbingNorms({ kept }: Pick<Network, "kept">): readonly AbsorbingNorm[] {
  return kept.flatMap(({ group, candidate, entry, norm, isZero }) => {
    if (isZero) return [];
    if (norm !== null) return [{ group, entry, ...norm }];
    throw new IstaNasError(
      `absorb: ${candidate} of group ${group} got no batch norm with scale and shift at its end, expected one to take its weight`,
      { code: "E_TRAIN_ABSORB", kind: "internal" },
    );
  });
}

function multiply(device: Device, name: string, factor: number): void {
  const values = device.read(name);
  device.write(
    name,
    values.map((value) => value * factor),
  );
  resetVelocity(device, name);
}
