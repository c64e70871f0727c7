/**
 * @file Named streams: the seed of a stream is a hash of the run's seed and the stream's name, so that a draw depends on
 * what it is for and never on what was drawn before it elsewhere. Resuming an epoch needs its name, not a saved state.
 */
import { RandomStream } from "./stream.ts";

/** FNV-1a over the UTF-16 units of `text`, then a final avalanche, to 32 bits. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** All random draws of one run, by name. */
export class RandomStreams {
  readonly seed: number;

  /** `seed`: any integer. Throws `RangeError` for anything else. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: got ${seed}, expected an integer`);
    this.seed = seed;
  }

  /** A fresh stream for `name`; the same name always starts the same sequence. */
  stream(name: string): RandomStream {
    return new RandomStream(hash(`${this.seed}/${name}`));
  }
}
