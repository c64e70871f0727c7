/**
 * @file Which folders are the splits, by their names. `train` or `training` is the training split, `test` or `testing` the test split, and `val`, `valid` or
 * `validation` the one for validation, or the test split where there is no other; in capitals or not; also with words beside it, joined by a blank, `_`, `-`
 * or `.`: words for "images" do not count (`training_set`, `test-images`), others must be the same in all names (`seg_train`, `seg_test`).
 */
import type { FolderRules } from "./folder-scan.ts";

const TRAIN_WORDS: readonly string[] = ["train", "training"];
/** The first that is there is the test split. */
const TEST_WORDS: readonly string[] = ["test", "testing", "val", "valid", "validation"];
const VALIDATION_WORDS: readonly string[] = ["val", "valid", "validation"];
const FILLERS: readonly string[] = ["set", "data", "dataset", "images", "image", "imgs", "img", "folder", "split"];

export interface SplitFolders {
  readonly train: string;
  readonly test: string | null;
  /** Null where there is none beside a test split, or the rules are those of versions that used none. */
  readonly validation: string | null;
}

export type SplitKind = "train" | "test" | "validation";

interface SplitName {
  readonly name: string;
  readonly word: string;
  /** The other words that count, joined. */
  readonly others: string;
  /** No other word at all. */
  readonly isPlain: boolean;
}

/** The splits among the names of folders, null without a training split or with several. */
export function findSplitFolders(names: readonly string[], rules: FolderRules): SplitFolders | null {
  const found = names
    .map(parse)
    .filter((split) => split !== null && (rules !== "earlier" || split.isPlain)) as SplitName[];
  const ofTraining = found.filter(({ word }) => TRAIN_WORDS.includes(word));
  const ofTest = found.filter(({ word }) => TEST_WORDS.includes(word));
  const train = chooseTrain(ofTraining, ofTest);
  if (train === null) return null;
  const tests = ofTest
    .filter(({ others }) => others === train.others)
    .sort((a, b) => TEST_WORDS.indexOf(a.word) - TEST_WORDS.indexOf(b.word) || Number(b.isPlain) - Number(a.isPlain));
  const [test] = tests;
  const isTested = test !== undefined && !VALIDATION_WORDS.includes(test.word) && rules === "present";
  const validation = isTested ? tests.find(({ word }) => VALIDATION_WORDS.includes(word)) : undefined;
  return { train: train.name, test: test?.name ?? null, validation: validation?.name ?? null };
}

/** Which split a name speaks of, null if it is none's. */
export function splitOfName(name: string): SplitKind | null {
  const split = parse(name);
  if (split === null) return null;
  if (TRAIN_WORDS.includes(split.word)) return "train";
  return VALIDATION_WORDS.includes(split.word) ? "validation" : "test";
}

/** Whether a folder of this name holds images to test on. */
export function isTestName(name: string): boolean {
  const split = parse(name);
  return split !== null && TEST_WORDS.includes(split.word);
}

/** A plain name before one with words for images, that before one whose other words a test split has too. */
function chooseTrain(ofTraining: readonly SplitName[], ofTest: readonly SplitName[]): SplitName | null {
  const plain = ofTraining.filter(({ isPlain }) => isPlain);
  const first = plain.sort((a, b) => TRAIN_WORDS.indexOf(a.word) - TRAIN_WORDS.indexOf(b.word))[0];
  if (first !== undefined) return first;
  const filled = ofTraining.filter(({ others }) => others === "");
  const paired = ofTraining.filter(({ others }) => ofTest.some((test) => test.others === others));
  const choice = filled.length > 0 ? filled : paired;
  return choice.length === 1 ? choice[0]! : null;
}

function parse(name: string): SplitName | null {
  const words = name
    .toLowerCase()
    .split(/[\s_.-]+/)
    .flatMap(
      (word) => /^(train|training|test|testing|val|valid|validation)(set|data|images)$/.exec(word)?.slice(1) ?? [word],
    );
  const own = words.filter((word) => TRAIN_WORDS.includes(word) || TEST_WORDS.includes(word));
  if (own.length !== 1) return null;
  const others = words.filter((word) => word !== own[0] && word !== "" && !FILLERS.includes(word));
  return { name, word: own[0]!, others: others.join(" "), isPlain: words.length === 1 };
}
