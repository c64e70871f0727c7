/** @file What a test accuracy is worth: by class, with an interval, and with what it says nothing about. */
import { countOf } from "../count-of.ts";
import { wilsonInterval } from "../statistics/index.ts";

/** Test images of one class, and how many of them were classified rightly. */
export interface ClassAccuracy {
  readonly name: string;
  readonly correct: number;
  readonly images: number;
}

/** A class with a larger share of the test images is told of. */
const LARGE_SHARE = 0.75;
const LISTED = 10;

/** `100.00 % (8 of 8 images; 95 % interval 67.56 to 100.00 %; none of dog)`: never the number alone. */
export function formatTestAccuracy(classes: readonly ClassAccuracy[]): string {
  const { correct, images } = totalOf(classes);
  const untested = classes.filter((row) => row.images === 0);
  const [low, high] = wilsonInterval(correct, images);
  const parts = [
    `${correct} of ${countOf(images, "image")}`,
    `95 % interval ${(100 * low).toFixed(2)} to ${percent(high)}`,
    ...(untested.length === 0 ? [] : [`none of ${namesOf(untested)}`]),
  ];
  return `${percent(correct / images)} (${parts.join("; ")})`;
}

/** Sentences on what the accuracy says nothing or little about; none if there is nothing to say. */
export function testCaveats(classes: readonly ClassAccuracy[]): readonly string[] {
  const { images } = totalOf(classes);
  const untested = classes.filter((row) => row.images === 0);
  const largest = classes.reduce((most, row) => (row.images > most.images ? row : most));
  const caveats: string[] = [];
  if (untested.length > 0) {
    caveats.push(
      `no test image of ${namesOf(untested)}: the test accuracy says nothing about ${untested.length === 1 ? "it" : "them"}`,
    );
  }
  if (largest.images > LARGE_SHARE * images) {
    const always = `an answer that is always ${largest.name} would be right for ${percent(largest.images / images)}`;
    caveats.push(`${largest.images} of ${countOf(images, "test image")} are ${largest.name}: ${always}`);
  }
  const tested = classes.filter((row) => row.images > 0);
  const [only, ...others] = tested.filter((row) => row.correct > 0);
  if (tested.length > 1 && only !== undefined && only.correct === only.images && others.length === 0) {
    caveats.push(
      `all images of ${only.name} are right and no other: the network seems to answer ${only.name} whatever it sees, so it is of no use`,
    );
  }
  return caveats;
}

/** The classes that a table shows: all of up to 20, else the ten with the lowest share of right answers, the lowest first. */
export function shownClasses<Row extends ClassAccuracy>(classes: readonly Row[]): readonly Row[] {
  if (classes.length <= 2 * LISTED) return classes;
  const tested = classes.filter((row) => row.images > 0);
  return tested.toSorted((a, b) => a.correct / a.images - b.correct / b.images).slice(0, LISTED);
}

function totalOf(classes: readonly ClassAccuracy[]): Pick<ClassAccuracy, "correct" | "images"> {
  return {
    correct: classes.reduce((sum, row) => sum + row.correct, 0),
    images: classes.reduce((sum, row) => sum + row.images, 0),
  };
}

function namesOf(classes: readonly ClassAccuracy[]): string {
  const names = classes.slice(0, LISTED).map(({ name }) => name);
  return `${names.join(", ")}${classes.length > LISTED ? ` and ${classes.length - LISTED} more` : ""}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
