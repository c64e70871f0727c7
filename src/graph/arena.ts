/** @file Hands out ranges of one block of memory that grows as needed. */

/** Ranges start at multiples of it. */
const ALIGNMENT = 64;

export interface Hole {
  offset: number;
  bytes: number;
}

/** `bytes` and what brings it to a multiple of the alignment. */
export function alignBytes(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Best fit in a block that grows; neighbouring holes are joined. */
export class Arena {
  peak = 0;
  #holes: Hole[] = [];

  take(bytes: number): number {
    let best: Hole | undefined;
    for (const hole of this.#holes) {
      if (hole.bytes >= bytes && (best === undefined || hole.bytes < best.bytes)) best = hole;
    }
    if (best !== undefined) {
      const { offset } = best;
      best.offset += bytes;
      best.bytes -= bytes;
      if (best.bytes === 0) this.#holes.splice(this.#holes.indexOf(best), 1);
      return offset;
    }
    const last = this.#holes.at(-1);
    const offset = last !== undefined && last.offset + last.bytes === this.peak ? last.offset : this.peak;
    if (last !== undefined && offset === last.offset) this.#holes.pop();
    this.peak = offset + bytes;
    return offset;
  }

  give(freed: Hole): void {
    let at = this.#holes.findIndex((hole) => hole.offset > freed.offset);
    if (at < 0) at = this.#holes.length;
    this.#holes.splice(at, 0, { ...freed });
    for (const i of [at, at - 1]) {
      const hole = this.#holes[i];
      const next = this.#holes[i + 1];
      if (hole !== undefined && next !== undefined && hole.offset + hole.bytes === next.offset) {
        hole.bytes += next.bytes;
        this.#holes.splice(i + 1, 1);
      }
    }
  }
}
