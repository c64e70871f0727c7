import { expect, it } from "vitest";
import { crc32, crc32ByTable } from "../../src/data/crc32.ts";
import { samplePixels } from "./sample-files.ts";

it("is the CRC-32 of ISO 3309, by Node and by the table", () => {
  const digits = Buffer.from("123456789");
  expect([crc32(digits), crc32ByTable(digits)]).toEqual([0xcbf43926, 0xcbf43926]);
  const bytes = samplePixels({ height: 20, width: 11 });
  expect(crc32ByTable(bytes)).toBe(crc32(bytes));
  expect(crc32ByTable(new Uint8Array(0))).toBe(crc32(new Uint8Array(0)));
});
