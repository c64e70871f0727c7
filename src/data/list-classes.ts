/** @file The classes in one folder: its folders, and the images in them. */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";
import { type FolderScan, inside, type Listing } from "./folder-scan.ts";
import { conversionHint, IMAGE_EXTENSIONS, imageFormat } from "./image-formats.ts";
import { indexOfName, likeNames } from "./like-names.ts";
import { nestedImages } from "./nested-images.ts";

export interface ImageFile {
  /** Relative to the root, with `/` between parts. */
  readonly path: string;
  readonly label: number;
  /** In the other tasks of the list that names it. Missing where there is one task. */
  readonly otherLabels?: readonly number[];
}

export interface Classes {
  readonly classNames: readonly string[];
  readonly images: readonly ImageFile[];
  /** Paths of images in formats that are not read, in class folders. */
  readonly unread: readonly string[];
  readonly ignored: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The classes in the folder at `base`, null if no folder in it holds an image. With `trained`, the classes of training in their order, which
 * decide the labels: one of them may have no image here, and no other class may. Throws `E_DATA_NESTED`, `E_DATA_EMPTY_CLASS`, or
 * `E_DATA_CLASSES_DIFFER`.
 */
export function listClasses(scan: FolderScan, base: string, trained?: readonly string[]): Classes | null {
  const outer = scan.list(base);
  const classes = outer.folders.map((name) => ({ name, path: inside(base, name), ...scan.list(inside(base, name)) }));
  if (classes.every(({ images }) => images.length === 0)) {
    if (scan.firstWithImages(base) === null) return null;
    throw nestedImages(scan, base);
  }
  const names = classes.map(({ name }) => name);
  if (trained !== undefined) assertTrained(scan.folder.path, trained, names, base);
  const images: ImageFile[] = [];
  const unread: string[] = [];
  const ignored = [...outer.images, ...outer.unread, ...outer.others].map((name) => inside(base, name));
  const notes: string[] = [];
  for (const found of classes) {
    const { name: className, path } = found;
    const deep = found.folders.find((name) => scan.firstWithImages(inside(path, name)) !== null);
    if (deep !== undefined) {
      const [where, expected] = [inside(path, deep), path].map(printableName);
      throw new IstaNasError(
        `data ${printableName(scan.folder.path)}: images lie in ${where}/, expected directly in ${expected}/`,
        { code: "E_DATA_NESTED", kind: "usage", hint: "move them up, or make it a class of its own" },
      );
    }
    if (found.images.length === 0 && trained === undefined) throw emptyClass(scan.folder.path, path, found);
    const label = indexOfName(trained ?? names, className);
    for (const name of found.images) images.push({ path: inside(path, name), label });
    for (const name of found.unread) unread.push(inside(path, name));
    for (const name of [...found.others, ...found.folders]) ignored.push(inside(path, name));
    if (scan.holdsRuns(path))
      notes.push(`class ${printableName(className)}: runs of this program lie among its images`);
  }
  return { classNames: names, images, unread, ignored, notes };
}

function emptyClass(folder: string, path: string, { unread, others }: Listing): IstaNasError {
  const [example] = unread;
  const format = example === undefined ? null : imageFormat(example)!.name;
  const only = (what: string, name: string): string => `, only ${what} such as ${printableName(name)}`;
  const instead =
    format !== null
      ? only(countOf(unread.length, `${format} image`), example!)
      : others.length > 0
        ? only(countOf(others.length, "other file"), others[0]!)
        : "";
  return new IstaNasError(
    `data ${printableName(folder)}: no images in class folder ${printableName(path)}/${instead}`,
    {
      code: "E_DATA_EMPTY_CLASS",
      kind: "usage",
      hint:
        format === null
          ? `remove the folder or put images into it (${IMAGE_EXTENSIONS})`
          : `${format} is not read: ${conversionHint(format, example!)}`,
    },
  );
}

function assertTrained(folder: string, trained: readonly string[], tested: readonly string[], testName: string): void {
  const unknown = tested.filter((name) => indexOfName(trained, name) < 0);
  if (unknown.length === 0) return;
  const list = (names: readonly string[]): string => names.map(printableName).join(", ");
  const missing = trained.filter((name) => indexOfName(tested, name) < 0);
  const others = missing.length === 0 ? "" : `; ${list(missing)} not in ${printableName(testName)}/`;
  const alike = likeNames([...missing, ...unknown])[0]?.map((name) => `"${printableName(name)}"`);
  throw new IstaNasError(
    `data ${printableName(folder)}: classes of training and test differ: ${list(unknown)} only in ${printableName(testName)}/${others}`,
    {
      code: "E_DATA_CLASSES_DIFFER",
      kind: "usage",
      hint:
        alike === undefined
          ? "a class needs training images, in a folder spelled alike: add them, or remove the folder"
          : `${alike.join(" and ")} differ only in capitals or blanks: give both folders one name`,
    },
  );
}
