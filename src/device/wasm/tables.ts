/** @file The constants of a program: tables one after another, each at a multiple of 64 bytes. */
import { alignBytes } from "../../graph/index.ts";
import type { DraftProgram } from "./draft-program.ts";
import type { Operand, TableWords } from "./operand.ts";

const WORD_BYTES = 4;

export class Tables {
  bytes = 0;
  readonly #offsets = new Map<TableWords, number>();

  constructor({ calls }: DraftProgram) {
    for (const { instruction } of calls) if (instruction.share !== "barrier") this.#take(instruction.args);
  }

  /** Byte offset of a table of the program. */
  offset(words: TableWords): number {
    return this.#offsets.get(words)!;
  }

  /** All tables as they lie in memory. */
  join(resolve: (operand: Operand) => number): Uint8Array {
    const joined = new Uint8Array(this.bytes);
    for (const [words, offset] of this.#offsets) {
      const numbers = words instanceof Float32Array ? words : Uint32Array.from(words, resolve);
      joined.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), offset);
    }
    return joined;
  }

  #take(operands: readonly Operand[]): void {
    for (const operand of operands) {
      if (typeof operand === "number" || operand.kind !== "table" || this.#offsets.has(operand.words)) continue;
      this.#offsets.set(operand.words, this.bytes);
      this.bytes += alignBytes(operand.words.length * WORD_BYTES);
      if (!(operand.words instanceof Float32Array)) this.#take(operand.words);
    }
  }
}
