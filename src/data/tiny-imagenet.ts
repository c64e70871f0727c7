/**
 * @file Tiny ImageNet as it is published: `train/n01443537/images/*.JPEG`, `val/images/*.JPEG` with their classes in `val/val_annotations.txt`, names of classes
 * in `words.txt`. The images in `test/` have no labels: those of `val/` are the test split.
 */
import { printableName } from "../files/index.ts";
import { delimitedRecords, listText } from "./delimited-text.ts";
import { type FolderScan, inside } from "./folder-scan.ts";
import { type LabelRow, labelledFiles, rowProblems } from "./label-rows.ts";
import type { LabelledFiles } from "./labelled-files.ts";
import { readDataFile } from "./read-data-file.ts";

const ANNOTATIONS = "val_annotations.txt";
const WORDS = "words.txt";
const IMAGES = "images";
/** Folders around it that are gone into. */
const WRAPPERS = 3;

/**
 * Its images, null where it does not lie there. Classes are in the order of their numbers (`n01443537`), under the first of their words that no other class has.
 * Throws `E_LIST` for annotations that are cut short or name no image, and what `labelledFiles` throws.
 */
export function findTinyImageNet(scan: FolderScan): LabelledFiles | null {
  let base = "";
  for (let depth = 0; !isThere(scan, base); depth++) {
    const { folders } = scan.list(base);
    if (depth === WRAPPERS || folders.length !== 1) return null;
    base = inside(base, folders[0]!);
  }
  const train = inside(base, "train");
  const { folders: classes, others } = scan.list(train);
  const trained = classes.flatMap((label): readonly LabelRow[] => {
    const folder = inside(train, label, IMAGES);
    const { images } = scan.list(inside(train, label)).folders.includes(IMAGES) ? scan.list(folder) : { images: [] };
    return images.map((name) => ({ place: folder, path: inside(folder, name), label, split: "train" }));
  });
  const name = inside(base, "val", ANNOTATIONS);
  const found = labelledFiles({
    ...{ kind: "tiny-imagenet", folder: scan.folder, name },
    rows: [...trained, ...annotated(scan, name, inside(base, "val", IMAGES))],
    ignored: others.map((other) => inside(train, other)),
    remarks: [
      `tested is on ${printableName(inside(base, "val"))}/: the images in test/ have no labels and are not used`,
      ...scan.passedOver(),
    ],
  });
  return { ...found, classNames: wordsOf(scan, base, found.classNames), notes: unnamed(scan, base, found) };
}

function isThere(scan: FolderScan, base: string): boolean {
  const { folders } = scan.list(base);
  return (
    folders.includes("train") && folders.includes("val") && scan.list(inside(base, "val")).others.includes(ANNOTATIONS)
  );
}

/** Lines of a file, its class, and four numbers, with tabs between. */
function annotated(scan: FolderScan, name: string, folder: string): readonly LabelRow[] {
  const rows: LabelRow[] = [];
  const problems: string[] = [];
  for (const { line, fields } of delimitedRecords(name, listText(name, readDataFile(scan.folder, name, [])), "\t")) {
    const place = `${printableName(name)} line ${line}`;
    const [file, label] = fields;
    if (file === undefined || label === undefined)
      problems.push(`${place}: got ${fields.length} fields, expected a file and its class`);
    else rows.push({ place, path: inside(folder, file), label, split: "test" });
  }
  if (problems.length > 0) throw rowProblems(name, problems);
  return rows;
}

function wordsOf(scan: FolderScan, base: string, classes: readonly string[]): readonly string[] {
  if (!scan.list(base).others.includes(WORDS)) return classes;
  const name = inside(base, WORDS);
  const wanted = new Set(classes);
  const words = new Map<string, readonly string[]>();
  for (const { fields } of delimitedRecords(name, listText(name, readDataFile(scan.folder, name, [])), "\t")) {
    const [number, all = ""] = fields;
    if (wanted.has(number!))
      words.set(
        number!,
        all
          .split(",")
          .map((word) => word.trim())
          .filter((word) => word !== ""),
      );
  }
  const counts = new Map<string, number>();
  for (const own of words.values()) for (const word of own) counts.set(word, (counts.get(word) ?? 0) + 1);
  return classes.map((number) => words.get(number)?.find((word) => counts.get(word) === 1) ?? number);
}

/** A warning where images for testing have no line. */
function unnamed(scan: FolderScan, base: string, { test, notes }: LabelledFiles): readonly string[] {
  const folder = inside(base, "val", IMAGES);
  const known = new Set(test?.map(({ path }) => path));
  const others = scan.list(folder).images.filter((name) => !known.has(inside(folder, name)));
  if (others.length === 0) return notes;
  return [
    ...notes,
    `${others.length} of the images in ${printableName(folder)}/ have no line in ${ANNOTATIONS} and are not used`,
  ];
}
