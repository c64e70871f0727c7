import { describe, expect, it } from "vitest";
import { sharesFlag, sharesOf, wordsFlag, wordsOf } from "../../src/options/index.ts";

describe("a flag of shares", () => {
  const flag = sharesFlag("round-shares", "", 4);

  it("is numbers above 0 with commas between them, as they were typed", () => {
    expect(flag.parse("40,25,20,15")).toBe("40,25,20,15");
    expect(sharesOf("40,25, 0.5")).toEqual([40, 25, 0.5]);
    expect(sharesOf("1")).toEqual([1]);
  });

  it.each(["", "1,", ",1", "1,,2", "0", "-1,2", "NaN", "Infinity", "1;2", "a", "1,1,1,1,1"])("is not %j", (text) => {
    expect(() => flag.parse(text)).toThrow(
      `--round-shares: got ${text}, expected at most 4 numbers above 0 with commas between them`,
    );
  });
});

describe("a flag of words", () => {
  const flag = wordsFlag("scores", "NAMES", ["synflow", "snip", "macs"], "");

  it("is known words with commas between them, as they were typed", () => {
    expect(flag.parse("snip, synflow")).toBe("snip, synflow");
    expect(wordsOf("snip, synflow")).toEqual(["snip", "synflow"]);
    expect(wordsOf("macs")).toEqual(["macs"]);
  });

  it.each(["", "snip,", "snip,snip", "SNIP", "snip;macs", "other"])("is not %j", (text) => {
    expect(() => flag.parse(text)).toThrow(
      `--scores: got ${text}, expected one or more of synflow, snip, macs, each once, with commas between them`,
    );
  });
});
