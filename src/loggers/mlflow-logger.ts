/**
 * @file MLflow, over its REST interface. What the journal says is sent in the background; a server that is away or slow holds nothing up. The
 * server itself is asked what it has already, so that nothing is lost or said twice, wherever a session or a request broke off.
 */
import { setTimeout as pause } from "node:timers/promises";
import { FAILURE_FILE, type JournalEntry, SUMMARY_FILE } from "../store/index.ts";
import type { MlflowSettings } from "./log-settings.ts";
import type { LoggedRun, RunLogger, Said } from "./logger.ts";
import type { MlflowAddress } from "./mlflow-address.ts";
import { artifactPlace, putArtifacts } from "./mlflow-artifacts.ts";
import { MlflowClient, MlflowFailure } from "./mlflow-client.ts";
import { type MetricPoint, MlflowRun } from "./mlflow-run.ts";
import { figuresOf } from "./run-figures.ts";
import { drawRun } from "./run-pictures.ts";

/** Seconds. */
export interface MlflowTimes {
  /** For an answer, and for a file to be taken. */
  readonly timeout: number;
  readonly upload: number;
  /** Before the second try; twice as long before the third. */
  readonly pause: number;
  /** After three tries, before the next event gives a chance again; longer each time. */
  readonly calm: number;
  /** When the session ends, for what was not sent yet; and after that for the end of a finished run, its files among it. */
  readonly parting: number;
  readonly finish: number;
}

const TIMES: MlflowTimes = { timeout: 10, upload: 60, pause: 0.5, calm: 15, parting: 10, finish: 120 };
const TRIES = 3;
const LONGEST_CALM = 600;

export interface MlflowLoggerInputs {
  readonly run: LoggedRun;
  readonly settings: MlflowSettings;
  readonly address: MlflowAddress;
  /** A sentence for people. */
  readonly tell: (text: string) => void;
  /** Keeps what the server calls the run. */
  readonly keep: (runId: string) => void;
  readonly times?: MlflowTimes;
}

export class MlflowLogger implements RunLogger {
  readonly #inputs: MlflowLoggerInputs;
  readonly #times: MlflowTimes;
  readonly #client: MlflowClient;
  readonly #abort = new AbortController();
  readonly #journal: JournalEntry[];
  /** All of the journal, and those that the server may not have. */
  readonly #points: MetricPoint[];
  #pending: readonly MetricPoint[];
  #runId: string | null;
  /** Null as long as it is not known what the server has. */
  #server: MlflowRun | null = null;
  #working: Promise<void> | null = null;
  #failures = 0;
  #hasWarned = false;
  #calmUntil = 0;

  constructor(inputs: MlflowLoggerInputs) {
    const { run, settings, address, times = TIMES } = inputs;
    this.#inputs = inputs;
    this.#times = times;
    this.#client = new MlflowClient({ address, timeoutSeconds: times.timeout, uploadSeconds: times.upload });
    this.#journal = [...run.journal];
    this.#points = this.#journal.flatMap(pointsOf);
    this.#pending = [...this.#points];
    this.#runId = settings.runId;
  }

  add(entry: JournalEntry): void {
    this.#journal.push(entry);
    const points = pointsOf(entry);
    this.#points.push(...points);
    this.#pending = [...this.#pending, ...points];
    if (this.#working !== null || performance.now() < this.#calmUntil) return;
    this.#working = this.#trying(() => this.#send())
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#working = null;
      });
  }

  async finish(): Promise<Said> {
    const { folder } = this.#inputs.run;
    const isDone = folder.has(SUMMARY_FILE);
    try {
      await this.#within(this.#times.parting, async () => {
        await this.#working;
        await this.#trying(() => this.#send());
      });
      const end = isDone ? () => this.#complete() : () => this.#update(folder.has(FAILURE_FILE) ? "FAILED" : "KILLED");
      await this.#within(isDone ? this.#times.finish : this.#times.parting, () =>
        this.#trying(async () => {
          await this.#send();
          await end();
        }),
      );
      if (this.#hasWarned) this.#inputs.tell("mlflow: what was missing has been sent");
      return isDone ? "complete" : "so far";
    } catch (error) {
      this.#fail(error);
      return "failed";
    }
  }

  /** Breaks all requests off after so many seconds. */
  async #within(seconds: number, work: () => Promise<void>): Promise<void> {
    const limit = setTimeout(() => this.#abort.abort(), 1000 * seconds);
    try {
      await work();
    } finally {
      clearTimeout(limit);
    }
  }

  async #trying(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#abort;
    for (let tries = 1; ; tries++) {
      try {
        await work();
        this.#failures = 0;
        return;
      } catch (error) {
        // Whether the server took what it did not answer to, it is asked.
        this.#server = null;
        const isLasting = !(error instanceof MlflowFailure) || error.isLasting;
        if (isLasting || tries === TRIES || signal.aborted) throw error;
        await pause(1000 * this.#times.pause * 2 ** (tries - 1), undefined, { signal }).catch(() => {
          throw error;
        });
      }
    }
  }

  async #send(): Promise<void> {
    const { signal } = this.#abort;
    this.#server ??= await this.#reach();
    while (this.#pending.length > 0) {
      const count = await this.#server.logPoints(this.#pending, signal);
      this.#pending = this.#pending.slice(count);
    }
  }

  async #reach(): Promise<MlflowRun> {
    const { run, settings, keep } = this.#inputs;
    const { signal } = this.#abort;
    const logged = { ...run, journal: this.#journal };
    const server = await MlflowRun.reach(this.#client, { ...settings, runId: this.#runId }, logged, signal);
    if (server.id !== this.#runId) keep(server.id);
    this.#runId = server.id;
    const asked = this.#points.length;
    const missing = server.isNew
      ? this.#points.slice(0, asked)
      : await server.missingOf(this.#points.slice(0, asked), signal);
    this.#pending = [...missing, ...this.#points.slice(asked)];
    return server;
  }

  /** Files, what was found, and that it is finished. */
  async #complete(): Promise<void> {
    const { run, address, tell } = this.#inputs;
    const { folder, config } = run;
    const { signal } = this.#abort;
    const server = this.#server!;
    const place = artifactPlace(address.url, server.artifactUri, server.id);
    if (place.kind === "none") tell(`mlflow: files of the run were not uploaded: ${place.reason}`);
    else {
      const pictures = await drawRun(folder, config);
      await putArtifacts(this.#client, place, { folder, pictures }, signal).catch((error: unknown) => {
        if (!(error instanceof MlflowFailure && error.isLasting)) throw error;
        tell(`mlflow: files of the run were not uploaded: ${error.message}`);
      });
    }
    const { architecture } = folder.readJson(SUMMARY_FILE) as Readonly<Record<string, unknown>>;
    if (typeof architecture === "string") await server.setTag("architecture", architecture, signal);
    if (folder.has("README.md")) await server.setTag("mlflow.note.content", folder.readText("README.md"), signal);
    await this.#update("FINISHED");
  }

  #update(status: "FINISHED" | "FAILED" | "KILLED"): Promise<void> {
    const { time } = this.#journal.at(-1) ?? { time: new Date().toISOString() };
    return this.#server!.update(status, Date.parse(time), this.#abort.signal);
  }

  /** One warning a session. */
  #fail(error: unknown): void {
    this.#calmUntil = performance.now() + 1000 * Math.min(this.#times.calm * 2 ** this.#failures, LONGEST_CALM);
    this.#failures++;
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const { run, address, tell } = this.#inputs;
    const reason = error instanceof Error ? error.message : String(error);
    tell(
      `warning: mlflow: ${address.url}: ${reason}; the run goes on, and what is missing there is sent when it answers again, or by: ista-nas log ${run.folder.path} --to mlflow`,
    );
  }
}

function pointsOf(entry: JournalEntry): readonly MetricPoint[] {
  const figures = figuresOf(entry);
  if (figures === null) return [];
  const { time, step, values } = figures;
  return values.map(([key, value]) => ({ key, value, timestamp: time, step }));
}
