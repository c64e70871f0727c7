import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  computeFlag,
  durationFlag,
  sharesFlag,
  sharesOf,
  sizeFlag,
  wordsFlag,
  wordsOf,
} from "../../src/options/index.ts";

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

describe("a flag of memory", () => {
  const flag = sizeFlag("image-memory", "");

  it("is an amount of it in bytes, and is written as it is read", () => {
    expect(["64K", "1.5M", "4G"].map((text) => flag.parse(text))).toEqual([65536, 1572864, 2 ** 32]);
    expect(flag.parse(flag.format!(1572864))).toBe(1572864);
  });

  it.each(["", "much", "0M", "512", "-1G", "1T", "4 G", "4GB"])("is not %j", (text) => {
    expect(() => flag.parse(text)).toThrow(`--image-memory: got ${text}, expected a size such as 4G or 1500M`);
  });
});

describe("a flag of multiply-accumulates", () => {
  const flag = computeFlag("compute", "");

  it("is a number of them in whole millions", () => {
    expect(["500M", "1.5G", "2T", "0.0000001P"].map((text) => flag.parse(text))).toEqual([5e8, 1.5e9, 2e12, 1e8]);
  });

  it("reads what it writes", () => {
    const digits = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(digits, fc.integer({ min: 0, max: 3 }), fc.constantFrom("G", "T", "P"), (number, shift, unit) => {
        const macs = flag.parse(`${(number / 10 ** shift).toFixed(shift)}${unit}`);
        expect(flag.parse(flag.format!(macs))).toBe(macs);
      }),
      {
        examples: [
          [24437, 4, "G"],
          [441_235, 0, "P"],
          [1_000_000, 0, "P"],
        ],
      },
    );
  });

  it.each(["", "2", "2t", "-1G", "0T", "0.4M", "1e3G", "T", "2 T", "20m", "1000001P", `${"9".repeat(400)}T`])(
    "is not %j",
    (text) => {
      expect(() => flag.parse(text)).toThrow(
        `--compute: got ${text}, expected a number of multiply-accumulates such as 500M, 800G or 2T`,
      );
    },
  );

  it("is none of time, nor time one of it", () => {
    expect(["90s", "1.5h"].map((text) => durationFlag("time", "").parse(text))).toEqual([90, 5400]);
    expect(() => durationFlag("time", "").parse("2T")).toThrow(
      "--time: got 2T, expected a time such as 90s, 20m or 2h",
    );
  });
});
