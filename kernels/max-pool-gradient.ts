/**
 * @file Gradient of max pooling: among equal maxima the first in row order takes all. The winner of a window is found
 * along each of its rows first and then down the column of row winners. So the winning column of a row is the same for
 * all windows that share it, and the cotangent can go back in two steps: to the winning row, then along it. Only
 * `size` rows are alive at a time, each in slot (row modulo size) of three rings: row maxima, winning columns, and
 * cotangents that reached the row.
 */

/**
 * (cotangent [N, outHeight, outWidth, C], input [N, height, width, C]) -> output [N, height, width, C]; padding < size.
 * Scratch: 3 size (outWidth + 2) pixels.
 */
export function maxPoolGradient(
  scratch: usize,
  cotangent: usize,
  input: usize,
  output: usize,
  height: i32,
  width: i32,
  channels: usize,
  size: i32,
  stride: i32,
  padding: i32,
  outHeight: i32,
  outWidth: i32,
  firstImage: usize,
  endImage: usize,
): void {
  const pixel = channels << 2;
  const rowBytes = pixel * width;
  const outRowBytes = pixel * outWidth;
  const slotBytes = outRowBytes + (pixel << 1);
  const ringBytes = slotBytes * size;
  const maxima = scratch + pixel;
  const sums = maxima + ringBytes * 2;
  memory.fill(scratch, 0, ringBytes * 3);
  for (let image = firstImage; image < endImage; image++) {
    const x = input + image * rowBytes * height;
    const dx = output + image * rowBytes * height;
    let done = 0;
    let seen = 0;
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const top = max(0, outRow * stride - padding);
      const bottom = min(height, outRow * stride - padding + size);
      for (; done < min(top, seen); done++) {
        const slot = slotBytes * (done % size);
        spreadRow(maxima + slot, ringBytes, dx + rowBytes * done, pixel, width, outWidth, size, stride, padding);
      }
      if (done < top) {
        memory.fill(dx + rowBytes * done, 0, rowBytes * (top - done));
        done = top;
        seen = top;
      }
      for (; seen < bottom; seen++) {
        const slot = slotBytes * (seen % size);
        winnersOfRow(maxima + slot, ringBytes, x + rowBytes * seen, pixel, width, outWidth, size, stride, padding);
        memory.fill(sums + slot, 0, outRowBytes);
      }
      const dy = cotangent + outRowBytes * (image * outHeight + outRow);
      if (bottom - top == 3) {
        const first = slotBytes * (top % size);
        const second = slotBytes * ((top + 1) % size);
        const third = slotBytes * ((top + 2) % size);
        awardOfThree(maxima + first, maxima + second, maxima + third, ringBytes * 2, dy, outRowBytes);
      } else {
        award(maxima, slotBytes, ringBytes * 2, dy, outRowBytes, top, bottom, size);
      }
    }
    for (; done < seen; done++) {
      const slot = slotBytes * (done % size);
      spreadRow(maxima + slot, ringBytes, dx + rowBytes * done, pixel, width, outWidth, size, stride, padding);
    }
    memory.fill(dx + rowBytes * done, 0, rowBytes * (height - done));
  }
}

/**
 * For each window column, the maximum of a row at `maxima`, and at `maxima + ringBytes` its place in the window, 0 to
 * size - 1.
 */
function winnersOfRow(
  maxima: usize,
  ringBytes: usize,
  x: usize,
  pixel: usize,
  width: i32,
  outWidth: i32,
  size: i32,
  stride: i32,
  padding: i32,
): void {
  for (let column = 0; column < outWidth; column++) {
    const start = column * stride - padding;
    if (size == 3 && start >= 0 && start + 3 <= width) {
      let run = 1;
      if (stride == 1) run = width - 2 - start;
      winnersOfThree(maxima + pixel * column, ringBytes, x + pixel * start, pixel, pixel * run);
      column += run - 1;
      continue;
    }
    const from = max(0, start);
    const to = min(width, start + size);
    for (let c: usize = 0; c < pixel; c += 16) {
      let best = v128.load(x + pixel * from + c);
      let place = i32x4.splat(from - start);
      for (let k = from + 1; k < to; k++) {
        const candidate = v128.load(x + pixel * k + c);
        const isMore = f32x4.gt(candidate, best);
        best = f32x4.pmax(best, candidate);
        place = v128.bitselect(i32x4.splat(k - start), place, isMore);
      }
      const at = maxima + pixel * column + c;
      v128.store(at, best);
      v128.store(at + ringBytes, place);
    }
  }
}

function winnersOfThree(maxima: usize, ringBytes: usize, x: usize, pixel: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    winnerOfThree(maxima + at, ringBytes, x + at, pixel);
    winnerOfThree(maxima + at + 16, ringBytes, x + at + 16, pixel);
  }
  if (at < bytes) winnerOfThree(maxima + at, ringBytes, x + at, pixel);
}

// @ts-ignore: decorator
@inline
function winnerOfThree(maximum: usize, ringBytes: usize, x: usize, pixel: usize): void {
  const a = v128.load(x);
  const b = v128.load(x + pixel);
  const c = v128.load(x + pixel + pixel);
  const ab = f32x4.pmax(a, b);
  const place = v128.bitselect(i32x4.splat(2), v128.and(i32x4.splat(1), f32x4.gt(b, a)), f32x4.gt(c, ab));
  v128.store(maximum, f32x4.pmax(ab, c));
  v128.store(maximum + ringBytes, place);
}

/** Adds each cotangent of a window row to the sums of the row that wins its column. */
function award(
  maxima: usize,
  slotBytes: usize,
  toSums: usize,
  dy: usize,
  bytes: usize,
  top: i32,
  bottom: i32,
  size: i32,
): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    let best = v128.load(maxima + slotBytes * (top % size) + at);
    for (let row = top + 1; row < bottom; row++) {
      best = f32x4.pmax(best, v128.load(maxima + slotBytes * (row % size) + at));
    }
    let left = v128.load(dy + at);
    for (let row = top; row < bottom; row++) {
      const address = maxima + slotBytes * (row % size) + at;
      const wins = row + 1 < bottom ? f32x4.eq(v128.load(address), best) : i32x4.splat(-1);
      const sum = address + toSums;
      v128.store(sum, f32x4.add(v128.load(sum), v128.and(left, wins)));
      left = v128.andnot(left, wins);
    }
  }
}

function awardOfThree(first: usize, second: usize, third: usize, toSums: usize, dy: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    awardOne(first + at, second + at, third + at, toSums, dy + at);
    awardOne(first + at + 16, second + at + 16, third + at + 16, toSums, dy + at + 16);
  }
  if (at < bytes) awardOne(first + at, second + at, third + at, toSums, dy + at);
}

// @ts-ignore: decorator
@inline
function awardOne(first: usize, second: usize, third: usize, toSums: usize, dy: usize): void {
  const a = v128.load(first);
  const b = v128.load(second);
  const c = v128.load(third);
  const cotangent = v128.load(dy);
  const firstWins = f32x4.ge(a, f32x4.pmax(b, c));
  const forFirst = v128.and(cotangent, firstWins);
  const left = v128.andnot(cotangent, firstWins);
  const secondWins = f32x4.ge(b, c);
  const sum0 = first + toSums;
  const sum1 = second + toSums;
  const sum2 = third + toSums;
  v128.store(sum0, f32x4.add(v128.load(sum0), forFirst));
  v128.store(sum1, f32x4.add(v128.load(sum1), v128.and(left, secondWins)));
  v128.store(sum2, f32x4.add(v128.load(sum2), v128.andnot(left, secondWins)));
}

/** Moves the sums of a row to the columns that won. */
function spreadRow(
  maxima: usize,
  ringBytes: usize,
  dx: usize,
  pixel: usize,
  width: i32,
  outWidth: i32,
  size: i32,
  stride: i32,
  padding: i32,
): void {
  const places = maxima + ringBytes;
  if (size == 3 && stride == 1 && padding == 1) return spreadOfThree(places, ringBytes, dx, pixel, pixel * width);
  if (size == 3 && stride == 2 && padding == 1) return spreadHalved(places, ringBytes, dx, pixel, width);
  for (let column = 0; column < width; column++) {
    const reach = column + padding;
    const from = reach < size ? 0 : (reach - size) / stride + 1;
    const to = min(outWidth, reach / stride + 1);
    for (let c: usize = 0; c < pixel; c += 16) {
      let sum = f32x4.splat(0);
      for (let k = from; k < to; k++) {
        const place = places + pixel * k + c;
        const wins = i32x4.eq(v128.load(place), i32x4.splat(reach - k * stride));
        sum = f32x4.add(sum, v128.and(v128.load(place + ringBytes), wins));
      }
      v128.store(dx + pixel * column + c, sum);
    }
  }
}

function spreadOfThree(places: usize, ringBytes: usize, dx: usize, pixel: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    const dx0 = takeOfThree(places + at, ringBytes, pixel);
    const dx1 = takeOfThree(places + at + 16, ringBytes, pixel);
    v128.store(dx + at, dx0);
    v128.store(dx + at, dx1, 16);
  }
  if (at < bytes) v128.store(dx + at, takeOfThree(places + at, ringBytes, pixel));
}

// @ts-ignore: decorator
@inline
function takeOfThree(here: usize, ringBytes: usize, pixel: usize): v128 {
  const before = here - pixel;
  const after = here + pixel;
  const a = v128.and(v128.load(before + ringBytes), i32x4.eq(v128.load(before), i32x4.splat(2)));
  const b = v128.and(v128.load(here + ringBytes), i32x4.eq(v128.load(here), i32x4.splat(1)));
  const c = v128.and(v128.load(after + ringBytes), i32x4.eq(v128.load(after), i32x4.splat(0)));
  return f32x4.add(f32x4.add(a, b), c);
}

/** Stride 2: even columns belong to the middle of one window, odd ones to the end of one and the start of the next. */
function spreadHalved(places: usize, ringBytes: usize, dx: usize, pixel: usize, width: i32): void {
  const middle = i32x4.splat(1);
  const last = i32x4.splat(2);
  const zero = i32x4.splat(0);
  for (let column = 0; column < width; column += 2) {
    for (let c: usize = 0; c < pixel; c += 16) {
      const place = v128.load(places + c);
      const sum = v128.load(places + c + ringBytes);
      v128.store(dx + c, v128.and(sum, i32x4.eq(place, middle)));
      if (column + 1 == width) continue;
      const next = places + c + pixel;
      const fromNext = v128.and(v128.load(next + ringBytes), i32x4.eq(v128.load(next), zero));
      v128.store(dx + pixel + c, f32x4.add(v128.and(sum, i32x4.eq(place, last)), fromNext));
    }
    places += pixel;
    dx += pixel << 1;
  }
}
