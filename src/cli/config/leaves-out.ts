/** @file Flags of a file that a call of a command has no use for: a file is for many calls, of many spaces and strategies. */
import { checkNewSearch, checkNewTraining, MEASURE_FLAGS, RefusedOption } from "../../run/index.ts";
import { namesStudyFile, planStudy, readStudy } from "../../study/index.ts";
import type { CommandInputs, LeavesOut } from "../command.ts";
import { type FlagValues, PART_FLAGS } from "../flags.ts";
import { newRunSpec } from "../given-flags.ts";
import { STUDY_FLAGS } from "../study/flags-of-studies.ts";
import { searchOptions, studyOf } from "../study/runs-study.ts";
import { studyNamed } from "../study/study-flags.ts";

/** What the space or the strategy does not take. */
export const searchLeavesOut: LeavesOut = ({ positional, flags }, fromFile) => {
  const data = positional[0]!;
  return refusedOf(flags, fromFile, (left) => checkNewSearch({ ...withoutPlace(left), data }));
};

/** What the space of the architecture does not take. */
export const trainLeavesOut: LeavesOut = ({ positional, flags }, fromFile) => {
  const [architecture, data] = positional as [string, string];
  return refusedOf(flags, fromFile, (left) => checkNewTraining({ ...withoutPlace(left), architecture, data }));
};

/** What is another study's; of a study of runs also what its file says, and what none of its variants takes. */
export const studyLeavesOut: LeavesOut = async (inputs, fromFile) => {
  const name = studyNamed(inputs.positional[0]!);
  const takes = STUDY_FLAGS[name](PART_FLAGS);
  const foreign = [...fromFile].filter((flag) => !takes.includes(flag));
  return name === "runs" ? [...foreign, ...(await runsLeaveOut(inputs, fromFile, foreign))] : foreign;
};

async function runsLeaveOut(
  { positional, flags }: CommandInputs,
  fromFile: ReadonlySet<string>,
  foreign: readonly string[],
): Promise<readonly string[]> {
  const [study, data] = positional as [string, string];
  const { base = {} } = namesStudyFile(study) ? await readStudy(study) : {};
  const said = [...fromFile].filter((flag) => Object.hasOwn(base, flag) && !foreign.includes(flag));
  const gone = [...foreign, ...said];
  const left = omit(flags, gone);
  const fromFileLeft = new Set([...fromFile].filter((flag) => !gone.includes(flag)));
  const file = await studyOf(study, left);
  return [...said, ...(await refusedOf(left, fromFileLeft, (some) => planStudy(file, searchOptions(some), data)))];
}

/** What says which images are measured, where no data are named: what the run answered is measured. */
export const evaluateLeavesOut: LeavesOut = async ({ positional }, fromFile) => {
  const ofData = [...Object.keys(MEASURE_FLAGS), "seed", "testFraction", "maxBadImages"];
  return positional[1] === undefined ? ofData.filter((name) => fromFile.has(name)) : [];
};

/** The operator set, where no ONNX is written. */
export const exportLeavesOut: LeavesOut = async ({ flags }, fromFile) =>
  fromFile.has("opset") && (flags.to ?? "onnx") !== "onnx" ? ["opset"] : [];

/** Leaves out one after the other what `check` refuses. What was typed is refused where it always is, and so are other mistakes. */
async function refusedOf(
  flags: FlagValues,
  fromFile: ReadonlySet<string>,
  check: (flags: FlagValues) => Promise<unknown>,
): Promise<readonly string[]> {
  const refused: string[] = [];
  for (;;) {
    try {
      await check(omit(flags, refused));
      return refused;
    } catch (error) {
      const isFromFile = error instanceof RefusedOption && fromFile.has(error.option);
      if (!isFromFile || refused.includes(error.option)) return refused;
      refused.push(error.option);
    }
  }
}

/** Whether there is room at `--out` is asked later, perhaps of a person. */
function withoutPlace(flags: FlagValues) {
  return newRunSpec(omit(flags, ["out", "new"]));
}

function omit(flags: FlagValues, names: readonly string[]): FlagValues {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !names.includes(name)));
}
