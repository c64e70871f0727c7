/** @file A run as an MLflow server has it: found or made there, and what it is told. */
import { z } from "zod";
import { flatSettings, shortened } from "./flat-settings.ts";
import type { MlflowSettings } from "./log-settings.ts";
import type { LoggedRun } from "./logger.ts";
import { type MlflowClient, MlflowFailure } from "./mlflow-client.ts";

/** A number of a run at a time. */
export interface MetricPoint {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

export type MlflowStatus = "RUNNING" | "FINISHED" | "FAILED" | "KILLED";

/** By which a run is found again whose identifier got lost. */
const KEY_TAG = "ista-nas.key";
/** Of a request; a server takes 1000 numbers and 100 settings. */
const [MOST_POINTS, MOST_PARAMS] = [500, 100];
/** Letters of a value and a name of a setting, and of a tag, that servers of all versions take. */
const [LONGEST_PARAM, LONGEST_NAME, LONGEST_TAG] = [500, 250, 5000];
const NOT_IN_NAMES = /[^\w\-. /]/g;
/** Numbers come back as they were sent, but for the last digits in some databases. */
const TOLERANCE = 1e-9;

const runSchema = z.object({
  info: z.object({
    run_id: z.string().regex(/^[\w-]{1,64}$/),
    status: z.string().optional(),
    artifact_uri: z.string().optional(),
    lifecycle_stage: z.string().optional(),
  }),
  data: z.object({ params: z.array(z.object({ key: z.string(), value: z.string() })).default([]) }).optional(),
});
const number = z.coerce.number();
const historySchema = z.object({
  metrics: z.array(z.object({ value: number, step: number.default(0) })).default([]),
  next_page_token: z.string().optional(),
});
const experimentSchema = z.object({
  experiment: z.object({ experiment_id: z.string(), lifecycle_stage: z.string().optional() }),
});

type RunAnswer = z.infer<typeof runSchema>;

export class MlflowRun {
  readonly id: string;
  /** Where its files go; empty if the server does not say. */
  readonly artifactUri: string;
  /** Whether it was made just now: the server knows nothing of it yet. */
  readonly isNew: boolean;
  readonly #client: MlflowClient;

  private constructor(client: MlflowClient, { info }: RunAnswer, isNew: boolean) {
    this.#client = client;
    this.id = info.run_id;
    this.artifactUri = info.artifact_uri ?? "";
    this.isNew = isNew;
  }

  /** The run of that identifier or that key, else a new one; at work then, with its settings. Throws `MlflowFailure`, as all of these do. */
  static async reach(
    client: MlflowClient,
    settings: MlflowSettings,
    run: LoggedRun,
    signal: AbortSignal,
  ): Promise<MlflowRun> {
    const known = settings.runId === null ? null : await get(client, settings.runId, signal);
    const experiment = known === null ? await experimentId(client, settings.experiment, signal) : "";
    // One that was deleted carries the key, too, and is not found.
    const found = known ?? (await search(client, experiment, settings.key, signal));
    const answer = found ?? (await create(client, experiment, settings.key, run, signal));
    const reached = new MlflowRun(client, answer, found === null);
    if (found !== null && found.info.status !== "RUNNING") await reached.update("RUNNING", null, signal);
    await reached.#logSettings(run, answer, signal);
    return reached;
  }

  /** Those of `points` that the server does not have. */
  async missingOf(points: readonly MetricPoint[], signal: AbortSignal): Promise<readonly MetricPoint[]> {
    const missing: MetricPoint[] = [];
    for (const key of new Set(points.map((point) => point.key))) {
      const known = new Map<number, number[]>();
      for (const { step, value } of await this.#history(key, signal))
        known.set(step, [...(known.get(step) ?? []), value]);
      const isThere = ({ step, value }: MetricPoint) => known.get(step)?.some((had) => isSame(had, value)) ?? false;
      missing.push(...points.filter((point) => point.key === key && !isThere(point)));
    }
    return missing.sort((a, b) => a.timestamp - b.timestamp);
  }

  /** As many of the first of `points` as a request takes; returns how many. */
  async logPoints(points: readonly MetricPoint[], signal: AbortSignal): Promise<number> {
    const metrics = points.slice(0, MOST_POINTS);
    await this.#client.post("runs/log-batch", { run_id: this.id, metrics }, signal);
    return metrics.length;
  }

  async setTag(key: string, value: string, signal: AbortSignal): Promise<void> {
    const tag = { run_id: this.id, key, value: shortened(value, LONGEST_TAG) };
    await this.#client.post("runs/set-tag", tag, signal);
  }

  /** `endTime`: milliseconds since 1970, null for a run that goes on. */
  async update(status: MlflowStatus, endTime: number | null, signal: AbortSignal): Promise<void> {
    const end = endTime === null ? {} : { end_time: endTime };
    await this.#client.post("runs/update", { run_id: this.id, status, ...end }, signal);
  }

  /** Those that the server has stay as they are: it takes no other value. What has changed since is a tag. */
  async #logSettings({ config }: LoggedRun, { data }: RunAnswer, signal: AbortSignal): Promise<void> {
    const known = new Map(data?.params.map(({ key, value }) => [key, value]));
    const params = flatSettings(config, LONGEST_PARAM)
      .map(([name, value]) => ({ key: name.replace(NOT_IN_NAMES, "_").slice(-LONGEST_NAME), value }))
      .filter(({ value }) => value !== "");
    const fresh = params.filter(({ key }) => !known.has(key));
    for (let at = 0; at < fresh.length; at += MOST_PARAMS) {
      const part = fresh.slice(at, at + MOST_PARAMS);
      await this.#client.post("runs/log-batch", { run_id: this.id, params: part }, signal);
    }
    const changed = params.filter(({ key, value }) => (known.get(key) ?? value) !== value);
    for (const { key, value } of changed) await this.setTag(`changed.${key}`.slice(0, LONGEST_NAME), value, signal);
  }

  async #history(key: string, signal: AbortSignal) {
    const points: { readonly value: number; readonly step: number }[] = [];
    for (let token: string | undefined = ""; token !== undefined; ) {
      const page: Readonly<Record<string, string>> = token === "" ? {} : { page_token: token };
      const answer = await this.#client.get(
        "metrics/get-history",
        { run_id: this.id, metric_key: key, ...page },
        signal,
      );
      const { metrics, next_page_token: next } = checked(historySchema, answer);
      points.push(...metrics);
      token = next === "" || next === token ? undefined : next;
    }
    return points;
  }
}

/** Null for one that is not there any more. */
async function get(client: MlflowClient, runId: string, signal: AbortSignal): Promise<RunAnswer | null> {
  const answer = await orMissing(client.get("runs/get", { run_id: runId }, signal));
  const run = answer === null ? null : checked(z.object({ run: runSchema }), answer).run;
  return run?.info.lifecycle_stage === "deleted" ? null : run;
}

async function search(
  client: MlflowClient,
  experiment: string,
  key: string,
  signal: AbortSignal,
): Promise<RunAnswer | null> {
  const query = { experiment_ids: [experiment], filter: `tags.\`${KEY_TAG}\` = '${key}'`, max_results: 1 };
  const answer = await client.post("runs/search", query, signal);
  return checked(z.object({ runs: z.array(runSchema).default([]) }), answer).runs[0] ?? null;
}

async function create(
  client: MlflowClient,
  experiment: string,
  key: string,
  { folder, config, journal }: LoggedRun,
  signal: AbortSignal,
): Promise<RunAnswer> {
  const tags = {
    "mlflow.runName": folder.name,
    "mlflow.source.name": "ista-nas",
    "mlflow.source.type": "LOCAL",
    "ista-nas.version": config.version,
    [KEY_TAG]: key,
  };
  const body = {
    experiment_id: experiment,
    run_name: folder.name,
    start_time: journal[0] === undefined ? Date.now() : Date.parse(journal[0].time),
    tags: Object.entries(tags).map(([name, value]) => ({ key: name, value })),
  };
  return checked(z.object({ run: runSchema }), await client.post("runs/create", body, signal)).run;
}

/** Made if it is not there. */
async function experimentId(client: MlflowClient, name: string, signal: AbortSignal): Promise<string> {
  const find = () => client.get("experiments/get-by-name", { experiment_name: name }, signal);
  const found = await orMissing(find());
  if (found === null) {
    const made = await client.post("experiments/create", { name }, signal);
    return checked(z.object({ experiment_id: z.string() }), made).experiment_id;
  }
  const { experiment_id: id, lifecycle_stage: stage } = checked(experimentSchema, found).experiment;
  if (stage !== "deleted") return id;
  throw new MlflowFailure(`experiment ${JSON.stringify(name)} was deleted there: restore it or name another one`, {
    isLasting: true,
  });
}

async function orMissing<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MlflowFailure && error.errorCode === "RESOURCE_DOES_NOT_EXIST") return null;
    throw error;
  }
}

function checked<T>(schema: z.ZodType<T>, answer: unknown): T {
  const { data, success } = schema.safeParse(answer);
  if (success) return data;
  throw new MlflowFailure("got an answer that is not one of MLflow's", { isLasting: true });
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}
