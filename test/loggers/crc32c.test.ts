import { expect, it } from "vitest";
import { crc32c } from "../../src/loggers/crc32c.ts";
import { slowCrc32c } from "./read-event-file.ts";

it.each([
  // Of RFC 3720, B.4, and of the catalogue of checksums.
  ["32 zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 ones", new Uint8Array(32).fill(255), 0x62a8ab43],
  ["ascending bytes", Uint8Array.from({ length: 32 }, (_, k) => k), 0x46dd794e],
  ["descending bytes", Uint8Array.from({ length: 32 }, (_, k) => 31 - k), 0x113fdb5c],
  ["123456789", Buffer.from("123456789"), 0xe3069283],
  ["nothing", new Uint8Array(), 0],
])("is known of %s", (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
  expect(slowCrc32c(bytes)).toBe(expected);
});
