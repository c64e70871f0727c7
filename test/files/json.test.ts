import { describe, expect, it } from "vitest";
import { parseJson, UnreadableJson } from "../../src/files/index.ts";

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("parseJson", () => {
  it("reads text and bytes, with or without a mark of their order", () => {
    const value = { a: [1, "[[{", '\\"]'], b: null };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
    expect(parseJson(Buffer.from(JSON.stringify(value)))).toEqual(value);
    expect(parseJson(Buffer.from("\ufeff[1]"))).toEqual([1]);
  });

  it("counts depth outside of strings alone, and one list after the other", () => {
    expect(() => parseJson(nested(64))).not.toThrow();
    expect(() => parseJson(JSON.stringify("[".repeat(1000)))).not.toThrow();
    expect(() => parseJson(`[${Array.from({ length: 100 }, () => nested(3)).join()}]`)).not.toThrow();
    expect(() => parseJson(nested(65))).toThrow(/more than 64 lists or objects inside each other/);
    expect(() => parseJson(`"\\"",${"[".repeat(100)}`)).toThrow(/more than 64/);
  });

  it("refuses more than may be there before anything is parsed", () => {
    expect(() => parseJson("[1, 2]", { most: 5 })).toThrow(/got 6 bytes of JSON, expected at most 5/);
  });

  it.each(["", "{", "[1,]", '"', "nul"])("says that %j is not JSON", (text) => {
    expect(() => parseJson(text)).toThrow(UnreadableJson);
    expect(() => parseJson(text)).toThrow(/^not JSON: /);
    expect(() => parseJson(text, { wrong: ({ message }) => new RangeError(message) })).toThrow(RangeError);
  });

  it("says that bytes are no UTF-8", () => {
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(/no UTF-8/);
  });
});
