/** @file Memory shared by works that run at the same time: each waits until what it needs is free, in the order of asking. */
export class MemoryBudget {
  #free: number;
  readonly #waiting: { readonly bytes: number; readonly start: () => void }[] = [];

  /** In bytes. */
  constructor(total: number) {
    this.#free = total;
  }

  /** Runs `work` once `bytes`, at most the total, are free, and takes them until it ends. */
  async spend<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.#waiting.push({ bytes, start });
      this.#startNext();
    });
    try {
      return await work();
    } finally {
      this.#free += bytes;
      this.#startNext();
    }
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next !== undefined && next.bytes <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.start();
    }
  }
}
