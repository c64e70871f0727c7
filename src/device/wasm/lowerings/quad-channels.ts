import { IstaNasError } from "../../../error.ts";

/** Kernels work on four channels at once. Throws `E_DEVICE_CHANNELS` for a number of channels that is no multiple of 4. */
export function expectQuadChannels(where: string, channels: number): void {
  if (channels % 4 === 0) return;
  throw new IstaNasError(`internal: wasm device: ${where} channels: got ${channels}, expected a multiple of 4`, {
    code: "E_DEVICE_CHANNELS",
    kind: "internal",
  });
}
