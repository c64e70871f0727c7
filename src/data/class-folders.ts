/**
 * @file Finds images that are sorted into a folder a class, with or without a training and a test split above, and with folders around all that or
 * around each split that hold nothing else. A folder called `train` that holds images itself is a class like any other.
 */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";
import { type FolderScan, inside } from "./folder-scan.ts";
import { conversionHint, imageFormat } from "./image-formats.ts";
import type { LabelledFiles } from "./labelled-files.ts";
import { likeNames, textOrder } from "./like-names.ts";
import { type Classes, listClasses } from "./list-classes.ts";
import { nestedImages } from "./nested-images.ts";
import { findSplitFolders, isTestName } from "./split-folders.ts";

/** Folders around the data that are gone into. */
const WRAPPERS = 3;
const LISTED = 6;
/** Splits that need no word on how they were read. */
const PLAIN_SPLIT = /^(train|training|test|testing|val|valid|validation)$/i;

/** A folder, without those around it that hold nothing else. */
interface Unwrapped {
  readonly path: string;
  readonly unused: readonly string[];
}

interface Splits {
  readonly train: Unwrapped;
  readonly test: Unwrapped | null;
  readonly validation: Unwrapped | null;
  /** Folders beside them that hold images which no split has. */
  readonly unused: readonly string[];
}

/**
 * The class folders in `folder`, or null if there is no image in any folder below. Throws `E_DATA_NESTED` if images lie
 * too deep or beside no class folder, `E_DATA_EMPTY_CLASS`, `E_DATA_CLASSES_DIFFER`, or `E_DATA_UNREADABLE` for a folder.
 */
export function findClassFolders(scan: FolderScan): LabelledFiles | null {
  const { folder } = scan;
  const root = scan.list("");
  if (root.images.length > 0 && root.folders.every((name) => scan.firstWithImages(name) === null)) {
    throw new IstaNasError(
      `data ${printableName(folder.path)}: ${countOf(root.images.length, "image lies", "images lie")} in the folder itself, in no class folder`,
      {
        code: "E_DATA_NESTED",
        kind: "usage",
        hint: `make a folder for each class and move the images there: the folder's name is the class${listHint(scan)}`,
      },
    );
  }
  const { base, splits, unused } = findBase(scan);
  const train = listClasses(scan, splits?.train.path ?? base);
  if (train === null) return null;
  const test = splits?.test == null ? null : listClasses(scan, splits.test.path, train.classNames);
  if (splits?.test != null && test === null) {
    const [testPath, trainPath] = [splits.test.path, splits.train.path].map(printableName);
    throw new IstaNasError(
      `data ${printableName(folder.path)}: no images in ${testPath}/, expected a folder of images a class`,
      {
        code: "E_DATA_EMPTY_CLASS",
        kind: "usage",
        hint: `fill ${testPath}/ or remove it: a test split is then taken out of ${trainPath}/`,
      },
    );
  }
  const validationPath = splits?.validation?.path;
  const validation = validationPath === undefined ? null : listClasses(scan, validationPath, train.classNames);
  const parts = [train, test, validation].filter((part) => part !== null);
  const around = splits === null || base === splits.train.path ? [] : outerFiles(scan, base);
  return {
    kind: "class-folders",
    folder,
    subject: null,
    classNames: train.classNames,
    train: train.images,
    test: test?.images ?? null,
    testName: test === null ? null : `${printableName(splits!.test!.path)}/`,
    validation: validation?.images ?? null,
    validationName: validation === null ? null : `${printableName(validationPath!)}/`,
    ignored: [...parts.flatMap(({ ignored }) => ignored), ...around],
    notes: [
      ...unreadNotes(parts.flatMap(({ unread }) => unread)),
      ...likeNames(train.classNames).map(
        (names) =>
          `classes whose names differ only in capitals, blanks or the encoding of accents: ${names.map((name) => `"${printableName(name)}"`).join(", ")}`,
      ),
      ...train.notes,
      ...(validationPath === undefined || validation !== null
        ? []
        : [`no images in ${printableName(validationPath)}/: it is not used`]),
      ...unused.map((path) => `the folder ${printableName(path)}/ is not used`),
    ],
    remarks: [...readingRemarks(base, splits), ...orderRemarks(train), ...scan.passedOver()],
  };
}

/** Where a list lies beside the images: that it can be given itself. */
function listHint(scan: FolderScan): string {
  const list = scan.list("").others.find((name) => /\.(csv|tsv)$/i.test(name));
  if (list === undefined) return "";
  return `; or, if it lists files and labels: ista-nas check ${printableName(`${scan.folder.path}/${list}`)}`;
}

/** Where the splits or classes lie: in the folder itself, or in the one folder in it with images, and so on. */
function findBase(scan: FolderScan): {
  readonly base: string;
  readonly splits: Splits | null;
  readonly unused: readonly string[];
} {
  let base = "";
  const unused: string[] = [];
  for (let depth = 0; ; depth++) {
    const splits = findSplits(scan, base);
    if (splits !== null) return { base, splits, unused: [...unused, ...splits.unused] };
    const next = scan.rules === "earlier" || depth === WRAPPERS ? null : onlyFolder(scan, base);
    if (next === null) return { base, splits: null, unused };
    if (isTestName(next.path.split("/").at(-1)!)) throw nestedImages(scan, base);
    base = next.path;
    unused.push(...next.unused);
  }
}

function findSplits(scan: FolderScan, base: string): Splits | null {
  const { folders } = scan.list(base);
  const unwrapped = new Map<string, Unwrapped>();
  for (const name of folders) {
    const inner =
      scan.rules === "earlier" ? { path: inside(base, name), unused: [] } : unwrap(scan, inside(base, name));
    const { folders: within, images } = scan.list(inner.path);
    if (within.length > 0 && images.length === 0) unwrapped.set(name, inner);
  }
  const names = findSplitFolders([...unwrapped.keys()], scan.rules);
  if (names === null) return null;
  const folderOf = (name: string | null): Unwrapped | null => (name === null ? null : unwrapped.get(name)!);
  const [train, test, validation] = [unwrapped.get(names.train)!, folderOf(names.test), folderOf(names.validation)];
  const taken: readonly (string | null)[] = [names.train, names.test, names.validation];
  const others = folders.filter((name) => !taken.includes(name)).map((name) => inside(base, name));
  const inSplits = [train, test, validation].flatMap((split) => split?.unused ?? []);
  return { train, test, validation, unused: [...inSplits, ...others] };
}

function unwrap(scan: FolderScan, path: string): Unwrapped {
  let found: Unwrapped = { path, unused: [] };
  for (let depth = 0; depth < WRAPPERS; depth++) {
    const next = onlyFolder(scan, found.path);
    if (next === null) break;
    found = { path: next.path, unused: [...found.unused, ...next.unused] };
  }
  return found;
}

/** The one folder in that at `path` with images below, if it holds none itself. */
function onlyFolder(scan: FolderScan, path: string): Unwrapped | null {
  const { folders, images } = scan.list(path);
  if (images.length > 0) return null;
  const filled = folders.filter((name) => scan.firstWithImages(inside(path, name)) !== null);
  const [name] = filled;
  if (name === undefined || filled.length > 1 || scan.list(inside(path, name)).images.length > 0) return null;
  return {
    path: inside(path, name),
    unused: folders.filter((other) => other !== name).map((other) => inside(path, other)),
  };
}

function outerFiles(scan: FolderScan, base: string): readonly string[] {
  const { images, unread, others } = scan.list(base);
  return [...images, ...unread, ...others].map((name) => inside(base, name));
}

/** A sentence for each format that is not read: how many images, in which folders, and what to do. */
function unreadNotes(paths: readonly string[]): readonly string[] {
  return [...groups(paths, (path) => imageFormat(path)!.name)].map(([format, files]) => {
    const folders = groups(files, (path) => path.slice(0, path.lastIndexOf("/")));
    const counts = [...folders].map(([path, inIt]) => `${printableName(path)}/ ${inIt.length}`);
    const listed = `${counts.slice(0, LISTED).join(", ")}${counts.length > LISTED ? ", ..." : ""}`;
    const images = countOf(files.length, `${format} image is`, `${format} images are`);
    return `${images} not read and left out (${listed}): ${conversionHint(format, files[0]!)}`;
  });
}

function groups(paths: readonly string[], keyOf: (path: string) => string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const path of paths) {
    const group = found.get(keyOf(path));
    if (group === undefined) found.set(keyOf(path), [path]);
    else group.push(path);
  }
  return found;
}

function readingRemarks(base: string, splits: Splits | null): readonly string[] {
  if (splits === null)
    return base === "" ? [] : [`read is ${printableName(base)}/, the one folder with folders of images`];
  const { train, test, validation } = splits;
  if ([train, test, validation].every((split) => split === null || PLAIN_SPLIT.test(split.path))) return [];
  const nameOf = (split: Unwrapped | null): string => (split === null ? "no folder" : `${printableName(split.path)}/`);
  const validating = validation === null ? "" : `, ${nameOf(validation)} for validation`;
  return [`read are ${nameOf(train)} for training${validating} and ${nameOf(test)} for testing`];
}

function orderRemarks({ classNames }: Classes): readonly string[] {
  const order = textOrder(classNames);
  if (order === null) return [];
  return [
    `classes are in the order of their names as text (${order.join(", ")} ...), in labels.txt too, not of their numbers`,
  ];
}
