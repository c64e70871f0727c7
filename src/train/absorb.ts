/**
 * @file Absorbs mixture weights into batch norm: alpha (scale x^ + shift) = (alpha scale) x^ + alpha shift, sign included, so that the
 * network with plain sums computes what the one with them did (method 1.2, eq. 7; the published code never does it and keeps
 * the multiplier). The filter of a convolution without batch norm takes them as well.
 */
import type { Device } from "../device/index.ts";
import { IstaNasError } from "../error.ts";
import type { MixtureWeights, Network } from "../network/index.ts";
import { resetVelocity } from "./velocity.ts";

/** Where the weight of a kept candidate goes, in one of the places where it is computed. */
export interface AbsorbingLayer {
  readonly group: number;
  readonly entry: number;
  /** Names of the parameters that are multiplied. */
  readonly factors: readonly string[];
}

/**
 * Multiplies scale and shift of the batch norm, or the filter of the convolution, that each kept candidate ends in by its mixture weight, on the
 * device. Their velocities become zero: they belong to other numbers.
 * @throws E_TRAIN_ABSORB for a network in which some kept candidate ends in neither; nothing is changed then
 */
export function absorbMixtureWeights(device: Device, network: Pick<Network, "kept">, weights: MixtureWeights): void {
  for (const { group, entry, factors } of absorbingLayers(network)) {
    for (const name of factors) multiply(device, name, weights[group]![entry]!);
  }
}

/** The layers that would take the weights: an error of its space is then found before anything is trained. Throws as `absorbMixtureWeights` does. */
export function absorbingLayers({ kept }: Pick<Network, "kept">): readonly AbsorbingLayer[] {
  return kept.flatMap(({ group, candidate, entry, factors, isZero }) => {
    if (isZero) return [];
    if (factors.length > 0) return [{ group, entry, factors }];
    throw new IstaNasError(
      `absorb: ${candidate} of group ${group} got no batch norm with scale and shift and no convolution at its end, expected one to take its weight`,
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
