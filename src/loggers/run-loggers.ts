/** @file All loggers of a run, at work for a session. */
import { JOURNAL_FILE, type JournalEntry, type RunConfig, type RunFolder, readJournal } from "../store/index.ts";
import { type LoggerKind, type LogSettings, readLogSettings, saveLogSettings } from "./log-settings.ts";
import type { LoggedRun, RunLogger } from "./logger.ts";
import { type Environment, givenMlflowAddress, savedMlflowAddress } from "./mlflow-address.ts";
import { MlflowLogger, type MlflowTimes } from "./mlflow-logger.ts";
import { TensorBoardLogger } from "./tensorboard-logger.ts";

export interface RunLoggersInputs {
  readonly folder: RunFolder;
  readonly config: RunConfig;
  /** A sentence for people. */
  readonly tell: (text: string) => void;
  /** Where the MLflow server is now, if that was said. */
  readonly mlflowUri?: string | undefined;
  /** Those of the run that are to work. Default: all. */
  readonly only?: readonly LoggerKind[];
  readonly environment?: Environment;
  readonly times?: MlflowTimes;
}

export class RunLoggers {
  readonly #inputs: RunLoggersInputs;
  readonly #loggers = new Map<LoggerKind, RunLogger>();
  #settings: LogSettings;

  private constructor(inputs: RunLoggersInputs, settings: LogSettings) {
    this.#inputs = inputs;
    this.#settings = settings;
    const { folder, config, only = settings.to } = inputs;
    const journal = folder.has(JOURNAL_FILE) ? readJournal(folder.pathOf(JOURNAL_FILE)) : [];
    for (const kind of settings.to.filter((known) => only.includes(known))) {
      this.#guard(kind, () => this.#loggers.set(kind, this.#open(kind, { folder, config, journal })));
    }
    this.#save({ complete: settings.complete.filter((kind) => !only.includes(kind)) });
  }

  /**
   * Those of `logs.json`; null for a run without. The run must be this process's, and its journal be cut to where it goes on.
   * @throws E_RUN_FILE, E_JOURNAL, E_FLAG_VALUE for what is damaged or no address
   */
  static open(inputs: RunLoggersInputs): RunLoggers | null {
    const settings = readLogSettings(inputs.folder);
    return settings === null ? null : new RunLoggers(inputs, settings);
  }

  /** An event that the journal has just taken. */
  add(entry: JournalEntry): void {
    for (const [kind, logger] of this.#loggers) this.#guard(kind, () => logger.add(entry));
  }

  /** The end of the session. Returns those that could not say everything. */
  async finish(): Promise<readonly LoggerKind[]> {
    const { only = this.#settings.to } = this.#inputs;
    const failed = only.filter((kind) => this.#settings.to.includes(kind) && !this.#loggers.has(kind));
    for (const [kind, logger] of this.#loggers) {
      const said = await logger.finish().catch((error: unknown) => this.#giveUp(kind, error));
      if (said === "failed") failed.push(kind);
      if (said === "complete") this.#save({ complete: [...this.#settings.complete, kind] });
    }
    return failed;
  }

  #open(kind: LoggerKind, run: LoggedRun): RunLogger {
    if (kind === "tensorboard") return new TensorBoardLogger(run);
    const { mlflowUri, environment = process.env, tell, times } = this.#inputs;
    const settings = this.#settings.mlflow!;
    const address =
      mlflowUri === undefined
        ? savedMlflowAddress(settings.address, environment)
        : givenMlflowAddress(mlflowUri, environment);
    // Another server knows nothing of the run.
    const runId = address.url === settings.address ? settings.runId : null;
    const here = { ...settings, address: address.url, runId };
    this.#save({ mlflow: here });
    const keep = (id: string) => this.#save({ mlflow: { ...here, runId: id } });
    return new MlflowLogger({ run, settings: here, address, tell, keep, ...(times === undefined ? {} : { times }) });
  }

  #save(changed: Partial<LogSettings>): void {
    this.#settings = { ...this.#settings, ...changed };
    saveLogSettings(this.#inputs.folder, this.#settings);
  }

  /** What goes wrong in a logger ends the logger and nothing else. */
  #guard(kind: LoggerKind, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#giveUp(kind, error);
    }
  }

  #giveUp(kind: LoggerKind, error: unknown): "failed" {
    this.#loggers.delete(kind);
    const { folder, tell } = this.#inputs;
    tell(
      `warning: ${kind}: ${(error as Error).message}; the run goes on without it, later: ista-nas log ${folder.path} --to ${kind}`,
    );
    return "failed";
  }
}
