/**
 * @file Another network from a search that is over: under other limits it comes to another one, and trains nothing. The result is a run of its own, which
 * begins at the last checkpoint of the one that it comes from.
 */
import { assertWasmDevice } from "../device/index.ts";
import { IstaNasError } from "../error.ts";
import type { FlagTable } from "../options/index.ts";
import { RandomStreams } from "../random/index.ts";
import { LIMIT_FLAGS, type LimitsGiven, limitsOf } from "../search/index.ts";
import {
  type Checkpoint,
  CheckpointStore,
  CONFIG_FILE,
  loadRunConfig,
  type RunConfig,
  RunFolder,
  RunLock,
  runIdentity,
  SPACE_FILE,
  SUMMARY_FILE,
  saveDataFiles,
} from "../store/index.ts";
import { packageVersion } from "../version.ts";
import { monotonicSeconds } from "./clock.ts";
import { openDataOfRun } from "./data-of-run.ts";
import { executeRun } from "./execute-run.ts";
import { expectedValues } from "./expected-values.ts";
import { GO_ON_FLAGS, type GoOnGiven } from "./go-on-flags.ts";
import { assertNotStopped } from "./interruption.ts";
import { assertNewRunPlace } from "./new-run-place.ts";
import { openSession } from "./open-session.ts";
import { assertRunArithmetic } from "./run-arithmetic.ts";
import { completeHost, type RunHostGiven, type RunSummary } from "./run-host.ts";
import { RUN_FLAGS } from "./run-options.ts";
import { type PartNames, partsOfRun } from "./run-parts.ts";
import type { RunSession } from "./run-session.ts";
import { searchedSpace } from "./searched-space.ts";
import { withLatency } from "./speed/with-latency.ts";
import { takeGiven } from "./take-given.ts";

/** What the command line takes as flags. */
export interface SpecialiseGiven extends LimitsGiven, Pick<GoOnGiven, "data"> {
  /** Default: beside the run, named after the limits. */
  readonly out?: string;
}

export interface SpecialiseSpec extends SpecialiseGiven, PartNames {
  /** The folder of a finished run whose strategy chooses by its limits at the end. */
  readonly run: string;
}

const { space, strategy, out } = RUN_FLAGS;
const SPECIALISE_FLAGS: FlagTable<Omit<SpecialiseSpec, "run">> = {
  ...LIMIT_FLAGS,
  ...{ data: GO_ON_FLAGS.data, out, space, strategy },
};

/**
 * The best network within the limits that a finished run can give, as a finished run in a folder of its own.
 * @throws E_USAGE_OPTION, E_FLAG_VALUE, E_SPECIALISE for a run that cannot give one, E_SEARCH_LIMITS for limits that nothing keeps, E_RUN_FOLDER,
 * E_RUN_ARITHMETIC, E_RESUME_DATA, and what opening and finishing a run throw
 */
export async function specialise(spec: SpecialiseSpec, given: RunHostGiven = {}): Promise<RunSummary> {
  const startedAt = monotonicSeconds();
  takeGiven(spec, { where: "specialise", needed: ["run"], flags: SPECIALISE_FLAGS });
  const limits = limitsGiven(spec);
  const place = spec.out ?? `${spec.run.replace(/[/\\]+$/, "")}-${nameOf(limits)}`;
  assertNewRunPlace(place, true);
  const host = completeHost(given);
  assertNotStopped(host);
  const source = RunFolder.open(spec.run);
  const { config: whole, ...parts } = await partsOfRun(source.name, loadRunConfig(source), spec);
  if (parts.strategy?.specialises !== true) {
    throw refused(
      source,
      `strategy ${parts.strategy?.kind ?? "none"}`,
      "one that chooses by its limits at its end, once-for-all",
    );
  }
  assertRunArithmetic(source, whole);
  await assertWasmDevice({ threads: host.threads, arithmetic: whole.arithmetic });
  const store = new CheckpointStore(source, whole.checkpoints.kept, whole.identity);
  const found = await store.newest((state) => expectedValues(whole, parts, state));
  const checkpoint = found?.checkpoint ?? null;
  if (!source.has(SUMMARY_FILE)) throw refused(source, "a run that is not finished", "a finished one");
  if (checkpoint?.state.phase !== "search") {
    throw refused(source, "weights that were trained on for its own network", "those that its search left");
  }
  const planned = await withLatency(under(limits, whole), parts.space, host);
  const streams = new RandomStreams(whole.seed);
  const searched = searchedSpace(parts.space, planned.strategy!.network);
  // Refused before there is a folder.
  parts.strategy.firstSupports({ space: searched, streams }, planned.strategy!.options);
  const data = await openDataOfRun(source, whole, spec.data, host);
  const config: RunConfig = { ...planned, identity: runIdentity(planned, null) };
  const folder = RunFolder.create(place);
  const lock = RunLock.acquire(folder);
  let session: RunSession;
  try {
    folder.writeJson("data.json", data.report);
    saveDataFiles(folder, data.source);
    const { groups, layout } = parts.space;
    folder.writeJson(SPACE_FILE, { kind: parts.spaceKind.kind, groups, layout });
    folder.writeJson(CONFIG_FILE, config);
    await new CheckpointStore(folder, config.checkpoints.kept, config.identity).save(asBeginning(checkpoint));
    session = await openSession({ folder, lock, startedAt, names: spec, asked: undefined, data, host });
  } catch (error) {
    lock.release();
    throw error;
  }
  return executeRun(session);
}

function limitsGiven(spec: LimitsGiven): ReturnType<typeof limitsOf> {
  const limits = limitsOf(spec);
  if (Object.values(limits).some((limit) => limit !== null)) return limits;
  throw new IstaNasError("specialise: got no limit, expected one at least", {
    code: "E_USAGE_OPTION",
    kind: "usage",
    hint: "such as --max-macs 1000000, --max-parameters 50000 or --max-milliseconds 0.5",
  });
}

/** Such as `macs1000000`. */
function nameOf({ maxParameters, maxMacs, maxMilliseconds }: ReturnType<typeof limitsOf>): string {
  const named = { macs: maxMacs, parameters: maxParameters, ms: maxMilliseconds ?? null };
  return Object.entries(named)
    .flatMap(([name, limit]) => (limit === null ? [] : [`${name}${limit}`]))
    .join("-");
}

/** Of a run that is over, without its budget. */
function under(limits: ReturnType<typeof limitsOf>, { strategy: planned, ...config }: RunConfig): RunConfig {
  const { computeBudget: _compute, searchBudget: _search, ...rest } = config;
  const options = { ...(planned!.options as object), limits };
  return { ...rest, version: packageVersion(), timeBudget: null, strategy: { ...planned!, options } };
}

/** Where a run that trains nothing begins: nothing is written, taken or computed yet. */
function asBeginning({ state, values }: Checkpoint): Checkpoint {
  const { epochs: _epochs, budgetReadings: _readings, ...place } = state;
  return { state: place, values, lengths: {}, seconds: 0, epochSeconds: 0 };
}

function refused({ name }: RunFolder, got: string, expected: string): IstaNasError {
  return new IstaNasError(`specialise: run ${name}: got ${got}, expected ${expected}`, {
    code: "E_SPECIALISE",
    kind: "usage",
    hint: "train one set of weights for all networks: ista-nas search DATA --space mobile --strategy once-for-all",
  });
}
