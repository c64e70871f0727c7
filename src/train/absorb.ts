/**
 * @file Absorbs edge weights into batch norm: alpha (scale x^ + shift) = (alpha scale) x^ + alpha shift, sign included, so that the
 * network without edge weights computes what the one with them did (method 1.2, eq. 7; the published code never does it and keeps
 * the multiplier).
 */
import type { Device } from "../device/index.ts";
import { IstaNasError } from "../error.ts";
import { type CellStructures, finalNormName, isReductionCell, type NetworkSpec, pickName } from "../network/index.ts";
import type { EdgeWeightVectors } from "./training-step.ts";

/**
 * Multiplies scale and shift of the batch norm that each pick ends in by its edge weight, on the device. Their velocities become zero:
 * they belong to other numbers. Every pick must end in a batch norm with scale and shift.
 * @throws E_TRAIN_ABSORB for a spec in which some pick does not.
 */
export function absorbEdgeWeights(
  device: Device,
  spec: NetworkSpec,
  structures: CellStructures,
  edgeWeights: EdgeWeightVectors,
): void {
  if (!(spec.affine && spec.poolNorm && spec.skipNorm)) {
    throw new IstaNasError(
      `absorb: got affine ${spec.affine}, poolNorm ${spec.poolNorm}, skipNorm ${spec.skipNorm}, expected all true: else a pick has no batch norm to take its weight`,
      { code: "E_TRAIN_ABSORB", kind: "internal" },
    );
  }
  for (let cell = 0; cell < spec.cellCount; cell++) {
    const kind = isReductionCell(cell, spec.cellCount) ? "reduce" : "normal";
    let entry = 0;
    for (const [node, picks] of structures[kind].nodes.entries()) {
      for (const pick of picks) {
        const weight = edgeWeights[kind][entry++]!;
        const norm = finalNormName(pickName(`cells.${cell}`, node, pick), pick.primitive);
        for (const name of [`${norm}.scale`, `${norm}.shift`]) scale(device, name, weight);
      }
    }
  }
}

function scale(device: Device, name: string, factor: number): void {
  const values = device.read(name);
  device.write(
    name,
    values.map((value) => value * factor),
  );
  const velocity = `${name}/velocity`;
  if (device.names().includes(velocity)) device.write(velocity, new Float32Array(values.length));
}
