/**
 * @file The checkpoints of one run: `checkpoints/000001`, `000002`, ... A checkpoint is written under a temporary name, all its files and the
 * folder are flushed, and then it gets its name: one that has a name was whole. Numbers only grow; the clock decides nothing.
 */
import { constants, lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { kindOf, printableName } from "../files/index.ts";
import { velocityName } from "../train/index.ts";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { CHECKPOINTS_FOLDER, type RunFolder } from "./run-folder.ts";
import type { RunState } from "./run-state.ts";

/** How many elements values have, by name. */
export type ValueLengths = ReadonlyMap<string, number>;

/** A checkpoint that cannot be used, and why. */
export interface PassedOver {
  readonly name: string;
  readonly reason: string;
}

export interface FoundCheckpoint {
  /** Such as `000007`. */
  readonly name: string;
  readonly checkpoint: Checkpoint;
  /** Newer ones that are not whole; they were renamed to `NAME.bad`. */
  readonly passedOver: readonly PassedOver[];
}

/** A file or folder itself, without waiting for what may be a pipe; Windows knows neither flag. */
const OWN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const WHOLE = /^\d{6}$/;
const ANY = /^\.?(\d{6})/;
const TEMPORARY = /^\.\d{6}\.tmp$/;

export class CheckpointStore {
  readonly #run: RunFolder;
  readonly #kept: number;
  readonly #identity: string | undefined;

  /** `kept`: how many of the newest whole checkpoints stay, at least 1; `identity`: of the run, if it has one. */
  constructor(run: RunFolder, kept: number, identity?: string) {
    this.#run = run;
    this.#kept = kept;
    this.#identity = identity;
  }

  /** Names of all checkpoints that were finished, oldest first. */
  names(): readonly string[] {
    return this.#entries().filter((name) => WHOLE.test(name));
  }

  /**
   * Writes a checkpoint and removes the oldest ones beyond those kept. What it is given must not change until the promise is fulfilled. Returns the name.
   * @throws E_CHECKPOINT_WRITE, E_RUN_MOVED; what was there before is still there
   */
  async save(checkpoint: Checkpoint): Promise<string> {
    const identity = this.#identity;
    const files = encodeCheckpoint(identity === undefined ? checkpoint : { ...checkpoint, identity });
    const numbers = this.#entries().map((entry) => Number(ANY.exec(entry)?.[1] ?? 0));
    const name = String(Math.max(0, ...numbers) + 1).padStart(6, "0");
    const parent = this.#run.pathOf(CHECKPOINTS_FOLDER);
    const temporary = join(parent, `.${name}.tmp`);
    try {
      this.#run.assertInPlace();
      this.#assertOwnFolder();
      await makeFolder(parent);
      // What a process left that is gone: it may be a link.
      await rm(temporary, { recursive: true, force: true });
      await mkdir(temporary);
      for (const [file, bytes] of await files) await writeFlushed(join(temporary, file), bytes);
      for (const file of Object.keys(checkpoint.lengths)) await flush(this.#run.pathOf(file));
      await flush(temporary);
      this.#run.assertInPlace();
      await rename(temporary, join(parent, name));
      await flush(parent);
      for (const old of this.names().slice(0, -this.#kept)) await rm(join(parent, old), { recursive: true });
    } catch (cause) {
      await rm(temporary, { recursive: true, force: true }).catch(() => {});
      this.#run.assertInPlace();
      throw new IstaNasError(`checkpoint ${join(parent, name)}: cannot write it: ${(cause as Error).message}`, {
        code: "E_CHECKPOINT_WRITE",
        hint: `make room or make the folder writable; then go on with: ista-nas resume ${this.#run.path}`,
        cause,
      });
    }
    return name;
  }

  /**
   * The newest checkpoint that is whole, null if the run has none yet.
   * @param expected the values that a checkpoint at this place must hold; default any
   * @throws E_CHECKPOINT if there are some and none is whole
   */
  async newest(expected?: (state: RunState) => ValueLengths): Promise<FoundCheckpoint | null> {
    this.#assertOwnFolder();
    for (const left of this.#entries().filter((name) => TEMPORARY.test(name))) {
      rmSync(join(this.#run.pathOf(CHECKPOINTS_FOLDER), left), { recursive: true, force: true });
    }
    const passedOver: PassedOver[] = [];
    for (const name of [...this.names()].reverse()) {
      try {
        const checkpoint = await decodeCheckpoint((file) => this.#readIfThere(`${CHECKPOINTS_FOLDER}/${name}/${file}`));
        this.#assertOwn(checkpoint);
        this.#assertLengths(checkpoint);
        if (expected !== undefined) assertValues(checkpoint, expected(checkpoint.state));
        for (const { name: bad } of passedOver) this.#setAside(bad);
        return { name, checkpoint, passedOver };
      } catch (error) {
        passedOver.push({ name, reason: (error as Error).message });
      }
    }
    if (passedOver.length === 0) return null;
    const reasons = passedOver.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
    throw new IstaNasError(`run ${this.#run.name}: none of its checkpoints is whole: ${reasons}`, {
      code: "E_CHECKPOINT",
      hint: `bring one back from a backup, or remove ${this.#run.pathOf(CHECKPOINTS_FOLDER)} to let resume start from the beginning`,
    });
  }

  /** Checkpoints of earlier versions do not say whose they are. */
  #assertOwn({ identity }: Checkpoint): void {
    if (identity === undefined || identity === this.#identity) return;
    throw new IstaNasError(
      "state.json: got a checkpoint of a run with another seed, images or settings, expected one of this run",
      {
        code: "E_CHECKPOINT",
      },
    );
  }

  /** The journal and the table must hold all that the checkpoint saw. */
  #assertLengths({ lengths }: Checkpoint): void {
    for (const [file, bytes] of Object.entries(lengths)) {
      const got = this.#sizeOf(file);
      if (got < bytes) {
        throw new IstaNasError(`${file}: got ${got} bytes, expected at least ${bytes}`, { code: "E_CHECKPOINT" });
      }
    }
  }

  /** Bytes, 0 if it is missing. Throws `E_RUN_FILE` for what is no regular file. */
  #sizeOf(file: string): number {
    if (!this.#run.has(file)) return 0;
    const opened = this.#run.open(file);
    opened.close();
    return opened.size;
  }

  #setAside(name: string): void {
    const path = join(this.#run.pathOf(CHECKPOINTS_FOLDER), name);
    renameSync(path, `${path}.bad`);
  }

  #entries(): readonly string[] {
    return this.#run.has(CHECKPOINTS_FOLDER) ? readdirSync(this.#run.pathOf(CHECKPOINTS_FOLDER)).sort() : [];
  }

  #readIfThere(file: string): Uint8Array | null {
    return this.#run.has(file) ? this.#run.read(file) : null;
  }

  /** What lies behind a link is not this run's to read, and old checkpoints there not this run's to remove. */
  #assertOwnFolder(): void {
    const status = lstatSync(this.#run.pathOf(CHECKPOINTS_FOLDER), { throwIfNoEntry: false });
    if (status === undefined || status.isDirectory()) return;
    throw new IstaNasError(`run ${this.#run.name}: ${CHECKPOINTS_FOLDER} is ${kindOf(status)}, expected a folder`, {
      code: "E_CHECKPOINT",
      hint: "put the folder itself in its place: what is elsewhere may belong to another run",
    });
  }
}

/** Also a velocity, where there is one, is as long as its parameter. */
function assertValues({ values }: Checkpoint, expected: ValueLengths): void {
  for (const [name, length] of expected) {
    const got = values.get(name)?.length ?? null;
    if (got !== length) throw wrongValue(name, got, length);
    const velocity = values.get(velocityName(name))?.length ?? length;
    if (velocity !== length) throw wrongValue(velocityName(name), velocity, length);
  }
}

function wrongValue(name: string, got: number | null, expected: number): IstaNasError {
  const what = got === null ? "no such tensor" : countOf(got, "number");
  return new IstaNasError(
    `values.safetensors: tensor ${printableName(name)}: got ${what}, expected ${expected} for the network of this run`,
    { code: "E_CHECKPOINT" },
  );
}

/** Makes a folder in one that is there: a run folder that has been moved away is not made again. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes a file or a folder to the disk. Folders cannot be flushed on every system: there the rename has to do. */
async function flush(path: string): Promise<void> {
  try {
    const file = await open(path, OWN);
    await file.sync().finally(() => file.close());
  } catch (error) {
    if (!["EPERM", "EINVAL", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
