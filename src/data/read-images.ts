import type { DataSourceKind } from "./data-source.ts";
import type { FileHash } from "./file-hash.ts";
import type { Fit } from "./fit.ts";
import type { FolderRules } from "./folder-scan.ts";
import type { ImageShape, ImageSize } from "./image-split.ts";
import type { TaskLabels } from "./other-task.ts";

/** A file and what is wrong with it. */
export interface FileNote {
  /** Relative to the folder of the data set, with `/` between parts, as `printableName` writes it. */
  readonly path: string;
  readonly reason: string;
}

/** How images looked before they were made alike. */
export interface SeenImages {
  readonly smallest: ImageSize;
  readonly largest: ImageSize;
  /** Images of one channel, alpha aside. */
  readonly greyCount: number;
  readonly colourCount: number;
  /** Images with an alpha channel, laid on white. */
  readonly alphaCount: number;
}

/** What a reader hands over: every image that could be read: those of training, of the test split, for validation. */
export interface ReadImages {
  readonly kind: DataSourceKind;
  readonly classNames: readonly string[];
  readonly shape: ImageShape;
  /** `[N, H, W, C]`. */
  readonly pixels: Uint8Array;
  /** `[N]`. */
  readonly labels: Uint16Array;
  /** Missing where there is one task. */
  readonly otherTasks?: readonly TaskLabels[];
  /** The images from here on are the given test split, up to those for validation. */
  readonly trainCount: number;
  /** Where the given test split came from, null if there was none. */
  readonly testName: string | null;
  /** The last images are for validation, so many. */
  readonly validationCount: number;
  /** Where they came from, null if there are none. */
  readonly validationName: string | null;
  readonly seen: SeenImages;
  /** Height and width of each image as it was found, `[N, 2]`. */
  readonly sizes: Uint16Array;
  /** How they came to `shape`; what `pad` left free is still 0. */
  readonly fit: Fit;
  /** Every file that was read. */
  readonly files: readonly FileHash[];
  /** Name and version of what decoded or converted them; null if nothing did. */
  readonly decoder: string | null;
  readonly unreadable: readonly FileNote[];
  /** Files that are not images by their name, or lie in no class folder. */
  readonly ignored: readonly string[];
  /** Oddities worth a warning. */
  readonly notes: readonly string[];
  /** How the files were read, and what was passed over. */
  readonly remarks: readonly string[];
  /** What to call an image in a message. */
  nameOf(index: number): string;
}

export interface LoadProgress {
  /** `sizes`: headers are read; `decode`: pixels are. */
  readonly stage: "sizes" | "decode";
  readonly done: number;
  readonly total: number;
}

/** Options that all readers know. */
export interface ReadOptions {
  readonly imageSize: number | undefined;
  readonly colour: "grey" | "rgb" | undefined;
  /** Undefined where the data decide. */
  readonly fit: Fit | undefined;
  readonly cacheFolder: string | undefined;
  readonly maxBadImageRate: number;
  readonly rules: FolderRules;
  readonly onProgress: ((progress: LoadProgress) => void) | undefined;
}

const LARGEST_OWN_SIDE = 64;
const USUAL_SIDE = 32;

/** The shape that all images get: what was asked for, or their own if they are alike and small, or 32x32; grey if all are. */
export function chooseShape(seen: SeenImages, options: Pick<ReadOptions, "imageSize" | "colour">): ImageShape {
  const { smallest, largest } = seen;
  const isGrey = options.colour === undefined ? seen.colourCount === 0 : options.colour === "grey";
  const channels = isGrey ? 1 : 3;
  if (options.imageSize !== undefined) return { height: options.imageSize, width: options.imageSize, channels };
  const isAlike = smallest.height === largest.height && smallest.width === largest.width;
  if (isAlike && Math.max(largest.height, largest.width) <= LARGEST_OWN_SIDE) return { ...largest, channels };
  return { height: USUAL_SIDE, width: USUAL_SIDE, channels };
}
