/**
 * @file Which baselines a verdict takes and how long each is trained: for as many seconds as the epochs of search and training took. Seconds decide
 * about epochs once. A baseline's epoch is timed beside one of the network that was found, so what else the machine does now counts for both.
 */
import { BOUNDS } from "../../bounds.ts";
import { RandomStreams } from "../../random/index.ts";
import { drawWithinLimits, isWithin, sizeOf } from "../../search/index.ts";
import {
  ARCHITECTURE_FILE,
  type PlannedBaseline,
  parseResults,
  RESULTS_FILE,
  saveVerdictPlan,
  type VerdictPlan,
} from "../../store/index.ts";
import { costOfTrainingEpoch, STEP_SECONDS } from "../epoch-cost.ts";
import { limitsOfSearch } from "../limits-of-search.ts";
import type { JudgedRun } from "./judged-run.ts";

type Wanted = Omit<PlannedBaseline, "epochs" | "seconds" | "architecture"> & { readonly architecture: unknown };

/** The plan with every baseline that is asked for, saved; those that were planned before stay as they are. */
export async function planBaselines(run: JudgedRun, plan: VerdictPlan): Promise<VerdictPlan> {
  const { config, parts, folder, host } = run;
  const { space } = parts;
  const missing = wantedBaselines(run, plan).filter(({ name }) => plan.baselines.every((one) => one.name !== name));
  if (missing.length === 0) return plan;
  const data = await run.openData();
  const secondsOf = (architecture: unknown) =>
    costOfTrainingEpoch(STEP_SECONDS, config, space, architecture, data, host.threads);
  const { total, perEpoch } = costOf(run);
  const found = await secondsOf(space.parse(folder.readText(ARCHITECTURE_FILE)));
  const planned: PlannedBaseline[] = [];
  for (const { architecture, ...baseline } of missing) {
    const seconds = (perEpoch ?? found) * ((await secondsOf(architecture)) / found);
    const epochs = Math.min(BOUNDS.epochs, Math.max(1, Math.floor(total / seconds)));
    planned.push({ ...baseline, architecture: space.formatJson(architecture), epochs, seconds: epochs * seconds });
  }
  const all = [...plan.baselines, ...planned];
  const baselines = [...all.filter(({ isRandom }) => !isRandom), ...all.filter(({ isRandom }) => isRandom)];
  const complete = { ...plan, seconds: total, baselines };
  saveVerdictPlan(folder, complete);
  return complete;
}

/** One by hand, the published ones if they are asked for, and random ones within the limits of the search. */
function wantedBaselines(
  { config, parts: { space } }: JudgedRun,
  { random, published }: VerdictPlan,
): readonly Wanted[] {
  const { network: macro } = config.training;
  const limits = limitsOfSearch(config.strategy?.options);
  const named = (space.baselines ?? []).slice(0, published ? undefined : 1).map(({ name, summary, architecture }) => {
    const isBeyondLimits = !isWithin(sizeOf(space.derivedNetwork(macro, architecture), limits), limits);
    return { name, summary, architecture, isRandom: false, isBeyondLimits };
  });
  const draw = {
    groups: space.groups,
    network: (supports: Parameters<typeof space.derive>[0]) => space.derivedNetwork(macro, space.derive(supports)),
    ...{ limits, stream: new RandomStreams(config.seed).stream("verdict/random") },
  };
  const drawn = Array.from({ length: random }, (_, index) => {
    const architecture = space.derive(drawWithinLimits(draw));
    return {
      name: `random-${index + 1}`,
      summary: "drawn at random",
      architecture,
      isRandom: true,
      isBeyondLimits: false,
    };
  });
  return [...named, ...drawn];
}

/** Seconds of all epochs of search and training, and of one of training; null where none was recorded. */
function costOf({ folder }: JudgedRun): { readonly total: number; readonly perEpoch: number | null } {
  const rows = parseResults(folder.readText(RESULTS_FILE));
  const seconds = (phase: "search" | "retrain") =>
    rows.filter((row) => row.phase === phase).reduce((sum, row) => sum + (row.seconds ?? 0), 0);
  const epochs = rows.filter(({ phase }) => phase === "retrain").length;
  const training = seconds("retrain");
  return { total: seconds("search") + training, perEpoch: training > 0 ? training / epochs : null };
}
