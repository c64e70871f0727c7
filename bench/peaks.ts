/**
 * @file What a machine gives at best, in AssemblyScript; `machine-peaks.ts` compiles and times it. Products and sums are apart or fused, by the
 * build, as in the engine's kernels. Twelve chains hide the latency of both and leave room for two factors in sixteen registers. Results
 * stored at p and p + 16 are joined to 256 bits where the engine can; those of `multiplyAddSingle` never are.
 */

// @ts-ignore: decorator
@inline
function step(sum: v128, factor: v128, term: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(sum, factor, term);
  return f32x4.add(f32x4.mul(sum, factor), term);
}

/** `rounds` steps of twelve chains of one vector each, each 32 bytes after the one before. The factor and the term follow 384 bytes later. */
export function multiplyAddSingle(at: usize, rounds: i32): void {
  const factor = v128.load(at, 384);
  const term = v128.load(at, 416);
  let a0 = v128.load(at);
  let a1 = v128.load(at, 32);
  let a2 = v128.load(at, 64);
  let a3 = v128.load(at, 96);
  let a4 = v128.load(at, 128);
  let a5 = v128.load(at, 160);
  let a6 = v128.load(at, 192);
  let a7 = v128.load(at, 224);
  let a8 = v128.load(at, 256);
  let a9 = v128.load(at, 288);
  let a10 = v128.load(at, 320);
  let a11 = v128.load(at, 352);
  for (let i = 0; i < rounds; i++) {
    a0 = step(a0, factor, term);
    a1 = step(a1, factor, term);
    a2 = step(a2, factor, term);
    a3 = step(a3, factor, term);
    a4 = step(a4, factor, term);
    a5 = step(a5, factor, term);
    a6 = step(a6, factor, term);
    a7 = step(a7, factor, term);
    a8 = step(a8, factor, term);
    a9 = step(a9, factor, term);
    a10 = step(a10, factor, term);
    a11 = step(a11, factor, term);
  }
  v128.store(at, a0);
  v128.store(at, a1, 32);
  v128.store(at, a2, 64);
  v128.store(at, a3, 96);
  v128.store(at, a4, 128);
  v128.store(at, a5, 160);
  v128.store(at, a6, 192);
  v128.store(at, a7, 224);
  v128.store(at, a8, 256);
  v128.store(at, a9, 288);
  v128.store(at, a10, 320);
  v128.store(at, a11, 352);
}

/** The same of twelve pairs of neighbouring vectors. */
export function multiplyAddPairs(at: usize, rounds: i32): void {
  const factor0 = v128.load(at, 384);
  const factor1 = v128.load(at, 400);
  const term0 = v128.load(at, 416);
  const term1 = v128.load(at, 432);
  let a0 = v128.load(at);
  let b0 = v128.load(at, 16);
  let a1 = v128.load(at, 32);
  let b1 = v128.load(at, 48);
  let a2 = v128.load(at, 64);
  let b2 = v128.load(at, 80);
  let a3 = v128.load(at, 96);
  let b3 = v128.load(at, 112);
  let a4 = v128.load(at, 128);
  let b4 = v128.load(at, 144);
  let a5 = v128.load(at, 160);
  let b5 = v128.load(at, 176);
  let a6 = v128.load(at, 192);
  let b6 = v128.load(at, 208);
  let a7 = v128.load(at, 224);
  let b7 = v128.load(at, 240);
  let a8 = v128.load(at, 256);
  let b8 = v128.load(at, 272);
  let a9 = v128.load(at, 288);
  let b9 = v128.load(at, 304);
  let a10 = v128.load(at, 320);
  let b10 = v128.load(at, 336);
  let a11 = v128.load(at, 352);
  let b11 = v128.load(at, 368);
  for (let i = 0; i < rounds; i++) {
    a0 = step(a0, factor0, term0);
    b0 = step(b0, factor1, term1);
    a1 = step(a1, factor0, term0);
    b1 = step(b1, factor1, term1);
    a2 = step(a2, factor0, term0);
    b2 = step(b2, factor1, term1);
    a3 = step(a3, factor0, term0);
    b3 = step(b3, factor1, term1);
    a4 = step(a4, factor0, term0);
    b4 = step(b4, factor1, term1);
    a5 = step(a5, factor0, term0);
    b5 = step(b5, factor1, term1);
    a6 = step(a6, factor0, term0);
    b6 = step(b6, factor1, term1);
    a7 = step(a7, factor0, term0);
    b7 = step(b7, factor1, term1);
    a8 = step(a8, factor0, term0);
    b8 = step(b8, factor1, term1);
    a9 = step(a9, factor0, term0);
    b9 = step(b9, factor1, term1);
    a10 = step(a10, factor0, term0);
    b10 = step(b10, factor1, term1);
    a11 = step(a11, factor0, term0);
    b11 = step(b11, factor1, term1);
  }
  v128.store(at, a0);
  v128.store(at, b0, 16);
  v128.store(at, a1, 32);
  v128.store(at, b1, 48);
  v128.store(at, a2, 64);
  v128.store(at, b2, 80);
  v128.store(at, a3, 96);
  v128.store(at, b3, 112);
  v128.store(at, a4, 128);
  v128.store(at, b4, 144);
  v128.store(at, a5, 160);
  v128.store(at, b5, 176);
  v128.store(at, a6, 192);
  v128.store(at, b6, 208);
  v128.store(at, a7, 224);
  v128.store(at, b7, 240);
  v128.store(at, a8, 256);
  v128.store(at, b8, 272);
  v128.store(at, a9, 288);
  v128.store(at, b9, 304);
  v128.store(at, a10, 320);
  v128.store(at, b10, 336);
  v128.store(at, a11, 352);
  v128.store(at, b11, 368);
}

/** Reads `bytes`, a multiple of 128, from `from`, and leaves what they join to at `at`. */
export function read(at: usize, from: usize, bytes: usize): void {
  let a0 = v128.load(at);
  let b0 = v128.load(at, 16);
  let a1 = v128.load(at, 32);
  let b1 = v128.load(at, 48);
  let a2 = v128.load(at, 64);
  let b2 = v128.load(at, 80);
  let a3 = v128.load(at, 96);
  let b3 = v128.load(at, 112);
  for (const end = from + bytes; from < end; from += 128) {
    a0 = v128.or(a0, v128.load(from));
    b0 = v128.or(b0, v128.load(from, 16));
    a1 = v128.or(a1, v128.load(from, 32));
    b1 = v128.or(b1, v128.load(from, 48));
    a2 = v128.or(a2, v128.load(from, 64));
    b2 = v128.or(b2, v128.load(from, 80));
    a3 = v128.or(a3, v128.load(from, 96));
    b3 = v128.or(b3, v128.load(from, 112));
  }
  v128.store(at, a0);
  v128.store(at, b0, 16);
  v128.store(at, a1, 32);
  v128.store(at, b1, 48);
  v128.store(at, a2, 64);
  v128.store(at, b2, 80);
  v128.store(at, a3, 96);
  v128.store(at, b3, 112);
}

/** Copies `bytes`, a multiple of 128, by vectors, as kernels write their results. */
export function copy(to: usize, from: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += 128) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
    v128.store(to, v128.load(from, 64), 64);
    v128.store(to, v128.load(from, 80), 80);
    v128.store(to, v128.load(from, 96), 96);
    v128.store(to, v128.load(from, 112), 112);
    to += 128;
  }
}
