/**
 * @file The compute threads. The main thread only tells them what to run and hears when all have finished, so its
 * event loop stays free. Threads do not keep the process alive, but a run in progress does. If one dies, the others
 * would wait for it for ever: all are stopped, and this run and later ones fail.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { IstaNasError } from "../../error.ts";
import { type Artifacts, compileKernels } from "./artifacts.ts";
import { packInstructions } from "./packed-instructions.ts";
import { BARRIER, type SharedMemory } from "./shared-memory.ts";
import type { WorkerProgram, WorkerReply, WorkerRequest, WorkerSettings } from "./worker-messages.ts";

/** Looks at the barrier before a thread sleeps; hardly any where threads outnumber cores. */
const SPINS = 20_000;
const SPINS_OVERSUBSCRIBED = 100;

interface PendingRun {
  resolve(): void;
  reject(reason: IstaNasError): void;
}

export class WorkerPool {
  readonly #workers: readonly Worker[];
  #pending: PendingRun | null = null;
  #failure: IstaNasError | null = null;

  private constructor(workers: readonly Worker[]) {
    this.#workers = workers;
    for (const worker of workers) {
      worker.on("error", (cause: Error) => this.#fail(stopped(cause.message, cause)));
      worker.on("exit", (status) => this.#fail(stopped(`exit status ${status}`)));
    }
    workers[0]!.on("message", (message: WorkerReply) => {
      if (message === "done") this.#finish()?.resolve();
    });
  }

  /** Starts the threads and waits until all are ready. Throws `E_DEVICE_BUILD` or `E_DEVICE_WORKER`. */
  static async start(threads: number, memory: SharedMemory, artifacts: Artifacts): Promise<WorkerPool> {
    const module = await compileKernels(artifacts);
    const workers: Worker[] = [];
    try {
      for (let thread = 0; thread < threads; thread++) {
        const workerData: WorkerSettings = {
          module,
          memory: memory.memory,
          thread,
          threads,
          barrier: BARRIER,
          spins: threads <= availableParallelism() ? SPINS : SPINS_OVERSUBSCRIBED,
        };
        workers.push(new Worker(artifacts.worker, { workerData, execArgv: [], name: `ista-nas compute ${thread}` }));
      }
      await Promise.all(workers.map(untilReady));
    } catch (cause) {
      await Promise.all(workers.map((worker) => worker.terminate()));
      throw cause instanceof IstaNasError ? cause : notStarted(cause as NodeJS.ErrnoException);
    }
    const pool = new WorkerPool(workers);
    // Last: listening to a worker makes it keep the process alive again.
    for (const worker of workers) worker.unref();
    return pool;
  }

  load(id: number, { instructions, scratch, scratchBytes }: WorkerProgram): void {
    this.#tell({ kind: "load", id, packed: packInstructions(instructions), scratch, scratchBytes });
  }

  unload(id: number): void {
    if (this.#failure === null) this.#tell({ kind: "unload", id });
  }

  /** Throws `E_DEVICE_BUSY` while a run is in progress: its memory is not to be touched. */
  checkIdle(what: string): void {
    if (this.#pending === null) return;
    throw new IstaNasError(`internal: ${what}: a run is in progress`, { code: "E_DEVICE_BUSY", kind: "internal" });
  }

  /** Runs a loaded program on all threads. One at a time. Rejects with `E_DEVICE_WORKER` or `E_DEVICE_CLOSED`. */
  run(id: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#tell({ kind: "run", id });
      this.#pending = { resolve, reject };
      this.#workers[0]!.ref();
    });
  }

  async close(): Promise<void> {
    await this.#stop(
      new IstaNasError("internal: the device was closed", { code: "E_DEVICE_CLOSED", kind: "internal" }),
    );
  }

  #tell(request: WorkerRequest): void {
    if (this.#failure !== null) throw this.#failure;
    for (const worker of this.#workers) worker.postMessage(request);
  }

  #finish(): PendingRun | null {
    const pending = this.#pending;
    this.#pending = null;
    this.#workers[0]!.unref();
    return pending;
  }

  #fail(failure: IstaNasError): void {
    if (this.#failure === null) void this.#stop(failure);
  }

  async #stop(reason: IstaNasError): Promise<void> {
    this.#failure ??= reason;
    this.#finish()?.reject(this.#failure);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function untilReady(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error) => reject(notStarted(cause));
    const onExit = (status: number) => reject(notStarted(new Error(`exit status ${status}`)));
    worker.once("error", onError);
    worker.once("exit", onExit);
    worker.once("message", () => {
      worker.off("error", onError);
      worker.off("exit", onExit);
      resolve();
    });
  });
}

function notStarted(cause: NodeJS.ErrnoException): IstaNasError {
  return new IstaNasError(`wasm device: a compute thread could not be started: ${cause.message}`, {
    code: "E_DEVICE_WORKER",
    hint: hintOf(cause),
    cause,
  });
}

function hintOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ERR_ACCESS_DENIED") return "start node without --permission, or with --allow-worker beside it";
  // Node tells of it in its message alone.
  if (message.includes("EMFILE")) return "use fewer --threads, or allow more open files: ulimit -n 1024";
  return "use fewer --threads; processes, open files and address space may be limited: see ulimit -a";
}

function stopped(how: string, cause?: Error): IstaNasError {
  return new IstaNasError(`wasm device: a compute thread stopped: ${how}`, {
    code: "E_DEVICE_WORKER",
    hint: "start again from the last checkpoint; if it happens again, use fewer threads and report it",
    cause,
  });
}
