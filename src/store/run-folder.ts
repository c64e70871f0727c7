/**
 * @file The folder of one run. Never overwritten: a name that is taken gets -2, -3, ... Files appear whole or not at all. They are regular files
 * of this folder: links, pipes and devices are refused when they are opened, and nothing waits for them.
 */
import { lstatSync, mkdirSync, rmSync, type Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { IstaNasError } from "../error.ts";
import {
  appendToFile,
  cutFile,
  type JsonOptions,
  kindOf,
  MOST_JSON_BYTES,
  parseJson,
  RegularFile,
  systemHint,
  systemReason,
  UnreadableFile,
  writeWholeFile,
} from "../files/index.ts";
import { CONFIG_FILE } from "./config-file.ts";
import { FolderAnchor } from "./folder-anchor.ts";
import { runsToChoose, shownPath, whyNoRun } from "./missing-run.ts";
import { assertRunPlace, isEmptyFolder } from "./run-place.ts";

/** Where its checkpoints are; made with it, so that no two runs take the same empty folder. */
export const CHECKPOINTS_FOLDER = "checkpoints";

/** Bytes of the largest file that is read at once: where protocol buffers, and so ONNX files, end. */
const LARGEST_FILE = 2 ** 31;
/** Bytes of text that is read at once: a table of a million epochs has 100 MB. */
const LARGEST_TEXT = 128 * 2 ** 20;

export class RunFolder {
  /** Absolute path. */
  readonly path: string;
  #anchor: FolderAnchor | null = null;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes a new folder at `path`, or takes an empty one that is there; if it is taken, `path-2`, `path-3`, ...
   * Throws `E_RUN_FOLDER` if it cannot be made, for a file, and for the working folder and those above it unless it is empty.
   */
  static create(path: string): RunFolder {
    assertRunPlace(path);
    const wanted = resolve(path);
    try {
      mkdirSync(dirname(wanted), { recursive: true });
    } catch (cause) {
      throw cannot("make", dirname(wanted), cause);
    }
    for (let attempt = 1; ; attempt++) {
      const candidate = attempt === 1 ? wanted : `${wanted}-${attempt}`;
      if (claim(candidate)) return new RunFolder(candidate);
      assertRunPlace(path);
    }
  }

  /** Whether there is a run at `path`. */
  static isRun(path: string): boolean {
    return path !== "" && statusOf(join(path, CONFIG_FILE)) !== null;
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
      throw new IstaNasError(`run ${shownPath(path)}: ${whyNoRun(path)}, expected a run folder`, {
        code: "E_RUN_NOT_FOUND",
        kind: "usage",
        hint:
          runsToChoose(path) ??
          "give the folder that a search or a training printed, such as runs/demo-two-stage-seed1",
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

  /** Whether there is anything of that name. */
  has(file: string): boolean {
    return statusOf(this.pathOf(file)) !== null;
  }

  /** Whether there is a file of that name, and no link, pipe or folder. */
  hasFile(file: string): boolean {
    return statusOf(this.pathOf(file))?.isFile() ?? false;
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

  /** Adds text or bytes to the end of a file, making it if need be. */
  append(file: string, content: string | Uint8Array): void {
    const path = this.pathOf(file);
    this.#change("write", path, () => appendToFile(path, content));
  }

  /** Makes a folder in this one, unless it is there. Throws `E_RUN_FOLDER` if it cannot be made, and for anything else of that name. */
  makeFolder(name: string): void {
    const path = this.pathOf(name);
    this.#change("make", path, () => {
      const status = statusOf(path);
      if (status === null) mkdirSync(path);
      else if (!status.isDirectory()) throw new UnreadableFile(`is ${kindOf(status)}, expected a folder`);
    });
  }

  /** Bytes of a file, 0 if there is none. */
  sizeOf(file: string): number {
    return statusOf(this.pathOf(file))?.size ?? 0;
  }

  /** When a file was last written to, in milliseconds since 1970; 0 if there is none. */
  changedAt(file: string): number {
    return statusOf(this.pathOf(file))?.mtimeMs ?? 0;
  }

  /** Cuts a file to its first `bytes`; one that is missing stays missing. */
  truncate(file: string, bytes: number): void {
    const path = this.pathOf(file);
    this.#change("write", path, () => {
      if (this.has(file)) cutFile(path, bytes);
    });
  }

  /** Removes a file, if it is there. */
  remove(file: string): void {
    const path = this.pathOf(file);
    this.#change("remove", path, () => rmSync(path, { force: true }));
  }

  /** Removes a folder with all that is in it, if it is there. */
  removeFolder(name: string): void {
    const path = this.pathOf(name);
    this.#change("remove", path, () => rmSync(path, { recursive: true, force: true }));
  }

  writeJson(file: string, value: unknown): string {
    return this.write(file, `${JSON.stringify(value, null, 2)}\n`);
  }

  /** Opens a file to be read, such as `summary.json` or `checkpoints/000001/state.json`. Throws `E_RUN_FILE` if it lacks or is no regular file. */
  open(file: string): RegularFile {
    return this.#reading(file, () => RegularFile.openInside(this.path, file));
  }

  /** All of a file. Throws `E_RUN_FILE` for one that the run lacks, that is no regular file or has more than `most` bytes, by default 2 GiB. */
  read(file: string, most: number = LARGEST_FILE): Buffer {
    const opened = this.open(file);
    try {
      return this.#reading(file, () => opened.read(most));
    } finally {
      opened.close();
    }
  }

  /** Throws as `read` does, for more than 128 MiB. */
  readText(file: string): string {
    return this.read(file, LARGEST_TEXT).toString("utf8");
  }

  /** The value of a JSON file, of 16 MiB at most if `most` does not say. Throws as `read` does, and `E_RUN_FILE` for what is not JSON. */
  readJson(file: string, options: JsonOptions = {}): unknown {
    const wrong = (cause: Error) =>
      new IstaNasError(`run ${this.name}: ${file}: ${cause.message}`, {
        code: "E_RUN_FILE",
        hint: "the file was changed or torn: bring it back, or remove it",
        cause,
      });
    return parseJson(this.read(file, options.most ?? MOST_JSON_BYTES), { wrong, ...options });
  }

  #reading<T>(file: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      if (!(cause instanceof UnreadableFile)) throw cause;
      const isMissing = cause.code === "ENOENT";
      const what = isMissing ? `cannot read ${file}, expected a finished run` : `${file} ${cause.message}`;
      throw new IstaNasError(`run ${this.name}: ${what}`, {
        code: "E_RUN_FILE",
        hint: isMissing
          ? "the run may have been cut off before it wrote this file: start it again"
          : "files of a run lie in its folder themselves: put the file there, or remove what is in its place",
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

/** Of a link itself. Null where nothing is, or nothing can be seen. */
function statusOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** Makes a folder or takes an empty one, which one process alone can do; false if it is taken. */
function claim(path: string): boolean {
  return (make(path) || isEmptyFolder(path)) && make(join(path, CHECKPOINTS_FOLDER));
}

/** False if there is something already. */
function make(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cannot("make", path, cause);
  }
}

function cannot(verb: string, path: string, cause: unknown): IstaNasError {
  return new IstaNasError(`run folder: cannot ${verb} ${shownPath(path)}: ${systemReason(cause)}`, {
    code: "E_RUN_FOLDER",
    hint: systemHint(cause) ?? "choose a place that you can write to, with --out",
    cause,
  });
}
