import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFileName, toSystemPath } from "../../src/files/file-name.ts";
import { printableName } from "../../src/files/printable-name.ts";

/** Bytes of names: parts that are UTF-8, parts that nearly are, and any others. */
const names = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 3 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom("\xe9", "\xed\xb2\x80", "\xf0\x9f\x98", "\xc3", "\\", "\\xe9")
        .map((text) => Buffer.from(text, "latin1")),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts));

describe("names of files", () => {
  it("become text and the same bytes again", () => {
    fc.assert(
      fc.property(names, (bytes) => {
        expect(Buffer.from(toSystemPath(decodeFileName(bytes)))).toEqual(bytes);
      }),
    );
    expect(decodeFileName(Buffer.from("Füße 猫.png"))).toBe("Füße 猫.png");
    expect(toSystemPath("Füße 猫.png")).toBe("Füße 猫.png");
    expect(decodeFileName(Buffer.from("caf\xe9.png", "latin1"))).toBe("caf\udce9.png");
  });

  it("are printed on one line, without controls, and stay different", () => {
    fc.assert(
      fc.property(names, names, (one, other) => {
        const [first, second] = [one, other].map((bytes) => printableName(decodeFileName(bytes)));
        expect(first).toMatch(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u);
        expect(first === second).toBe(one.equals(other));
      }),
    );
    expect(printableName("a\nb\x1b[31m\u202e\\\udce9\u0085")).toBe("a\\nb\\x1b[31m\\u202e\\\\\\xe9\\u0085");
    expect(printableName("two words 'n' \"quotes\" 猫.png")).toBe("two words 'n' \"quotes\" 猫.png");
  });
});
