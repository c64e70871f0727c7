import type { FileHash } from "./file-hash.ts";
import type { ImageShape } from "./image-split.ts";
import type { SeenImages } from "./read-images.ts";

/** Images out of a file of pixels, ordered as in `ReadImages`, before they are scaled. */
export interface RawImages {
  readonly classNames: readonly string[];
  readonly shape: ImageShape;
  /** `[N, H, W, C]`. */
  readonly pixels: Uint8Array;
  readonly labels: Uint16Array;
  readonly trainCount: number;
  readonly testName: string | null;
  /** Default none. */
  readonly validationCount?: number;
  readonly validationName?: string;
  readonly seen: SeenImages;
  readonly files: readonly FileHash[];
  readonly ignored: readonly string[];
  readonly notes: readonly string[];
  readonly remarks: readonly string[];
}

/** What was seen when all of `count` images have one shape. */
export function seenAlike(shape: ImageShape, count: number): SeenImages {
  const size = { height: shape.height, width: shape.width };
  const greyCount = shape.channels === 1 ? count : 0;
  return { smallest: size, largest: size, greyCount, colourCount: count - greyCount, alphaCount: 0 };
}
