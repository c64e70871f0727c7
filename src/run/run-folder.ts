/** @file The folder of one run. Never overwritten: a name that is taken gets -2, -3, ... Files appear whole or not at all. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { IstaNasError } from "../error.ts";
import { writeWholeFile } from "../files/index.ts";
import { FolderAnchor } from "./folder-anchor.ts";

/** A folder that has it is a run. */
export const CONFIG_FILE = "config.json";

export class RunFolder {
  /** Absolute path. */
  readonly path: string;
  #anchor: FolderAnchor | null = null;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes a new folder at `path`, or at `path-2`, `path-3`, ... if it is taken.
   * Throws `E_RUN_FOLDER` if it cannot be made.
   */
  static create(path: string): RunFolder {
    const wanted = resolve(path);
    try {
      mkdirSync(dirname(wanted), { recursive: true });
    } catch (cause) {
      throw cannot("make", dirname(wanted), cause);
    }
    for (let attempt = 1; ; attempt++) {
      const candidate = attempt === 1 ? wanted : `${wanted}-${attempt}`;
      try {
        mkdirSync(candidate);
        return new RunFolder(candidate);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cannot("make", candidate, cause);
      }
    }
  }

  /** Whether there is a run at `path`. */
  static isRun(path: string): boolean {
    return existsSync(join(path, CONFIG_FILE));
  }

  /** A folder that may be there already, whatever it holds. Throws `E_RUN_FOLDER` if it cannot be made. */
  static ensure(path: string): RunFolder {
    const wanted = resolve(path);
    try {
      mkdirSync(wanted, { recursive: true });
    } catch (cause) {
      throw cannot("make", wanted, cause);
    }
    return new RunFolder(wanted);
  }

  /** An existing run. Throws `E_RUN_NOT_FOUND` if there is none at `path`. */
  static open(path: string): RunFolder {
    const folder = new RunFolder(resolve(path));
    if (!RunFolder.isRun(path)) {
      throw new IstaNasError(`run ${path}: got no ${CONFIG_FILE} there, expected a run folder`, {
        code: "E_RUN_NOT_FOUND",
        kind: "usage",
        hint: "give the folder that a search or a training printed, such as runs/demo-two-stage-seed1",
      });
    }
    return folder;
  }

  get name(): string {
    return basename(this.path);
  }

  pathOf(file: string): string {
    return join(this.path, file);
  }

  has(file: string): boolean {
    return existsSync(this.pathOf(file));
  }

  /** From here on every change makes sure that the folder is where it was, and throws `E_RUN_MOVED` if not, until it is let go. */
  hold(): void {
    this.#anchor ??= new FolderAnchor(this.path);
  }

  letGo(): void {
    this.#anchor?.close();
    this.#anchor = null;
  }

  /** Throws `E_RUN_MOVED` if the folder is held and has been moved or removed since. */
  assertInPlace(): void {
    this.#anchor?.assertInPlace();
  }

  /** Writes a file under a temporary name, flushes it, and gives it its name. */
  write(file: string, content: string | Uint8Array): string {
    const path = this.pathOf(file);
    this.#change("write", path, () => writeWholeFile(path, content));
    return path;
  }

  /** Adds text to the end of a file, making it if need be. */
  append(file: string, text: string): void {
    const path = this.pathOf(file);
    this.#change("write", path, () => appendFileSync(path, text));
  }

  /** Bytes of a file, 0 if there is none. */
  sizeOf(file: string): number {
    return statSync(this.pathOf(file), { throwIfNoEntry: false })?.size ?? 0;
  }

  /** When a file was last written to, in milliseconds since 1970; 0 if there is none. */
  changedAt(file: string): number {
    return statSync(this.pathOf(file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  /** Cuts a file to its first `bytes`; one that is missing stays missing. */
  truncate(file: string, bytes: number): void {
    const path = this.pathOf(file);
    this.#change("write", path, () => {
      if (this.has(file)) truncateSync(path, bytes);
    });
  }

  /** Removes a file, if it is there. */
  remove(file: string): void {
    const path = this.pathOf(file);
    this.#change("remove", path, () => rmSync(path, { force: true }));
  }

  writeJson(file: string, value: unknown): string {
    return this.write(file, `${JSON.stringify(value, null, 2)}\n`);
  }

  /** Throws `E_RUN_FILE` for a file that the run lacks. */
  read(file: string): Buffer {
    try {
      return readFileSync(this.pathOf(file));
    } catch (cause) {
      throw new IstaNasError(`run ${this.name}: cannot read ${file}, expected a finished run`, {
        code: "E_RUN_FILE",
        hint: "the run may have been cut off before it wrote this file: start it again",
        cause,
      });
    }
  }

  #change(verb: string, path: string, work: () => void): void {
    this.assertInPlace();
    try {
      work();
    } catch (cause) {
      this.assertInPlace();
      throw cannot(verb, path, cause);
    }
  }
}

function cannot(verb: string, path: string, cause: unknown): IstaNasError {
  return new IstaNasError(`run folder: cannot ${verb} ${path}: ${(cause as Error).message}`, {
    code: "E_RUN_FOLDER",
    hint: "choose a place that you can write to, with --out",
    cause,
  });
}
