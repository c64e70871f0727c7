import { describe, expect, it } from "vitest";
import { sharesFlag, sharesOf } from "../../src/options/index.ts";

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
