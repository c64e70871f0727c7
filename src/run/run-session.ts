/**
 * @file One process at work on one run: what it was given, where its events go, and the checkpoints that it leaves. A run may take several
 * sessions; all of them together write what one alone would have written, times aside.
 */
import type { Device } from "../device/index.ts";
import { IstaNasError } from "../error.ts";
import { systemFailure } from "../files/index.ts";
import { RunLoggers } from "../loggers/index.ts";
import { RandomStreams } from "../random/index.ts";
import {
  type Checkpoint,
  CheckpointStore,
  CONFIG_FILE,
  FAILURE_FILE,
  type FoundCheckpoint,
  JOURNAL_FILE,
  RESULTS_FILE,
  type RunConfig,
  type RunFolder,
  type RunLock,
  type RunState,
  recordSession,
  thisMachine,
} from "../store/index.ts";
import { Divergence, isOfOneStep } from "../train/index.ts";
import { packageVersion } from "../version.ts";
import { monotonicSeconds } from "./clock.ts";
import { ComputeMeter } from "./compute-meter.ts";
import type { ConfigChange } from "./config-changes.ts";
import { divergenceOfRun } from "./divergence-of-run.ts";
import { Interruption, reasonToStop } from "./interruption.ts";
import type { OpenedData } from "./open-data.ts";
import { note, type RunHost, type StopWatch } from "./run-host.ts";
import type { RunParts } from "./run-parts.ts";
import { RunRecorder } from "./run-recorder.ts";

export interface SessionInputs {
  readonly folder: RunFolder;
  readonly config: RunConfig;
  readonly parts: RunParts;
  readonly data: OpenedData;
  readonly host: RunHost;
  /** When this process began, by `monotonicSeconds`. */
  readonly startedAt: number;
  /** Where to go on from; null for the beginning. */
  readonly found: Pick<FoundCheckpoint, "name" | "checkpoint"> | null;
  /** Settings that were changed before this session. */
  readonly changes: readonly ConfigChange[];
  /** Of the folder; given back when the session is closed. */
  readonly lock: RunLock;
  /** Where the MLflow server is that the run tells of itself, with credentials, if that was said now. */
  readonly mlflowUri?: string | undefined;
}

/** Events after which a checkpoint can be made, and whether one is always made there. */
const PLACES: Readonly<Record<string, "step" | "epoch">> = {
  "search-step": "step",
  selection: "epoch",
  "retrain-step": "step",
  "retrain-epoch": "epoch",
};

export class RunSession {
  readonly folder: RunFolder;
  readonly data: OpenedData;
  readonly streams: RandomStreams;
  readonly parts: RunParts;
  readonly host: RunHost;
  readonly recorder: RunRecorder;
  readonly meter: ComputeMeter;
  readonly checkpoint: Checkpoint | null;
  readonly #lock: RunLock;
  readonly #startedAt: number;
  readonly #secondsBefore: number;
  readonly #store: CheckpointStore;
  readonly #stopWatch: StopWatch | null;
  readonly #loggers: RunLoggers | null;
  #config: RunConfig;
  #savedAt: number;
  #saving: Promise<unknown> = Promise.resolve();
  #saveFailure: { readonly error: unknown } | null = null;

  /** Cuts what was written after the checkpoint off the journal and the table, and begins to watch for the wish to stop. */
  constructor({ folder, config, parts, data, host, startedAt, found, changes, lock, mlflowUri }: SessionInputs) {
    const checkpoint = found?.checkpoint ?? null;
    this.folder = folder;
    this.#lock = lock;
    this.data = data;
    this.streams = new RandomStreams(config.seed);
    this.parts = parts;
    this.host = host;
    this.checkpoint = checkpoint;
    this.#config = config;
    this.#startedAt = startedAt;
    this.#secondsBefore = checkpoint?.seconds ?? 0;
    for (const file of [JOURNAL_FILE, RESULTS_FILE]) folder.truncate(file, checkpoint?.lengths[file] ?? 0);
    folder.remove(FAILURE_FILE);
    recordSession(folder, {
      ...{ startedAt: new Date().toISOString(), from: found?.name ?? null, data: data.location, changes: [...changes] },
      ...{ version: packageVersion(), ...thisMachine(), threads: host.threads, arithmetic: config.arithmetic },
    });
    const tell = (text: string) => note(host, text);
    this.#loggers = RunLoggers.open({ folder, config, tell, mlflowUri });
    const { epochSeconds } = checkpoint ?? {};
    const taskCount = config.otherTasks?.length ?? 0;
    this.recorder = new RunRecorder(
      folder,
      parts.space,
      host,
      monotonicSeconds,
      epochSeconds,
      this.#loggers,
      taskCount,
    );
    this.meter = new ComputeMeter(checkpoint?.compute);
    this.#store = new CheckpointStore(folder, config.checkpoints.kept, config.identity);
    this.#savedAt = monotonicSeconds();
    this.#stopWatch = host.watchForStop?.() ?? null;
  }

  get config(): RunConfig {
    return this.#config;
  }

  /** Changes the configuration, in `config.json` too. */
  reconfigure(config: RunConfig): void {
    this.#config = config;
    this.folder.writeJson(CONFIG_FILE, config);
  }

  /** Seconds that the run has taken, in all its sessions. */
  get seconds(): number {
    return this.#secondsBefore + monotonicSeconds() - this.#startedAt;
  }

  /** Throws `E_RUN_TAKEN` or `E_RUN_MOVED` if the run folder is not this process's any more: then nothing may be written to it. */
  assertOwned(): void {
    this.#lock.assertHeld();
  }

  #isOwned(): boolean {
    try {
      this.assertOwned();
      return true;
    } catch {
      return false;
    }
  }

  /** Puts the values of the checkpoint on a device that has none yet. */
  restore(device: Device): void {
    for (const [name, values] of this.checkpoint?.values ?? []) device.write(name, values);
  }

  /**
   * Follows a search or a training to its end; `state` says where the run stands after an event that was recorded.
   * @throws Interruption after the wish to stop, once there is a checkpoint; E_CHECKPOINT_WRITE; E_TRAIN_DIVERGED with the way on;
   * E_RUN_TAKEN, E_RUN_MOVED
   */
  async follow<Event extends { readonly kind: string }, Result>(
    events: AsyncGenerator<Event, Result>,
    device: Device,
    record: (event: Event) => void,
    state: () => RunState,
  ): Promise<Result> {
    try {
      let event = await events.next();
      for (; !event.done; event = await events.next()) {
        if (PLACES[event.value.kind] !== "step") this.assertOwned();
        record(event.value);
        const place = PLACES[event.value.kind];
        if (place !== undefined) await this.#keep(device, state, place === "epoch");
      }
      return event.value;
    } catch (error) {
      if (!(error instanceof Divergence)) throw error;
      await this.#saving;
      throw divergenceOfRun(
        error,
        state(),
        this.#config,
        this.parts.strategy,
        this.folder,
        this.#store.names().at(-1) ?? null,
      );
    }
  }

  /** Waits for the last checkpoint and, for a while, for loggers; stops watching for the wish to stop, and gives the lock back. */
  async close(): Promise<void> {
    this.#stopWatch?.close();
    await this.#saving;
    if (this.#isOwned()) await this.#loggers?.finish();
    this.#lock.release();
    this.#throwSaveFailure();
  }

  async #keep(device: Device, state: () => RunState, isEpochEnd: boolean): Promise<void> {
    this.#throwSaveFailure();
    const reason = reasonToStop(this.host, this.#stopWatch);
    const isDue = monotonicSeconds() - this.#savedAt >= 60 * this.#config.checkpoints.minutes;
    if (!isEpochEnd && reason === null && !isDue) return;
    this.assertOwned();
    await this.#saving;
    this.#throwSaveFailure();
    this.#savedAt = monotonicSeconds();
    const { folder } = this;
    const kept = device.names().filter((name) => !isOfOneStep(name));
    const saving = this.#store.save({
      state: state(),
      values: new Map(kept.map((name) => [name, device.read(name)])),
      lengths: Object.fromEntries([JOURNAL_FILE, RESULTS_FILE].map((file) => [file, folder.sizeOf(file)])),
      seconds: this.seconds,
      epochSeconds: this.recorder.epochSeconds,
      compute: this.meter.compute,
    });
    this.#saving = saving.catch((error: unknown) => {
      this.#saveFailure = { error };
    });
    if (reason === null) return;
    await this.#saving;
    this.#throwSaveFailure();
    throw new Interruption(reason, folder.path);
  }

  #throwSaveFailure(): void {
    if (this.#saveFailure !== null) throw this.#saveFailure.error;
  }
}

/** Why a run that did not finish ended, for `failure.json`. */
export function describeFailure(error: unknown): { readonly code: string; readonly message: string } {
  const known = systemFailure(error) ?? error;
  const code = known instanceof IstaNasError ? known.code : "E_INTERNAL";
  return { code, message: known instanceof Error ? known.message : String(known) };
}
