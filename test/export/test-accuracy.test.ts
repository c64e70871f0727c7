import { describe, expect, it } from "vitest";
import { formatTestAccuracy, shownClasses, testCaveats } from "../../src/export/index.ts";

const row = (name: string, correct: number, images: number) => ({ name, correct, images });

describe("a test accuracy", () => {
  it("does not stand without its caveats", () => {
    const classes = [row("cat", 8, 8), row("dog", 0, 0)];
    expect(formatTestAccuracy(classes)).toBe("100.00 % (8 of 8 images; 95 % interval 67.56 to 100.00 %; none of dog)");
    expect(testCaveats(classes)).toEqual([
      "no test image of dog: the test accuracy says nothing about it",
      "8 of 8 test images are cat: an answer that is always cat would be right for 100.00 %",
    ]);
  });

  it("of many images of every class is told in one line", () => {
    const classes = [row("cat", 450, 500), row("dog", 450, 500)];
    expect(formatTestAccuracy(classes)).toBe("90.00 % (900 of 1000 images; 95 % interval 87.98 to 91.71 %)");
    expect(testCaveats(classes)).toEqual([]);
  });

  it("of a network that always answers the same is told as such", () => {
    const caveat = /^all images of dog are right and no other: the network seems to answer dog whatever it sees/;
    expect(testCaveats([row("cat", 0, 9), row("dog", 10, 10), row("owl", 0, 9)])).toEqual([
      expect.stringMatching(caveat),
    ]);
    expect(testCaveats([row("cat", 0, 9), row("dog", 9, 10), row("owl", 0, 9)])).toEqual([]);
    expect(testCaveats([row("cat", 1, 9), row("dog", 10, 10), row("owl", 0, 9)])).toEqual([]);
    expect(testCaveats([row("cat", 0, 9), row("dog", 0, 10)])).toEqual([]);
  });

  it("is shown by class, of many classes for the ten lowest", () => {
    const classes = Array.from({ length: 30 }, (_, index) => row(`c${index}`, 30 - index, index === 29 ? 0 : 30));
    expect(shownClasses(classes).map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, i) => `c${28 - i}`));
    expect(shownClasses(classes.slice(0, 20))).toHaveLength(20);
  });
});
