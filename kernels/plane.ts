/** @file An image with zeros around it, in the scratch of a thread. */

/** Copies `bytes` bytes of floats, a multiple of 16, through a ReLU if wanted. A NaN stays one. */
export function copyRectified(to: usize, from: usize, bytes: usize, relu: bool): void {
  const floor = f32x4.splat(relu ? 0 : -Infinity);
  const end = to + bytes;
  const octetEnd = to + (bytes & ~31);
  for (; to < octetEnd; to += 32, from += 32) {
    const x0 = f32x4.pmax(v128.load(from), floor);
    const x1 = f32x4.pmax(v128.load(from, 16), floor);
    v128.store(to, x0);
    v128.store(to, x1, 16);
  }
  for (; to < end; to += 16, from += 16) v128.store(to, f32x4.pmax(v128.load(from), floor));
}

/** Clears, in `bytes` bytes of a cotangent, what belongs to inputs that are not above zero. */
export function maskBelow(cotangent: usize, input: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  const end = cotangent + bytes;
  const octetEnd = cotangent + (bytes & ~31);
  for (; cotangent < octetEnd; cotangent += 32, input += 32) {
    const g0 = v128.and(v128.load(cotangent), f32x4.gt(v128.load(input), zero));
    const g1 = v128.and(v128.load(cotangent, 16), f32x4.gt(v128.load(input, 16), zero));
    v128.store(cotangent, g0);
    v128.store(cotangent, g1, 16);
  }
  for (; cotangent < end; cotangent += 16, input += 16) {
    v128.store(cotangent, v128.and(v128.load(cotangent), f32x4.gt(v128.load(input), zero)));
  }
}

/** Writes the zeros around an image of `height` rows of `rowBytes` bytes: `margin` pixels on each side. */
export function clearMargin(plane: usize, height: usize, rowBytes: usize, margin: usize, pixelBytes: usize): void {
  const side = margin * pixelBytes;
  const planeRow = rowBytes + 2 * side;
  const ends = margin * planeRow + side;
  memory.fill(plane, 0, ends);
  let p = plane + ends + rowBytes;
  for (let row: usize = 1; row < height; row++, p += planeRow) memory.fill(p, 0, 2 * side);
  memory.fill(p, 0, ends);
}
