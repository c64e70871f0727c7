/**
 * @file What lies in a folder of images and the folders below: images, others, and what is passed over because it is none of the data: leavings
 * of systems, and what this program wrote itself. Every folder is read once.
 */
import { countOf } from "../count-of.ts";
import { printableName } from "../files/index.ts";
import type { DataFolder } from "./data-folder.ts";
import { imageFormat } from "./image-formats.ts";
import { isRunFolder } from "./is-run-folder.ts";
import type { FolderEntry } from "./list-folder.ts";
import { isSystemName } from "./system-names.ts";

/** The folder of decoded images, beside the run folders. */
export const CACHE_FOLDER_NAME = ".ista-nas-cache";
/** Folders down to which images and runs are looked for. */
const DEPTH = 4;
const EXAMPLES = 3;

/**
 * As this version reads folders, or as those before did: `former` ones took no images for validation and no lists of labels, `earlier` ones also read no BMP
 * and fewer names of splits.
 */
export type FolderRules = "present" | "former" | "earlier";

/** Names in a folder, sorted by code point. */
export interface Listing {
  readonly folders: readonly string[];
  readonly images: readonly string[];
  /** Images in formats that are not read. */
  readonly unread: readonly string[];
  readonly others: readonly string[];
}

interface Survey {
  /** The first folder that holds images, itself included. */
  readonly withImages: string | null;
  /** The first that holds images in formats that are not read. */
  readonly withUnread: string | null;
  /** Whether there is a run or a cache. */
  readonly holdsRuns: boolean;
}

const NOTHING: Survey = { withImages: null, withUnread: null, holdsRuns: false };

/** All paths are relative to `folder`, with `/` between parts; "" is the folder itself. */
export class FolderScan {
  readonly folder: DataFolder;
  readonly rules: FolderRules;
  readonly #entries = new Map<string, readonly FolderEntry[]>();
  readonly #listings = new Map<string, Listing>();
  readonly #surveys = new Map<string, Survey>();
  readonly #systemNames: string[] = [];
  readonly #runFolders: string[] = [];

  constructor(folder: DataFolder, rules: FolderRules) {
    this.folder = folder;
    this.rules = rules;
  }

  /** What lies in the folder at `path`. Throws `E_DATA_UNREADABLE`. */
  list(path: string): Listing {
    const known = this.#listings.get(path);
    if (known !== undefined) return known;
    const listing = { folders: [] as string[], images: [] as string[], unread: [] as string[], others: [] as string[] };
    for (const { name, isFolder } of this.#read(path)) {
      const inner = inside(path, name);
      if (isFolder && name === CACHE_FOLDER_NAME) continue;
      if (isSystemName(name)) this.#systemNames.push(isFolder ? `${inner}/` : inner);
      else if (isFolder && this.#isOwn(inner)) this.#runFolders.push(inner);
      else if (isFolder) listing.folders.push(name);
      else this.#sort(name, listing);
    }
    this.#listings.set(path, listing);
    return listing;
  }

  /** The first folder at or below `path` that holds images, null if none does. */
  firstWithImages(path: string): string | null {
    return this.#survey(path, DEPTH).withImages;
  }

  /** The first folder at or below `path` that holds images in formats that are not read, null if none does. */
  firstWithUnread(path: string): string | null {
    return this.#survey(path, DEPTH).withUnread;
  }

  /** Whether runs or the cache lie in the folder at `path`, which has images too. */
  holdsRuns(path: string): boolean {
    return this.#read(path).some(
      ({ name, isFolder }) => isFolder && (name === CACHE_FOLDER_NAME || this.#isOwn(inside(path, name))),
    );
  }

  /** What the lists so far left out because it is none of the data, a sentence each. */
  passedOver(): readonly string[] {
    const runs = this.#runFolders.length;
    const named = (paths: readonly string[]): string => paths.slice(0, EXAMPLES).map(printableName).join(", ");
    const own = this.#runFolders.map((path) => `${path}/`);
    return [
      ...(this.#systemNames.length === 0
        ? []
        : [
            `passed over: ${countOf(this.#systemNames.length, "hidden or system file or folder", "hidden or system files and folders")}, such as ${named(this.#systemNames)}`,
          ]),
      ...(runs === 0 ? [] : [`passed over: ${countOf(runs, "folder")} of runs of this program, ${named(own)}`]),
    ];
  }

  #read(path: string): readonly FolderEntry[] {
    const entries = this.#entries.get(path) ?? this.folder.list(path);
    this.#entries.set(path, entries);
    return entries;
  }

  #sort(name: string, listing: Record<"images" | "unread" | "others", string[]>): void {
    const format = imageFormat(name);
    if (format === null) listing.others.push(name);
    else if (this.rules === "earlier" ? format.wasReadEarlier : format.isRead) listing.images.push(name);
    else (format.isRead ? listing.others : listing.unread).push(name);
  }

  /** A run, or a folder that holds runs or a cache and no image. */
  #isOwn(path: string): boolean {
    const { withImages, holdsRuns } = this.#survey(path, DEPTH);
    return holdsRuns && withImages === null;
  }

  /** Looks at most `depth` folders down; once where links lead to the same folder many times. */
  #survey(path: string, depth: number): Survey {
    const place = `${depth} ${this.folder.realPath(path)}`;
    const known = this.#surveys.get(place);
    if (known !== undefined) return known;
    this.#surveys.set(place, NOTHING);
    const found = this.#look(path, depth);
    this.#surveys.set(place, found);
    return found;
  }

  #look(path: string, depth: number): Survey {
    const entries = this.#read(path);
    const files = entries.filter(({ name, isFolder }) => !isFolder && !isSystemName(name)).map(({ name }) => name);
    if (path !== "" && isRunFolder(this.folder.inside(path), files)) return { ...NOTHING, holdsRuns: true };
    const sorted = { images: [] as string[], unread: [] as string[], others: [] as string[] };
    for (const name of files) this.#sort(name, sorted);
    const withUnread = sorted.unread.length > 0 ? path : null;
    if (sorted.images.length > 0) return { withImages: path, withUnread, holdsRuns: false };
    const found = {
      withImages: null as string | null,
      withUnread,
      holdsRuns: entries.some(({ name, isFolder }) => isFolder && name === CACHE_FOLDER_NAME),
    };
    for (const { name, isFolder } of depth === 0 ? [] : entries) {
      if (!isFolder || isSystemName(name)) continue;
      const below = this.#survey(inside(path, name), depth - 1);
      found.withImages ??= below.withImages;
      found.withUnread ??= below.withUnread;
      found.holdsRuns ||= below.holdsRuns;
      if (found.withImages !== null) break;
    }
    return found;
  }
}

/** The path of what is called `name` in the folder at `path`. */
export function inside(path: string, ...names: readonly string[]): string {
  return [path, ...names].filter((part) => part !== "").join("/");
}
