import fc from "fast-check";
import { describe, expect } from "vitest";
import {
  formatGenotypeJson,
  formatGenotypeText,
  type Genotype,
  NAMED_GENOTYPES,
  parseGenotype,
  toSavedGenotype,
} from "../../src/spaces/darts/index.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { jsonFile, mutatedFiles, mutatedJson } from "./mutations.ts";

const { ISTA_twostage: one, DARTS_V2: other } = NAMED_GENOTYPES;
const WORDS = [
  "range(0, 64)",
  "range(-1e9, 9)",
  "Genotype(",
  "none",
  "# ",
  "'sep_conv_3x3'",
  "constructor",
  "normal=",
  "(",
  "9007199254740993",
];

function fuzz(name: string, valid: readonly Uint8Array[], inputs: fc.Arbitrary<Uint8Array>): void {
  fuzzReader<Uint8Array, Genotype>({
    name,
    valid,
    inputs,
    sizeOf: (bytes) => bytes.length,
    read: (bytes) => parseGenotype(Buffer.from(bytes).toString("utf8")),
    check: (genotype) => expect(parseGenotype(formatGenotypeJson(genotype))).toEqual(genotype),
  });
}

describe("genotypes", () => {
  const texts = [formatGenotypeText(one, "ISTA"), formatGenotypeText(other)].map((text) => Buffer.from(text));
  fuzz("genotype text", texts, mutatedFiles(texts, WORDS));
  const files = [one, other].map((genotype) => Buffer.from(formatGenotypeJson(genotype)));
  const changed = mutatedJson([one, other].map(toSavedGenotype)).map(jsonFile);
  fuzz("genotype JSON", files, fc.oneof(mutatedFiles(files, WORDS), changed));
});
