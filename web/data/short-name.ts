import type { Primitive } from "../../src/spaces/darts/index.ts";

const SHORT: Readonly<Record<Primitive, string>> = {
  max_pool_3x3: "max 3×3",
  avg_pool_3x3: "avg 3×3",
  skip_connect: "skip",
  sep_conv_3x3: "sep 3×3",
  sep_conv_5x5: "sep 5×5",
  dil_conv_3x3: "dil 3×3",
  dil_conv_5x5: "dil 5×5",
};

/** A primitive's name where there is little room. */
export function shortName(primitive: Primitive): string {
  return SHORT[primitive];
}
