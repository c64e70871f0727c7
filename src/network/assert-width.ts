/** @file Widths that can be computed with. */
import { IstaNasError } from "../error.ts";

/** Throws `E_NETWORK_SHAPE` unless `channels` is a positive multiple of `step`. */
export function assertWidth(channels: number, step: 4 | 8 = 4): void {
  if (Number.isInteger(channels) && channels >= step && channels % step === 0) return;
  throw new IstaNasError(`channels: got ${channels}, expected a positive multiple of ${step}`, {
    code: "E_NETWORK_SHAPE",
    kind: "usage",
    hint: "the engine computes four channels at a time: take 8, 16, 24, 32, ...",
  });
}
