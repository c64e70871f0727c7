/**
 * @file Natural logarithm, exponential, sine and cosine from additions and multiplications only. `Math.log` and `Math.cos` may differ
 * in their last bit between JavaScript engines; a learning rate or an initial value must not. Relative error of log below 1e-15; absolute error
 * of cosine and sine about 1e-16 (1 + |x|).
 */

const LN2 = Math.LN2;
const TWO_PI = 2 * Math.PI;

/** Natural logarithm of a positive finite number, the same bits in every engine. */
export function exactLog(x: number): number {
  if (!(x > 0) || x === Infinity) throw new RangeError(`exactLog: got ${x}, expected a positive finite number`);
  let exponent = 0;
  let mantissa = x;
  while (mantissa >= Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  // log m = 2 atanh((m - 1) / (m + 1)), |argument| <= 0.172: eleven terms reach double precision.
  const u = (mantissa - 1) / (mantissa + 1);
  const u2 = u * u;
  let sum = 0;
  for (let k = 21; k >= 1; k -= 2) sum = sum * u2 + 1 / k;
  return exponent * LN2 + 2 * u * sum;
}

/** e to the power of a finite number, the same bits in every engine. Relative error below 1e-15 times (1 + |x|); 0 below -745. */
export function exactExp(x: number): number {
  if (!Number.isFinite(x)) throw new RangeError(`exactExp: got ${x}, expected a finite number`);
  const doublings = Math.round(x / LN2);
  const r = x - doublings * LN2;
  // |r| <= 0.35: sixteen terms reach double precision.
  let sum = 1;
  for (let k = 16; k >= 1; k--) sum = 1 + (sum * r) / k;
  let result = sum;
  for (let k = 0; k < Math.abs(doublings) && result !== 0 && result !== Infinity; k++) {
    result = doublings > 0 ? result * 2 : result / 2;
  }
  return result;
}

function cosTaylor(x: number): number {
  const x2 = x * x;
  let sum = 1;
  for (let k = 22; k >= 2; k -= 2) sum = 1 - (sum * x2) / (k * (k - 1));
  return sum;
}

/** Cosine of an angle in radians, the same bits in every engine. */
export function exactCos(x: number): number {
  let r = Math.abs(x) % TWO_PI;
  if (r > Math.PI) r = TWO_PI - r;
  return r > Math.PI / 2 ? -cosTaylor(Math.PI - r) : cosTaylor(r);
}

/** Sine of an angle in radians, the same bits in every engine. */
export function exactSin(x: number): number {
  return exactCos(x - Math.PI / 2);
}
