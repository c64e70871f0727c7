/** @file The five operations of NAS-Bench-201 (Dong and Yang 2020, section 2.1), in the benchmark's order. */

/** An index into this list is a candidate's number. */
export const OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"] as const;

export type Operation = (typeof OPERATIONS)[number];

export function isOperation(text: string): text is Operation {
  return (OPERATIONS as readonly string[]).includes(text);
}
