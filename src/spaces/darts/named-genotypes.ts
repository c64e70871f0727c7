/** @file Published genotypes by name: three of ISTA-NAS, both of DARTS and the one of PC-DARTS for CIFAR-10. */
import type { CellGenotype, Genotype } from "./genotype.ts";
import { parsePrimitive } from "./primitive.ts";

export type NamedGenotype = "ISTA_twostage" | "ISTA_onestage" | "ISTA_ImageNet" | "DARTS_V1" | "DARTS_V2" | "PC_DARTS";

const CONCAT = [2, 3, 4, 5];

/** Nodes separated by `|`, entries by blanks, each `primitive@source`. */
function cell(text: string): CellGenotype {
  return text.split("|").map((node) =>
    node
      .trim()
      .split(" ")
      .map((entry) => {
        const [primitive, source] = entry.split("@") as [string, string];
        return { primitive: parsePrimitive(primitive), source: Number(source) };
      }),
  );
}

function genotype(normal: string, reduce: string): Genotype {
  return { normal: cell(normal), normalConcat: CONCAT, reduce: cell(reduce), reduceConcat: CONCAT };
}

/** Published genotypes: four nodes of two entries in each cell, all four joined as output. */
export const NAMED_GENOTYPES: Readonly<Record<NamedGenotype, Genotype>> = {
  ISTA_twostage: genotype(
    "skip_connect@0 dil_conv_3x3@1 | sep_conv_5x5@0 dil_conv_3x3@2 | dil_conv_3x3@1 sep_conv_3x3@0 | sep_conv_3x3@2 skip_connect@0",
    "avg_pool_3x3@0 sep_conv_5x5@1 | dil_conv_5x5@2 max_pool_3x3@1 | dil_conv_5x5@3 sep_conv_3x3@1 | dil_conv_5x5@4 sep_conv_5x5@1",
  ),
  ISTA_onestage: genotype(
    "skip_connect@0 dil_conv_3x3@1 | sep_conv_3x3@1 dil_conv_5x5@2 | avg_pool_3x3@3 sep_conv_3x3@1 | sep_conv_5x5@1 sep_conv_3x3@2",
    "avg_pool_3x3@0 max_pool_3x3@1 | skip_connect@0 max_pool_3x3@1 | sep_conv_5x5@1 avg_pool_3x3@0 | max_pool_3x3@0 dil_conv_5x5@2",
  ),
  ISTA_ImageNet: genotype(
    "sep_conv_3x3@1 sep_conv_3x3@0 | sep_conv_3x3@1 skip_connect@2 | sep_conv_3x3@1 sep_conv_3x3@0 | sep_conv_3x3@1 dil_conv_5x5@4",
    "skip_connect@0 sep_conv_3x3@1 | dil_conv_5x5@2 sep_conv_3x3@0 | sep_conv_3x3@0 skip_connect@2 | sep_conv_3x3@2 skip_connect@3",
  ),
  DARTS_V1: genotype(
    "sep_conv_3x3@1 sep_conv_3x3@0 | skip_connect@0 sep_conv_3x3@1 | skip_connect@0 sep_conv_3x3@1 | sep_conv_3x3@0 skip_connect@2",
    "max_pool_3x3@0 max_pool_3x3@1 | skip_connect@2 max_pool_3x3@0 | max_pool_3x3@0 skip_connect@2 | skip_connect@2 avg_pool_3x3@0",
  ),
  DARTS_V2: genotype(
    "sep_conv_3x3@0 sep_conv_3x3@1 | sep_conv_3x3@0 sep_conv_3x3@1 | sep_conv_3x3@1 skip_connect@0 | skip_connect@0 dil_conv_3x3@2",
    "max_pool_3x3@0 max_pool_3x3@1 | skip_connect@2 max_pool_3x3@1 | max_pool_3x3@0 skip_connect@2 | skip_connect@2 max_pool_3x3@1",
  ),
  PC_DARTS: genotype(
    "sep_conv_3x3@1 skip_connect@0 | sep_conv_3x3@0 dil_conv_3x3@1 | sep_conv_5x5@0 sep_conv_3x3@1 | avg_pool_3x3@0 dil_conv_3x3@1",
    "sep_conv_5x5@1 max_pool_3x3@0 | sep_conv_5x5@1 sep_conv_5x5@2 | sep_conv_3x3@0 sep_conv_3x3@3 | sep_conv_3x3@1 sep_conv_3x3@2",
  ),
};
