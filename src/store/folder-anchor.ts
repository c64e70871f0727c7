/**
 * @file Whether a folder is still where it was. Open, it keeps its identity wherever it is moved to, also on disks that number their files
 * anew each time; what lies at its path is compared with it.
 */
import { type BigIntStats, closeSync, fstatSync, openSync, readlinkSync, statSync } from "node:fs";
import { IstaNasError } from "../error.ts";

export class FolderAnchor {
  readonly #path: string;
  /** Null where folders cannot be opened: then their numbers have to do. */
  readonly #descriptor: number | null;
  readonly #status: BigIntStats;

  /** Of the folder that is at `path` now. Throws the system's error if there is none. */
  constructor(path: string) {
    this.#path = path;
    this.#status = statSync(path, { bigint: true });
    this.#descriptor = openFolder(path);
  }

  /** Throws `E_RUN_MOVED` if the folder is not at its path any more, with its new place where the system tells. */
  assertInPlace(): void {
    const expected = this.#descriptor === null ? this.#status : fstatSync(this.#descriptor, { bigint: true });
    const got = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (got !== undefined && got.dev === expected.dev && got.ino === expected.ino) return;
    throw new IstaNasError(
      `run folder: ${this.#path} is ${got === undefined ? "not there any more" : "another folder now"}, expected it to stay while the run is at work`,
      { code: "E_RUN_MOVED", hint: this.#hint(expected.nlink === 0n) },
    );
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
  }

  #hint(isRemoved: boolean): string {
    if (isRemoved)
      return "it was removed: start the run again, or bring the folder back and go on with ista-nas resume";
    const place = this.#newPlace();
    if (place === null) return "nothing was written elsewhere; go on where it is now: ista-nas resume FOLDER";
    return `it was moved to ${place}; go on there, from its newest checkpoint: ista-nas resume ${place}`;
  }

  /** Null where the system does not tell. */
  #newPlace(): string | null {
    try {
      return readlinkSync(`/proc/self/fd/${this.#descriptor}`);
    } catch {
      return null;
    }
  }
}

function openFolder(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch {
    return null;
  }
}
