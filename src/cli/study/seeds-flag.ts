/** @file The seeds of a study as they are typed: `5` for the first five, `3,4,9`, `11-15`. */
import { IstaNasError } from "../../error.ts";
import type { Flag } from "../../options/index.ts";

const MOST = 10_000;

export const SEEDS_FLAG: Flag<readonly number[]> = {
  valueName: "SEEDS",
  description:
    "of each variant of a study of runs: 5 for 1 to 5, 3,4,9 for these, 11-15 for all from one to the other (default: as the study says, else 3)",
  schema: {
    anyOf: [{ type: "integer", minimum: 1 }, { type: "array", items: { type: "integer" } }, { type: "string" }],
  },
  parse(text, as = "seeds") {
    const seeds = /^\d+$/.test(text) ? upTo(1, Number(text)) : text.split(",").flatMap(rangeOf);
    if (seeds.length === 0 || seeds.length > MOST || seeds.some((seed) => !Number.isSafeInteger(seed))) {
      throw new IstaNasError(`--${as}: got ${text}, expected a count, seeds with commas, or a range such as 11-15`, {
        code: "E_FLAG_VALUE",
        kind: "usage",
      });
    }
    return [...new Set(seeds)];
  },
  format: (seeds) => (seeds.length === 1 ? `${seeds[0]},` : seeds.join(",")),
};

function rangeOf(part: string): readonly number[] {
  const word = part.trim();
  const range = /^(\d+)-(\d+)$/.exec(word);
  if (range !== null) return upTo(Number(range[1]), Number(range[2]));
  return word === "" ? [] : [Number(word)];
}

function upTo(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, Math.min(last - first + 1, MOST + 1)) }, (_, index) => first + index);
}
