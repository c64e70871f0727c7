/** @file Archives of given files, entry by entry, so that tests can make those that no program would. */
import { deflateRawSync } from "node:zlib";
import { crc32 } from "../../src/data/crc32.ts";

export interface ZipEntry {
  readonly name: string | Uint8Array;
  readonly bytes?: Uint8Array;
  readonly isStored?: boolean;
  readonly flags?: number;
  readonly method?: number;
  /** Of Unix, with the kind of file. */
  readonly mode?: number;
  readonly size?: number;
  readonly checksum?: number;
}

/** A zip archive; with `isLarge`, sizes and places stand in the fields of zip64. */
export function handMadeZip(entries: readonly ZipEntry[], isLarge = false): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { bytes = new Uint8Array(0), isStored = false, flags = 0x800, mode = 0o100644 } = entry;
    const name = typeof entry.name === "string" ? Buffer.from(entry.name) : Buffer.from(entry.name);
    const packed = isStored ? Buffer.from(bytes) : deflateRawSync(bytes);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt16LE(name.length, 26);
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50);
    header[5] = 3;
    header.writeUInt16LE(flags, 8);
    header.writeUInt16LE(entry.method ?? (isStored ? 0 : 8), 10);
    header.writeUInt32LE(entry.checksum ?? crc32(bytes), 16);
    header.writeUInt32LE(isLarge ? 0xffffffff : packed.length, 20);
    header.writeUInt32LE(isLarge ? 0xffffffff : (entry.size ?? bytes.length), 24);
    header.writeUInt16LE(name.length, 28);
    header.writeUInt32LE((mode << 16) >>> 0, 38);
    header.writeUInt32LE(isLarge ? 0xffffffff : offset, 42);
    const extra = isLarge ? longs([entry.size ?? bytes.length, packed.length, offset], 4) : Buffer.alloc(0);
    if (isLarge) {
      extra.writeUInt16LE(1);
      extra.writeUInt16LE(24, 2);
    }
    header.writeUInt16LE(extra.length, 30);
    parts.push(local, name, packed);
    central.push(header, name, extra);
    offset += local.length + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(isLarge ? 0xffff : entries.length, 8);
  end.writeUInt16LE(isLarge ? 0xffff : entries.length, 10);
  end.writeUInt32LE(isLarge ? 0xffffffff : directory.length, 12);
  end.writeUInt32LE(isLarge ? 0xffffffff : offset, 16);
  if (!isLarge) return Buffer.concat([...parts, directory, end]);
  const record = longs([entries.length, entries.length, directory.length, offset], 24);
  record.writeUInt32LE(0x06064b50);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50);
  locator.writeBigUInt64LE(BigInt(offset + directory.length), 8);
  return Buffer.concat([...parts, directory, record, locator, end]);
}

/** `start` zero bytes, then numbers of 8 bytes. */
function longs(values: readonly number[], start: number): Buffer {
  const bytes = Buffer.alloc(start + 8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), start + 8 * index);
  return bytes;
}

export interface TarEntry {
  readonly name: string;
  readonly bytes?: Uint8Array;
  /** Default a file, `0`. */
  readonly type?: string;
}

/** A tar archive of POSIX, with two empty blocks at its end. */
export function handMadeTar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ name, bytes = new Uint8Array(0), type = "0" }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write(`0000644\0${"0000000\0".repeat(2)}`, 100);
    header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write(`00000000000\0        ${type}`, 136);
    header.write("ustar\x0000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, Buffer.from(bytes), Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** The entry of pax that stands before one and gives it this name. */
export function paxName(name: string): TarEntry {
  const line = (length: number): string => `${length} path=${name}\n`;
  let length = Buffer.byteLength(line(10));
  while (Buffer.byteLength(line(length)) !== length) length = Buffer.byteLength(line(length));
  return { name: "PaxHeader", type: "x", bytes: Buffer.from(line(length)) };
}
