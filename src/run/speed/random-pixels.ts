/** @file Pixels to time a network with: what it computes does not matter, that it is neither all zeros nor tiny does. */
import { RandomStreams } from "../../random/index.ts";

/** Pixels after which they begin again. */
const PERIOD = 4099;

/** 0 to 255, the same ones each time. */
export function randomPixels(count: number): Uint8Array {
  const stream = new RandomStreams(1).stream("benchmark/pixels");
  const drawn = Uint8Array.from({ length: Math.min(count, PERIOD) }, () => stream.integer(256));
  return Uint8Array.from({ length: count }, (_, index) => drawn[index % PERIOD]!);
}
