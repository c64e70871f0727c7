import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parquetValues } from "../../src/data/parquet-column.ts";

const WHOLE = { path: ["label"], type: 1, mostDefined: 0, isRepeated: false };

/** Of the compact protocol: an unsigned number. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}

/** A page of version 1 with `count` plain values, which says that it unpacks to `size` bytes. */
function page(packed: Uint8Array, size: number, count: number, levels = 3): Uint8Array {
  const number = (value: number): number[] => [0x15, ...unsigned(2 * value)];
  const about = [...number(count), ...number(0), ...number(levels), ...number(levels), 0];
  return Uint8Array.from([...number(0), ...number(size), ...number(packed.length), 0x2c, ...about, 0, ...packed]);
}

const read = (file: Uint8Array, codec: number, rowCount: number, column = WHOLE) =>
  parquetValues(file, { codec, start: 0, length: file.length, valueCount: rowCount }, column, rowCount);

describe("pages of Parquet", () => {
  it("give their values", () => {
    expect(read(page(Uint8Array.of(5, 0, 0, 0, 255, 255, 255, 255), 8, 2), 0, 2)).toEqual([5, -1]);
    const optional = Uint8Array.of(2, 0, 0, 0, 3, 0b101, 5, 0, 0, 0, 6, 0, 0, 0);
    expect(read(page(optional, 14, 3), 0, 3, { ...WHOLE, mostDefined: 1 })).toEqual([5, null, 6]);
  });

  it("that unpack to far more than their size are refused before they are", () => {
    const size = 32 * 2 ** 20;
    const before = process.memoryUsage().arrayBuffers;
    const bomb = page(gzipSync(new Uint8Array(size)), size, 2);
    expect(() => read(bomb, 2, 2)).toThrow(/unpacks to 33554432, expected at most 64 times as much and 4 MiB/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * size);
  });

  it("with a run longer than the page are read as far as there are values, and more values than rows refused", () => {
    const long = Uint8Array.of(6, 0, 0, 0, ...unsigned(2 ** 31 - 2), 1, 7, 0, 0, 0);
    expect(read(page(long, long.length, 1), 0, 1, { ...WHOLE, mostDefined: 1 })).toEqual([7]);
    expect(() => read(page(new Uint8Array(16), 16, 4), 0, 3)).toThrow("a page has more values than its column");
    expect(() => read(page(new Uint8Array(4), 4, 2), 0, 2)).toThrow("a page is cut short");
  });
});
