/** @file The support of a code: which candidates are kept. */
import { IstaNasError } from "../error.ts";

/**
 * Indices of the `sparsity` largest |values|, ascending. Of equal sizes the lower index wins, so a code of zeros keeps
 * the first candidates.
 * @throws `E_SUPPORT_SPARSITY` unless sparsity is an integer from 1 to the number of values; `E_SUPPORT_VALUE` for a NaN.
 */
export function selectSupport(values: ArrayLike<number>, sparsity: number): readonly number[] {
  if (!Number.isSafeInteger(sparsity) || sparsity < 1 || sparsity > values.length) {
    throw new IstaNasError(`support: sparsity got ${sparsity}, expected an integer from 1 to ${values.length}`, {
      code: "E_SUPPORT_SPARSITY",
      kind: "usage",
    });
  }
  const sizes = Float64Array.from(values, Math.abs);
  const unordered = sizes.findIndex(Number.isNaN);
  if (unordered >= 0) {
    throw new IstaNasError(`support: value ${unordered} got NaN, expected a number`, {
      code: "E_SUPPORT_VALUE",
      kind: "usage",
    });
  }
  const order = [...sizes.keys()].sort((a, b) => (sizes[a] === sizes[b] ? a - b : sizes[a] > sizes[b] ? -1 : 1));
  return order.slice(0, sparsity).sort((a, b) => a - b);
}
