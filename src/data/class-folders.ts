/**
 * @file Finds images that are sorted into a folder a class, with or without `train/` and `test/` above. A folder called
 * `train` that holds images itself is a class like any other.
 */

import { extname, join } from "node:path";
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";
import { listFolder, realFolder } from "./list-folder.ts";

/** What the decoder reads, by extension. */
const IMAGE_EXTENSIONS: readonly string[] = [
  ".jpg",
  ".jpeg",
  ".jpe",
  ".jfif",
  ".png",
  ".webp",
  ".gif",
  ".tif",
  ".tiff",
  ".avif",
];

const TRAIN_NAMES = ["train", "training"];
/** The first that is there is the test split. */
const TEST_NAMES = ["test", "testing", "val", "valid", "validation"];
/** Left by file managers and archivers; never worth a word. */
const SILENT_NAMES = ["thumbs.db", "desktop.ini", "__macosx"];

interface ImageFile {
  /** Relative to the root, with `/` between parts. */
  readonly path: string;
  readonly label: number;
}

/** Files sorted by class and then by name, both by code point. */
export interface ClassFolders {
  readonly kind: "class-folders";
  readonly folder: string;
  readonly classNames: readonly string[];
  readonly train: readonly ImageFile[];
  readonly test: readonly ImageFile[] | null;
  readonly testName: string | null;
  readonly ignored: readonly string[];
  readonly notes: readonly string[];
}

interface Listing {
  readonly folders: readonly string[];
  readonly images: readonly string[];
  readonly others: readonly string[];
}

/** What lies in `folder`, links followed, names sorted by code point, hidden files left out. */
function list(folder: string): Listing {
  const listing = { folders: [] as string[], images: [] as string[], others: [] as string[] };
  for (const { name, isFolder } of listFolder(folder)) {
    if (name.startsWith(".") || SILENT_NAMES.includes(name.toLowerCase())) continue;
    if (isFolder) listing.folders.push(name);
    else if (IMAGE_EXTENSIONS.includes(extname(name).toLowerCase())) listing.images.push(name);
    else listing.others.push(name);
  }
  return listing;
}

/**
 * The first folder below `folder`, at most `depth` down, that holds images; null if none does. `seen` spares looking twice where links lead
 * to the same folder many times.
 */
function firstWithImages(folder: string, depth = 4, seen: Set<string> = new Set()): string | null {
  const place = `${depth} ${realFolder(folder)}`;
  if (seen.has(place)) return null;
  seen.add(place);
  const { folders, images } = list(folder);
  if (images.length > 0) return folder;
  if (depth === 0) return null;
  for (const name of folders) {
    const found = firstWithImages(join(folder, name), depth - 1, seen);
    if (found !== null) return found;
  }
  return null;
}

/**
 * The class folders in `folder`, or null if there is no image in any folder below. Throws `E_DATA_NESTED` if images lie
 * too deep or beside no class folder, `E_DATA_EMPTY_CLASS`, `E_DATA_CLASSES_DIFFER`, or `E_DATA_UNREADABLE` for a folder.
 */
export function findClassFolders(folder: string): ClassFolders | null {
  const root = list(folder);
  if (root.images.length > 0 && root.folders.every((name) => firstWithImages(join(folder, name)) === null)) {
    throw new IstaNasError(
      `data ${printableName(folder)}: ${countOf(root.images.length, "image lies", "images lie")} in the folder itself, in no class folder`,
      {
        code: "E_DATA_NESTED",
        kind: "usage",
        hint: "make a folder for each class and move the images there: the folder's name is the class",
      },
    );
  }
  const splitFolder = (names: readonly string[]): string | null => {
    for (const wanted of names) {
      const name = root.folders.find((candidate) => candidate.toLowerCase() === wanted);
      if (name === undefined) continue;
      const inside = list(join(folder, name));
      if (inside.folders.length > 0 && inside.images.length === 0) return name;
    }
    return null;
  };
  const trainName = splitFolder(TRAIN_NAMES);
  if (trainName === null) {
    const found = listClasses(folder, "");
    if (found === null) return null;
    const { classNames, images, ignored } = found;
    return { kind: "class-folders", folder, classNames, train: images, test: null, testName: null, ignored, notes: [] };
  }
  const train = listClasses(folder, trainName);
  if (train === null) return null;
  const testName = splitFolder(TEST_NAMES);
  const test = testName === null ? null : listClasses(folder, testName, train.classNames);
  if (testName !== null && test === null) {
    throw new IstaNasError(
      `data ${printableName(folder)}: no images in ${testName}/, expected a folder of images a class`,
      {
        code: "E_DATA_EMPTY_CLASS",
        kind: "usage",
        hint: `fill ${testName}/ or remove it: a test split is then taken out of ${trainName}/`,
      },
    );
  }
  return {
    kind: "class-folders",
    folder,
    classNames: train.classNames,
    train: train.images,
    test: test?.images ?? null,
    testName: test === null ? null : `${testName}/`,
    ignored: [...train.ignored, ...(test?.ignored ?? []), ...root.images, ...root.others],
    notes: root.folders
      .filter((name) => name !== trainName && name !== testName)
      .map((name) => `the folder ${printableName(name)}/ is not used`),
  };
}

interface Classes {
  readonly classNames: readonly string[];
  readonly images: readonly ImageFile[];
  readonly ignored: readonly string[];
}

/**
 * The classes in `root/prefix`, null if no folder in it holds an image. With `trained`, the classes of training in their order, which decide the
 * labels: one of them may have no image here, and no other class may.
 */
function listClasses(root: string, prefix: string, trained?: readonly string[]): Classes | null {
  const folder = join(root, prefix);
  const outer = list(folder);
  const within = (...parts: string[]): string => [prefix, ...parts].filter((part) => part !== "").join("/");
  const classes = outer.folders.map((name) => ({ name, ...list(join(folder, name)) }));
  if (classes.every(({ images }) => images.length === 0)) {
    const deep = firstWithImages(folder);
    if (deep === null) return null;
    throw nested(
      root,
      `images lie deeper than expected, the first in ${printableName(deep)}`,
      `give the folder above it instead, if its name is a class`,
    );
  }
  const names = classes.map(({ name }) => name);
  if (trained !== undefined) assertTrained(root, trained, names, prefix);
  const images: ImageFile[] = [];
  const ignored = [...outer.images, ...outer.others].map((name) => within(name));
  for (const found of classes) {
    const deep = found.folders.find((name) => firstWithImages(join(folder, found.name, name)) !== null);
    if (deep !== undefined) {
      const where = within(found.name, deep);
      throw nested(
        root,
        `images lie in ${printableName(where)}/, expected directly in ${printableName(within(found.name))}/`,
        "move them up, or make it a class of its own",
      );
    }
    if (found.images.length === 0 && trained === undefined) {
      const count = found.others.length;
      const others =
        count === 0 ? "" : `, only ${countOf(count, "other file")} such as ${printableName(found.others[0]!)}`;
      throw new IstaNasError(
        `data ${printableName(root)}: no images in class folder ${printableName(within(found.name))}/${others}`,
        {
          code: "E_DATA_EMPTY_CLASS",
          kind: "usage",
          hint: `remove the folder or put images into it (${IMAGE_EXTENSIONS.join(" ")})`,
        },
      );
    }
    const label = (trained ?? names).indexOf(found.name);
    for (const name of found.images) images.push({ path: within(found.name, name), label });
    for (const name of [...found.others, ...found.folders]) ignored.push(within(found.name, name));
  }
  return { classNames: names, images, ignored };
}

function nested(folder: string, message: string, hint: string): IstaNasError {
  return new IstaNasError(`data ${printableName(folder)}: ${message}`, { code: "E_DATA_NESTED", kind: "usage", hint });
}

function assertTrained(folder: string, trained: readonly string[], tested: readonly string[], testName: string): void {
  const unknown = tested.filter((name) => !trained.includes(name)).map(printableName);
  if (unknown.length === 0) return;
  const missing = trained.filter((name) => !tested.includes(name)).map(printableName);
  const others = missing.length === 0 ? "" : `; ${missing.join(", ")} not in ${testName}/`;
  throw new IstaNasError(
    `data ${printableName(folder)}: classes of training and test differ: ${unknown.join(", ")} only in ${testName}/${others}`,
    {
      code: "E_DATA_CLASSES_DIFFER",
      kind: "usage",
      hint: "a class needs training images, in a folder spelled alike: add them, or remove the folder",
    },
  );
}
