/** @file Something for each value of a program, by its id. Ids are dense, so that an array is what a `Map` would be and faster: compiling looks values up hundreds of thousands of times. */

export class ValueTable<T> {
  readonly #entries: (T | undefined)[] = [];

  get(id: number): T | undefined {
    return this.#entries[id];
  }

  has(id: number): boolean {
    return this.#entries[id] !== undefined;
  }

  set(id: number, entry: T): void {
    // Without holes, which would make it slow.
    while (this.#entries.length < id) this.#entries.push(undefined);
    this.#entries[id] = entry;
  }
}
