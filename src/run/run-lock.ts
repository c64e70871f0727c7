/**
 * @file One process at work on a run. The owner stands in `lock-N.json`; N only grows, and the highest counts. A new owner makes N + 1, which
 * one process alone can do, and only where the owner of N is gone; no lock is ever taken from under a living process, and no clock is asked.
 */
import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { IstaNasError } from "../error.ts";
import type { RunFolder } from "./run-folder.ts";

interface Owner {
  readonly pid: number;
  /** What tells this process from a later one with the same number: boot and start time on Linux, null elsewhere. */
  readonly birth: string | null;
  readonly host: string;
}

/** Null: it was given back. */
type LockFile = { readonly owner: Owner | null };

const NAME = /^lock-(\d+)\.json$/;

export class RunLock {
  readonly #folder: RunFolder;
  readonly #generation: number;

  private constructor(folder: RunFolder, generation: number) {
    this.#folder = folder;
    this.#generation = generation;
  }

  /**
   * @throws E_RUN_LOCKED if another process is at work on the run, or may be: on another host, or with a lock that cannot be read;
   * E_RUN_FOLDER if the folder cannot be written to
   */
  static acquire(folder: RunFolder): RunLock {
    for (;;) {
      const highest = highestGeneration(folder);
      const owner = highest === 0 ? null : readOwner(folder, highest);
      if (owner !== null && isAlive(owner, folder, highest)) throw lockedBy(folder, highest, owner);
      const lock = new RunLock(folder, highest + 1);
      if (!lock.#claim()) continue;
      // Someone may have gone through several locks since this process looked: then this one is not the highest, and never counted.
      if (highestGeneration(folder) > highest + 1) {
        rmSync(folder.pathOf(nameOf(highest + 1)), { force: true });
        continue;
      }
      lock.#removeOlder();
      return lock;
    }
  }

  /** Whether a living process is at work on the run, as far as can be told. */
  static isHeld(folder: RunFolder): boolean {
    const highest = highestGeneration(folder);
    if (highest === 0) return false;
    try {
      const owner = readOwner(folder, highest);
      return owner !== null && isAlive(owner, folder, highest);
    } catch (error) {
      if (error instanceof IstaNasError) return true;
      throw error;
    }
  }

  /** Gives the lock back. Its file stays, so that the numbers go on growing; where it cannot be written, the end of the process has to do. */
  release(): void {
    try {
      this.#folder.writeJson(nameOf(this.#generation), { owner: null } satisfies LockFile);
    } catch {}
  }

  /** Makes the lock's file, whole from the beginning; false if another process was first. */
  #claim(): boolean {
    const path = this.#folder.pathOf(nameOf(this.#generation));
    const temporary = `${path}.${process.pid}`;
    const owner: Owner = { pid: process.pid, birth: birthOf(process.pid), host: hostname() };
    try {
      writeFileSync(temporary, JSON.stringify({ owner } satisfies LockFile), { flush: true });
      linkSync(temporary, path);
      return true;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw new IstaNasError(`run ${this.#folder.name}: cannot make ${path}: ${(cause as Error).message}`, {
        code: "E_RUN_FOLDER",
        hint: "make the folder writable, or copy the run to a place that is",
        cause,
      });
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  #removeOlder(): void {
    for (const generation of generationsOf(this.#folder)) {
      if (generation < this.#generation) rmSync(this.#folder.pathOf(nameOf(generation)), { force: true });
    }
  }
}

function nameOf(generation: number): string {
  return `lock-${generation}.json`;
}

function generationsOf(folder: RunFolder): readonly number[] {
  return readdirSync(folder.path).flatMap((name) => {
    const match = NAME.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
}

function highestGeneration(folder: RunFolder): number {
  return Math.max(0, ...generationsOf(folder));
}

/** Null for a lock that was given back or has gone. */
function readOwner(folder: RunFolder, generation: number): Owner | null {
  const path = folder.pathOf(nameOf(generation));
  try {
    const { owner } = JSON.parse(readFileSync(path, "utf8")) as LockFile;
    if (owner === null) return null;
    if (Number.isInteger(owner.pid) && typeof owner.host === "string") return owner;
    throw new Error("it names no process");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new IstaNasError(`run ${folder.name}: cannot read ${path}: ${(cause as Error).message}`, {
      code: "E_RUN_LOCKED",
      kind: "usage",
      hint: `if no process is at work on the run, remove that file`,
      cause,
    });
  }
}

/** Throws `E_RUN_LOCKED` for an owner on another host: whether it lives cannot be seen from here. */
function isAlive(owner: Owner, folder: RunFolder, generation: number): boolean {
  if (owner.host !== hostname()) throw lockedBy(folder, generation, owner);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // The process of another person cannot be signalled, but it is there.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return owner.birth === birthOf(owner.pid);
}

function lockedBy(folder: RunFolder, generation: number, { pid, host }: Owner): IstaNasError {
  const elsewhere = host !== hostname();
  const hint = elsewhere
    ? `if that process is over, remove ${folder.pathOf(nameOf(generation))}`
    : "wait for it, or stop it: kill -INT PID lets it write a checkpoint first";
  return new IstaNasError(
    `run ${folder.name}: process ${pid}${elsewhere ? ` on host ${host}` : ""} is at work on it, expected none`,
    { code: "E_RUN_LOCKED", kind: "usage", hint: hint.replace("PID", String(pid)) },
  );
}

/** When a process began, by its boot: two processes with one number differ in it. Null where the system does not tell. */
function birthOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the program's name, may hold blanks and parentheses: fields are counted from behind it.
    const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${startTime}`;
  } catch {
    return null;
  }
}
