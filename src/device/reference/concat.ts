import type { ConcatOps } from "../../graph/index.ts";
import type { KernelsOf, Tensor } from "./kernel.ts";

export const concatKernels: KernelsOf<ConcatOps> = {
  concat(inputs, [output]) {
    let start = 0;
    for (const input of inputs) {
      copyChannels(input, 0, output!, start, input.shape[3]!);
      start += input.shape[3]!;
    }
  },
  channelSlice([input], [output], { start, channels }) {
    copyChannels(input!, start, output!, 0, channels);
  },
};

/** Copies `count` channels of each pixel, from channel `start` of `from` to channel `offset` of `to`. */
function copyChannels(from: Tensor, start: number, to: Tensor, offset: number, count: number): void {
  const width = from.shape[3]!;
  const pitch = to.shape[3]!;
  const pixels = from.data.length / width;
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let c = 0; c < count; c++) to.data[pixel * pitch + offset + c] = from.data[pixel * width + start + c]!;
  }
}
