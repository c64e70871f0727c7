/** @file The space of DARTS: two cells, repeated, of whose nodes each sums a few of its candidates (paper section 3.1). */
import type { MixtureWeights } from "../../network/index.ts";
import type { Diagram } from "../diagram.ts";
import { drawSupports } from "../layout.ts";
import type { SearchSpace } from "../search-space.ts";
import { dartsBaselines } from "./baselines.ts";
import { type DartsSpaceOptions, dartsCells, nodeGroups } from "./cells.ts";
import { deriveGenotype, genotypeSupports, joinedNodes } from "./derive.ts";
import type { Genotype } from "./genotype.ts";
import { formatGenotypeJson, formatGenotypeText, parseGenotype } from "./genotype-text.ts";
import { cellLayout } from "./layout.ts";
import { type DartsMacro, networkBuilder } from "./network.ts";
import { genotypeStructures, supportStructures } from "./structures.ts";

/** Networks, texts and drawings are also made of genotypes with other numbers of nodes and entries. Throws `E_SPACE_OPTION`. */
export function dartsSpace(options: DartsSpaceOptions = {}): SearchSpace<Genotype, DartsMacro> {
  const cells = dartsCells(options);
  const joined = joinedNodes(cells);
  return {
    groups: cells.groups,
    layout: cellLayout(cells.groups, { normal: joined, reduce: joined }),
    baselines: dartsBaselines(cells),
    derive: (supports) => deriveGenotype(cells, supports),
    supportsOf: (genotype) => genotypeSupports(cells, genotype),
    parse: parseGenotype,
    formatJson: formatGenotypeJson,
    formatText: formatGenotypeText,
    superNetwork: (macro, supports) => networkBuilder(macro, supportStructures(cells, supports)),
    derivedNetwork: (macro, genotype) => networkBuilder(macro, genotypeStructures(genotype)),
    draw: drawGenotype,
  };
}

/** Both cells of any genotype; entries keep their order. */
function drawGenotype(genotype: Genotype, absorbed?: MixtureWeights): Diagram {
  const { normal, reduce, normalConcat, reduceConcat } = genotype;
  const groups = nodeGroups({ normal: normal.length, reduce: reduce.length }, 1);
  const supports = groups.map(({ cell, node, candidates }) =>
    genotype[cell][node]!.map((entry) =>
      candidates.findIndex(({ primitive, source }) => primitive === entry.primitive && source === entry.source),
    ),
  );
  return drawSupports(cellLayout(groups, { normal: normalConcat, reduce: reduceConcat }), supports, absorbed);
}
