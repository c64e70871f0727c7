import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { countOf } from "../src/count-of.ts";

const SOURCE = fileURLToPath(new URL("../src", import.meta.url));
/** A value before a word that is wrong after a 1. */
const COUNTED =
  /\$\{(?![A-Z_]+\})[^}]*\} (other |training |test )?(epochs|images|classes|cells|batches|checkpoints|iterations|genotypes|variants|files|labels)\b/;

it("nouns agree with their numbers", () => {
  expect([0, 1, 2].map((count) => countOf(count, "epoch"))).toEqual(["0 epochs", "1 epoch", "2 epochs"]);
  expect(["class", "batch", "box", "entry", "day"].map((noun) => countOf(3, noun))).toEqual([
    ...["3 classes", "3 batches", "3 boxes", "3 entries", "3 days"],
  ]);
  expect(countOf(1, "image is", "images are")).toBe("1 image is");
  expect(countOf(2, "image is", "images are")).toBe("2 images are");
});

it("no message says `1 epochs`: nouns after numbers come from countOf", () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const wrong = files.flatMap((file) => {
    const lines = readFileSync(join(SOURCE, file), "utf8").split("\n");
    return lines
      .filter((line) => COUNTED.test(line) && !line.includes("countOf("))
      .map((line) => `${file}: ${line.trim()}`);
  });
  expect(wrong).toEqual([]);
});
