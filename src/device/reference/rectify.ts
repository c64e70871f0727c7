/** @file ReLU as an attribute of a convolution: on the way in, and on the way back. */

/** max(values, 0) if `relu`, otherwise `values` themselves. A NaN stays a NaN. */
export function rectify(values: Float64Array, relu: boolean): Float64Array {
  return relu ? values.map((value) => Math.max(value, 0)) : values;
}

/** Clears, if `relu`, each entry of a cotangent whose input is not above zero; in place. */
export function maskCotangent(cotangent: Float64Array, input: Float64Array, relu: boolean): void {
  if (!relu) return;
  for (let i = 0; i < cotangent.length; i++) if (!(input[i]! > 0)) cotangent[i] = 0;
}
