/** @file Concatenation along channels, and its inverse. Channel counts are multiples of 4. */

/** For each input the table holds its address and its channels; `channels` are those of the output. */
export function concat(
  scratch: usize,
  table: usize,
  count: i32,
  output: usize,
  channels: usize,
  pixels: usize,
  firstImage: usize,
  endImage: usize,
): void {
  for (let image = firstImage; image < endImage; image++) {
    let target = output + ((image * pixels * channels) << 2);
    for (let k = 0; k < count; k++) {
      const input: usize = load<u32>(table + (k << 3));
      const width: usize = load<u32>(table + (k << 3), 4);
      copyRows(input + ((image * pixels * width) << 2), width << 2, target, channels << 2, width << 2, pixels);
      target += width << 2;
    }
  }
}

/** output = channels `start` to `start + width` of an input of `channels`. */
export function channelSlice(
  scratch: usize,
  input: usize,
  channels: usize,
  start: usize,
  output: usize,
  width: usize,
  pixels: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const pixel = firstImage * pixels;
  const source = input + ((pixel * channels + start) << 2);
  copyRows(source, channels << 2, output + ((pixel * width) << 2), width << 2, width << 2, endImage * pixels - pixel);
}

function copyRows(
  source: usize,
  sourceStride: usize,
  target: usize,
  targetStride: usize,
  bytes: usize,
  rows: usize,
): void {
  const lines = bytes & ~63;
  for (let row: usize = 0; row < rows; row++) {
    let at: usize = 0;
    for (; at < lines; at += 64) {
      const x0 = v128.load(source + at);
      const x1 = v128.load(source + at, 16);
      const x2 = v128.load(source + at, 32);
      const x3 = v128.load(source + at, 48);
      v128.store(target + at, x0);
      v128.store(target + at, x1, 16);
      v128.store(target + at, x2, 32);
      v128.store(target + at, x3, 48);
    }
    for (; at < bytes; at += 16) v128.store(target + at, v128.load(source + at));
    source += sourceStride;
    target += targetStride;
  }
}
