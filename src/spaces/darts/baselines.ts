/** @file Genotypes that no search has to find: two by hand, and the published ones. */
import type { Baseline } from "../baseline.ts";
import { CELL_KINDS, type DartsCells } from "./connection.ts";
import { deriveGenotype } from "./derive.ts";
import { CELL_INPUT_COUNT, type Genotype } from "./genotype.ts";
import { NAMED_GENOTYPES, type NamedGenotype } from "./named-genotypes.ts";

const SUMMARIES: Readonly<Record<NamedGenotype, string>> = {
  ISTA_twostage: "the cells of two-stage ISTA-NAS for CIFAR-10",
  ISTA_onestage: "the cells of one-stage ISTA-NAS for CIFAR-10",
  ISTA_ImageNet: "the cells of ISTA-NAS for ImageNet",
  DARTS_V1: "the cells of first-order DARTS",
  DARTS_V2: "the cells of second-order DARTS",
  PC_DARTS: "the cells of PC-DARTS for CIFAR-10",
};

/** By hand, then those published ones whose nodes keep no more than `cells` do and are as many. */
export function dartsBaselines(cells: DartsCells): readonly Baseline<Genotype>[] {
  const published = (Object.keys(NAMED_GENOTYPES) as NamedGenotype[]).map((name) => {
    return { name, summary: SUMMARIES[name], architecture: NAMED_GENOTYPES[name] };
  });
  const byHand = { name: "DARTS_all_sep_3x3", summary: "all separable 3x3", architecture: allSeparable(cells) };
  return [byHand, ...residual(cells), ...published.filter(({ architecture }) => fits(cells, architecture))];
}

/** Every node reads the inputs of its cell, or the nearer one if it keeps one entry, through separable 3x3 convolutions. */
function allSeparable(cells: DartsCells): Genotype {
  const supports = cells.groups.map(({ candidates, sparsity }) => {
    const fromInputs = [...candidates.keys()].filter((index) => {
      const { primitive, source } = candidates[index]!;
      return primitive === "sep_conv_3x3" && source < CELL_INPUT_COUNT;
    });
    return sparsity < CELL_INPUT_COUNT ? fromInputs.slice(-sparsity) : fromInputs;
  });
  return deriveGenotype(cells, supports);
}

/** Every node reads the one before it, the first one the nearer input, through a separable 3x3 convolution and past it: none where a node keeps one entry. */
function residual(cells: DartsCells): readonly Baseline<Genotype>[] {
  if (cells.sparsity < 2) return [];
  const supports = cells.groups.map(({ candidates }) => {
    const nearest = Math.max(...candidates.map(({ source }) => source));
    return [...candidates.keys()].filter((index) => {
      const { primitive, source } = candidates[index]!;
      return source === nearest && (primitive === "sep_conv_3x3" || primitive === "skip_connect");
    });
  });
  const architecture = deriveGenotype(cells, supports);
  return [{ name: "DARTS_residual", summary: "a plain residual network", architecture }];
}

function fits({ intermediateCount, sparsity }: DartsCells, genotype: Genotype): boolean {
  return CELL_KINDS.every(
    (kind) =>
      genotype[kind].length === intermediateCount && genotype[kind].every((entries) => entries.length <= sparsity),
  );
}
