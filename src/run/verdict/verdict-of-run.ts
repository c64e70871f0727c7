/** @file A verdict on a search that is finished, as people ask for one: what costs nothing, trained for as long as the search and its training took. */
import { assertWasmDevice } from "../../device/index.ts";
import { IstaNasError } from "../../error.ts";
import { type FlagTable, integerFlag, switchFlag } from "../../options/index.ts";
import {
  loadRunConfig,
  MOST_RANDOM_BASELINES,
  NEW_VERDICT,
  type RunConfig,
  RunFolder,
  readVerdictPlan,
  SUMMARY_FILE,
  saveVerdictPlan,
  shownPath,
  type VerdictPlan,
} from "../../store/index.ts";
import { openDataOfRun } from "../data-of-run.ts";
import { GO_ON_FLAGS, type GoOnGiven } from "../go-on-flags.ts";
import { assertNotStopped } from "../interruption.ts";
import type { OpenedData } from "../open-data.ts";
import { assertRunArithmetic } from "../run-arithmetic.ts";
import { completeHost, type RunHostGiven, type RunSummary } from "../run-host.ts";
import { RUN_FLAGS } from "../run-options.ts";
import { type PartNames, partsOfRun, type RunParts } from "../run-parts.ts";
import { takeGiven } from "../take-given.ts";
import { passVerdict } from "./pass-verdict.ts";

/** What the command line takes as flags. */
export interface VerdictGiven {
  /** Random architectures to train. Default: 1, or as many as were asked for before. */
  readonly random?: number;
  /** Whether all baselines of the space are trained, and not the one by hand alone. Default: false, or as was asked for before. */
  readonly published?: boolean;
}

export const VERDICT_FLAGS: FlagTable<VerdictGiven> = {
  random: integerFlag("random", "COUNT", "random architectures to train (default: 1)", {
    min: 0,
    max: MOST_RANDOM_BASELINES,
  }),
  published: switchFlag("also train the other baselines of the space, the published ones among them"),
};

export interface VerdictSpec extends VerdictGiven, GoOnGiven, PartNames {
  /** The folder of a finished search. */
  readonly run: string;
}

/**
 * Trains what the verdict takes that is not trained yet, and passes it; what was asked for before need not be asked for again.
 * @throws E_USAGE_OPTION, E_FLAG_VALUE, E_RUN_NOT_FOUND, E_RUN_CONFIG, E_RUN_ARITHMETIC, E_RUN_MODULE, E_RUN_LOCKED, E_RUN_UNFINISHED for a run that is not finished,
 * E_USAGE_VERDICT for one that searched nothing and where there is nothing to train, E_RUN_FILE for test predictions that are not there, E_RESUME_DATA, and
 * what a run throws; `Interruption` when the host asks it to stop
 */
export async function verdict(spec: VerdictSpec, given: RunHostGiven = {}): Promise<RunSummary> {
  const { space, strategy } = RUN_FLAGS;
  const flags = { ...VERDICT_FLAGS, ...GO_ON_FLAGS, space, strategy };
  takeGiven(spec, { where: "verdict", needed: ["run"], flags });
  const host = completeHost(given);
  const folder = RunFolder.open(spec.run);
  const saved = loadRunConfig(folder);
  assertFinishedSearch(folder, saved);
  assertNotStopped(host);
  assertRunArithmetic(folder, saved);
  await assertWasmDevice({ threads: host.threads, arithmetic: saved.arithmetic });
  const { config, ...parts } = await partsOfRun(folder.name, saved, spec);
  saveVerdictPlan(folder, planOf(folder, spec, parts));
  let data: Promise<OpenedData> | null = null;
  const openData = () => (data ??= openDataOfRun(folder, config, spec.data, host));
  return passVerdict({ folder, config, parts, host, openData }, spec.takeOver === true);
}

/** What is asked for now, else what was asked for before. */
function planOf(folder: RunFolder, spec: VerdictSpec, { space, spaceKind }: RunParts): VerdictPlan {
  const before = readVerdictPlan(folder) ?? NEW_VERDICT;
  const { random = before.random, published = before.published } = spec;
  const isNothing = random === 0 && before.baselines.length === 0 && (space.baselines ?? []).length === 0;
  if (!isNothing) return { ...before, random, published, isDone: false };
  throw new IstaNasError(
    `verdict: the space ${spaceKind.kind} names no baselines, and --random is 0: there is nothing to compare with`,
    {
      code: "E_USAGE_VERDICT",
      kind: "usage",
      hint: "ask for random architectures: --random 1",
    },
  );
}

function assertFinishedSearch(folder: RunFolder, { strategy }: RunConfig): void {
  const where = `verdict: ${shownPath(folder.path)}`;
  if (strategy === null) {
    throw new IstaNasError(`${where}: got the training of an architecture that was given, expected a search`, {
      code: "E_USAGE_VERDICT",
      kind: "usage",
      hint: "give the run of a search",
    });
  }
  if (!folder.has(SUMMARY_FILE)) {
    throw new IstaNasError(`${where}: got a run that is not finished, expected a finished search`, {
      code: "E_RUN_UNFINISHED",
      kind: "usage",
      hint: `go on with it first: ista-nas resume ${folder.path}`,
    });
  }
}
