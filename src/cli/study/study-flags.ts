/** @file Which study is meant, and whether its flags are its own: the command's help does not tell studies apart. */
import { IstaNasError } from "../../error.ts";
import { spelling } from "../../options/index.ts";
import type { PartFlags } from "../../run/index.ts";
import { NAMED_STUDIES } from "../../study/index.ts";
import { STUDY_FLAGS, type StudyName } from "./flags-of-studies.ts";
import { isRunsStudy } from "./runs-study.ts";

/** Throws `E_USAGE_STUDY` for what is none. */
export function studyNamed(name: string): StudyName {
  if (isRunsStudy(name)) return "runs";
  if (name === "epsilon" || name === "rank") return name;
  const names = ["epsilon", "rank", ...Object.keys(NAMED_STUDIES)].join(", ");
  throw new IstaNasError(`study: got ${name}, expected one of: ${names}, or the path of a file: ./study.json`, {
    code: "E_USAGE_STUDY",
    kind: "usage",
    hint: "ista-nas study epsilon demo",
  });
}

/** Throws `E_USAGE_STUDY` for a flag of another study. */
export function refuseOtherFlags(study: StudyName, given: readonly string[], parts: PartFlags): void {
  const own = STUDY_FLAGS[study](parts);
  const foreign = given.find((flag) => !own.includes(flag));
  if (foreign === undefined) return;
  const others = Object.entries(STUDY_FLAGS).flatMap(([name, flags]) => (flags(parts).includes(foreign) ? [name] : []));
  throw new IstaNasError(
    `--${spelling(foreign)}: got it with study ${study}, expected it with study ${others.join(" or ")}`,
    { code: "E_USAGE_STUDY", kind: "usage", hint: "leave it out" },
  );
}
