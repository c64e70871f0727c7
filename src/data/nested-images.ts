import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";
import { type FolderScan, inside } from "./folder-scan.ts";
import { isTestName } from "./split-folders.ts";

const LISTED = 4;
const READ = "read are CLASS/image.jpg, or train/CLASS/image.jpg and test/CLASS/image.jpg";

/** What is wrong when no folder at `base` holds images directly, but some below do: `E_DATA_NESTED`, with what was found and what to give instead. */
export function nestedImages(scan: FolderScan, base: string): IstaNasError {
  const groups = scan
    .list(base)
    .folders.map((name) => ({ path: inside(base, name), name, classes: classesIn(scan, inside(base, name)) }))
    .filter(({ path }) => scan.firstWithImages(path) !== null);
  const first = scan.firstWithImages(base) ?? base;
  const command = (path: string): string => `ista-nas check ${quoted([scan.folder.path, path].join("/"))}`;
  const usable = groups.filter(({ name, classes }) => !isTestName(name) && classes.length > 1);
  const found = groups.slice(0, LISTED).map(({ path, classes }) => {
    const names = classes.slice(0, LISTED).map(printableName).join(", ");
    return `${printableName(path)}/${names === "" ? "" : ` with ${names}${classes.length > LISTED ? ", ..." : ""}`}`;
  });
  const more = groups.length > LISTED ? ` and ${groups.length - LISTED} more` : "";
  const advice =
    usable.length === 1
      ? `to read ${printableName(usable[0]!.path)}/ alone: ${command(usable[0]!.path)}`
      : groups.length === 1 && isTestName(groups[0]!.name)
        ? `put the training images into train/ beside it, or, to train on these: ${command(groups[0]!.path)}`
        : `if ${innerNames(groups)} are the classes, move their folders up into ${printableName(scan.folder.path)}`;
  return new IstaNasError(
    `data ${printableName(scan.folder.path)}: images lie deeper than expected, the first in ${printableName(first)}/; ` +
      `got ${found.join("; ")}${more}`,
    { code: "E_DATA_NESTED", kind: "usage", hint: `${READ}; ${advice}` },
  );
}

function innerNames(groups: readonly { readonly classes: readonly string[] }[]): string {
  const names = groups.flatMap(({ classes }) => classes);
  if (names.length === 0) return "the inner folders";
  return `${names.slice(0, LISTED).map(printableName).join(", ")}${names.length > LISTED ? " and so on" : ""}`;
}

/** Folders in the one at `path` that hold images themselves. */
function classesIn(scan: FolderScan, path: string): readonly string[] {
  return scan.list(path).folders.filter((name) => scan.list(inside(path, name)).images.length > 0);
}

/** A path as it is typed. */
function quoted(path: string): string {
  const printable = printableName(path);
  return /^[\w./\\:-]+$/.test(printable) ? printable : `"${printable}"`;
}
