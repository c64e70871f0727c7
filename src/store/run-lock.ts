/**
 * @file One process at work on a run. The owner stands in `lock-N.json`; N only grows, and the highest counts. A new owner makes N + 1, which
 * one process alone can do, and only where the owner of N is gone; no lock is ever taken from under a living process, and no clock is asked.
 * Not every disk has hard links, so the file cannot be made and filled in one step: who is about to make it says so before, in a claim.
 * A lock without its content is that of its claims' processes, and given up when all of them are gone.
 */
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, lstatSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { IstaNasError } from "../error.ts";
import {
  clearLeftovers,
  judgeProcess,
  MOST_JSON_BYTES,
  type ProcessIdentity,
  type ProcessState,
  parseJson,
  RegularFile,
  systemHint,
  thisProcess,
  writeWholeFile,
} from "../files/index.ts";
import type { RunFolder } from "./run-folder.ts";

/** Null: it was given back. */
type LockFile = { readonly owner: ProcessIdentity | null };

/** Nine digits at most: numbers that far more runs than there are seconds in a life would not reach, and that count exactly. */
const LOCK = /^lock-([1-9]\d{0,8})\.json$/;
const CLAIM = /^claim-([1-9]\d{0,8})-[0-9a-f]+\.json$/;
const LAST = 999_999_999;
/** What earlier versions left in a run folder when they were killed while they wrote. */
const OLDER_LEFTOVERS = /^(?:lock-\d+\.json\.\d+|[a-z-]+\.[a-z]+\.\d+\.tmp)$/;

export class RunLock {
  readonly #folder: RunFolder;
  readonly #generation: number;

  private constructor(folder: RunFolder, generation: number) {
    this.#folder = folder;
    this.#generation = generation;
  }

  /**
   * `takesOver`: also from an owner of whom cannot be told whether it is there, on the word of the person that it is not.
   * @throws E_RUN_LOCKED if another process is at work on the run, or may be: on another host, in another container, or with a lock that
   * cannot be read; E_RUN_FOLDER if the folder cannot be written to
   */
  static acquire(folder: RunFolder, { takesOver = false }: { readonly takesOver?: boolean } = {}): RunLock {
    for (;;) {
      const highest = highestGeneration(folder);
      const state = stateOf(folder, highest);
      if (state.kind === "alive" || (state.kind === "unknown" && !takesOver)) throw locked(folder, highest, state);
      if (highest === LAST) throw lastOfAll(folder);
      const lock = new RunLock(folder, highest + 1);
      if (!lock.#make()) continue;
      // Someone may have gone through several locks since this process looked: then this one is not the highest, and never counted.
      if (highestGeneration(folder) > highest + 1) {
        rmSync(folder.pathOf(nameOf(highest + 1)), { force: true });
        continue;
      }
      lock.#removeOlder();
      clearLeftovers(folder.path, OLDER_LEFTOVERS);
      folder.hold();
      return lock;
    }
  }

  /** Whether a process is at work on the run, or may be. */
  static isHeld(folder: RunFolder): boolean {
    return stateOf(folder, highestGeneration(folder)).kind !== "gone";
  }

  /** Throws `E_RUN_MOVED` if the folder is not where it was, and `E_RUN_TAKEN` once another process has taken the run over, or the lock was removed, so that another one could. */
  assertHeld(): void {
    this.#folder.assertInPlace();
    const highest = highestGeneration(this.#folder);
    if (highest === this.#generation) return;
    const what = highest > this.#generation ? "another process has taken it over" : "its lock was removed";
    throw new IstaNasError(`run ${this.#folder.name}: ${what}, expected this process to have it for itself`, {
      code: "E_RUN_TAKEN",
      hint: `this process stopped, and wrote nothing more; once no other is at work on the run, go on with: ista-nas resume ${this.#folder.path}`,
    });
  }

  /** Gives the lock back. Its file stays, so that the numbers go on growing; where it cannot be written, the end of the process has to do. */
  release(): void {
    try {
      this.assertHeld();
      this.#folder.writeJson(nameOf(this.#generation), { owner: null } satisfies LockFile);
    } catch {}
    this.#folder.letGo();
  }

  /** Makes the lock's file; false if another process was first. Throws `E_RUN_FOLDER`. */
  #make(): boolean {
    const path = this.#folder.pathOf(nameOf(this.#generation));
    const claim = `claim-${this.#generation}-${randomBytes(8).toString("hex")}.json`;
    const content: LockFile = { owner: thisProcess() };
    try {
      writeWholeFile(this.#folder.pathOf(claim), JSON.stringify(content));
      return createWith(path, JSON.stringify(content));
    } catch (cause) {
      throw new IstaNasError(`run ${this.#folder.name}: cannot make ${path}: ${reasonOf(cause)}`, {
        code: "E_RUN_FOLDER",
        hint: systemHint(cause) ?? "make the folder writable, make room, or copy the run to a place that has both",
        cause,
      });
    } finally {
      rmSync(this.#folder.pathOf(claim), { force: true });
    }
  }

  /** Older locks, and claims of processes that were killed. What cannot be removed harms nothing. */
  #removeOlder(): void {
    const older = generationsOf(this.#folder, LOCK).filter(([, generation]) => generation < this.#generation);
    const dead = claimsUpTo(this.#folder, this.#generation).filter(({ state }) => state.kind === "gone");
    for (const name of [...older.map(([file]) => file), ...dead.map(({ file }) => file)]) {
      try {
        rmSync(this.#folder.pathOf(name), { force: true });
      } catch {}
    }
  }
}

/** Makes a file that is not there yet; false if it is. What could not be filled is taken away again. */
function createWith(path: string, content: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    const bytes = Buffer.from(content);
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
    return true;
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function nameOf(generation: number): string {
  return `lock-${generation}.json`;
}

/** Names that match, with their numbers. */
function generationsOf(folder: RunFolder, pattern: RegExp): readonly (readonly [string, number])[] {
  return readdirSync(folder.path).flatMap((name) => {
    const match = pattern.exec(name);
    return match === null ? [] : [[name, Number(match[1])] as const];
  });
}

function highestGeneration(folder: RunFolder): number {
  return generationsOf(folder, LOCK).reduce((highest, [, generation]) => Math.max(highest, generation), 0);
}

/** What of its owner is known, or why nothing is. */
type LockState = ProcessState & { readonly owner?: ProcessIdentity };

/** A lock that was given back, or has gone, counts as that of a process that is gone. */
function stateOf(folder: RunFolder, generation: number): LockState {
  if (generation === 0) return { kind: "gone" };
  const before = readOwner(folder, nameOf(generation));
  if (before.kind === "whole") return judged(before.owner);
  // A claim is there from before its lock is made until after it is filled: where the lock is still torn when they have been read, they tell whose it is.
  const states = claimsUpTo(folder, generation).flatMap((claim) =>
    claim.generation === generation ? [claim.state] : [],
  );
  const now = readOwner(folder, nameOf(generation));
  if (now.kind === "whole") return judged(now.owner);
  if (states.length === 0) return { kind: "unknown", why: now.why };
  return (
    states.find(({ kind }) => kind === "alive") ?? states.find(({ kind }) => kind === "unknown") ?? { kind: "gone" }
  );
}

interface Claim {
  readonly file: string;
  readonly generation: number;
  readonly state: LockState;
}

function claimsUpTo(folder: RunFolder, highest: number): readonly Claim[] {
  return generationsOf(folder, CLAIM).flatMap(([file, generation]) => {
    if (generation > highest) return [];
    const read = readOwner(folder, file);
    const state: LockState = read.kind === "whole" ? judged(read.owner) : { kind: "unknown", why: read.why };
    return [{ file, generation, state }];
  });
}

function judged(owner: ProcessIdentity | null): LockState {
  return owner === null ? { kind: "gone" } : { ...judgeProcess(owner), owner };
}

type ReadOwner =
  | { readonly kind: "whole"; readonly owner: ProcessIdentity | null }
  | { readonly kind: "unreadable"; readonly why: string };

/** Who stands in a lock or a claim; nobody if it is not there. */
function readOwner(folder: RunFolder, name: string): ReadOwner {
  const path = folder.pathOf(name);
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return { kind: "whole", owner: null };
  try {
    const file = RegularFile.open(path, "refused");
    try {
      const { owner } = parseJson(file.read(MOST_JSON_BYTES)) as LockFile;
      if (owner === null || isIdentity(owner)) return { kind: "whole", owner };
      return { kind: "unreadable", why: "names no process" };
    } finally {
      file.close();
    }
  } catch (error) {
    return { kind: "unreadable", why: reasonOf(error) };
  }
}

function isIdentity({ pid, birth, host, namespace, machine }: ProcessIdentity): boolean {
  const isTold = [birth, namespace, machine].every((part) => part === undefined || part === null || isText(part));
  return Number.isInteger(pid) && pid > 0 && isText(host) && isTold && birth !== undefined;
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function locked(folder: RunFolder, generation: number, state: LockState): IstaNasError {
  const { owner } = state;
  const parts = { code: "E_RUN_LOCKED", kind: "usage" } as const;
  if (state.kind === "alive") {
    return new IstaNasError(`run ${folder.name}: process ${owner!.pid} is at work on it, expected none`, {
      ...parts,
      hint: `wait for it, or stop it: kill -INT ${owner!.pid} lets it write a checkpoint first`,
    });
  }
  const why = state.kind === "unknown" ? state.why : "";
  const remedy = `if no process is at work on the run, take it over: ista-nas resume ${folder.path} --take-over`;
  const what =
    owner === undefined
      ? `cannot tell from ${folder.pathOf(nameOf(generation))} which process is at work on it: ${why}`
      : `process ${owner.pid} may be at work on it, expected none: ${why}`;
  return new IstaNasError(`run ${folder.name}: ${what}`, { ...parts, hint: remedy });
}

function lastOfAll(folder: RunFolder): IstaNasError {
  return new IstaNasError(`run ${folder.name}: got ${nameOf(LAST)}, expected a smaller number`, {
    code: "E_RUN_LOCKED",
    kind: "usage",
    hint: `no run comes so far: if no process is at work on it, remove ${folder.pathOf(nameOf(LAST))}`,
  });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
