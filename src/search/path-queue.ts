/** @file The programs of a path, made ready while the step before it computes: every step may keep other candidates than the one before. */

export interface PathPrograms<Path, Programs> {
  compile(path: Path): Promise<Programs>;
  /** Frees what the device keeps for a path. */
  release(programs: Programs): void;
  /** Paths of one key have the same programs. */
  keyOf(path: Path): string;
}

export class PathQueue<Path, Programs> {
  readonly #of: PathPrograms<Path, Programs>;
  #next: { readonly key: string; readonly programs: Promise<Programs> } | null = null;

  constructor(of: PathPrograms<Path, Programs>) {
    this.#of = of;
  }

  /** Begins to make the programs of the path that comes next. */
  prepare(path: Path): void {
    const programs = this.#of.compile(path);
    // What went wrong is thrown where the programs are taken.
    programs.catch(() => {});
    this.#next = { key: this.#of.keyOf(path), programs };
  }

  /** The programs of a path: those that were prepared, if they are of this one. They are the caller's to release. */
  async take(path: Path): Promise<Programs> {
    const next = this.#next;
    this.#next = null;
    if (next !== null) {
      if (next.key === this.#of.keyOf(path)) return next.programs;
      this.#of.release(await next.programs);
    }
    return this.#of.compile(path);
  }
}
