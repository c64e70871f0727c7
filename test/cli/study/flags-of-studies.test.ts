import { expect, it } from "vitest";
import { PART_FLAGS } from "../../../src/cli/flags.ts";
import { flagsOfStudies } from "../../../src/cli/study/flags-of-studies.ts";
import { SLURM_FLAGS } from "../../../src/cli/study/slurm-flags.ts";

it("the flags of studies are those of SLURM too, each once", () => {
  const names = flagsOfStudies(PART_FLAGS);
  expect(names).toEqual(expect.arrayContaining(Object.keys(SLURM_FLAGS)));
  expect(new Set(names).size).toBe(names.length);
});
