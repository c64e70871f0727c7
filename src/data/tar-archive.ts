/**
 * @file The entries of a tar archive, packed by gzip or not: POSIX ustar and pax, long names and large numbers of GNU tar. A packed one is unpacked into
 * memory, for nothing in it can be found otherwise.
 */
import { totalmem } from "node:os";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { IstaNasError } from "../error.ts";
import { decodeFileName, printableName, UnreadableFile } from "../files/index.ts";
import { type ArchiveEntry, type ByteSource, damagedArchive, entryPath, refusedEntry } from "./archive-entry.ts";

const BLOCK = 512;
/** Where fields lie in a header. */
const NAME = [0, 100] as const;
const SIZE = [124, 136] as const;
const CHECKSUM = [148, 156] as const;
const TYPE = 156;
const MAGIC = [257, 262] as const;
const PREFIX = [345, 500] as const;
/** Bytes of a name or of a block of pax. */
const LONGEST_HEADER = 1 << 16;
/** What a packed archive may unpack to: this many times its size, and this much besides. */
const LARGEST_RATIO = 256;
const BYTES_ANYWAY = 1 << 20;
const CHUNK = 1 << 20;
const FOLLOW = "make the archive again with the files themselves: tar --dereference --hard-dereference -cf";
const KINDS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ...{ "1": ["is a hard link", FOLLOW], "2": ["is a symbolic link", FOLLOW] },
  ...{ "3": ["is a device", FOLLOW], "4": ["is a device", FOLLOW], "6": ["is a pipe", FOLLOW] },
  S: ["is stored with holes", "make the archive again without --sparse"],
};

/**
 * The entries of the archive at `path`. Throws `E_ARCHIVE_DAMAGED`, and `E_ARCHIVE_ENTRY` for names that lead out of it, links, devices and files with holes.
 */
export function tarEntries(path: string, source: ByteSource): readonly ArchiveEntry[] {
  const found: ArchiveEntry[] = [];
  let long: { readonly name?: string; readonly size?: number } = {};
  for (let at = 0; ; ) {
    const header = Buffer.from(source.readAt(at, BLOCK));
    if (header.length < BLOCK) throw damagedArchive(path, "it has no end");
    if (header.every((byte) => byte === 0)) return found;
    assertChecksum(path, header);
    const type = String.fromCharCode(header[TYPE]!);
    const isHeader = "xgLK".includes(type);
    const size = (isHeader ? undefined : long.size) ?? numberIn(path, header.subarray(...SIZE));
    const start = at + BLOCK;
    if (start + size > source.size) throw damagedArchive(path, "its last entry is cut short");
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (isHeader) {
      if (size > LONGEST_HEADER) throw damagedArchive(path, `a name of ${size} bytes`);
      const bytes = Buffer.from(source.readAt(start, size));
      if (type === "L") long = { ...long, name: textIn(bytes) };
      if (type === "x") long = { ...long, ...paxFields(path, bytes) };
      continue;
    }
    const name = long.name ?? nameIn(header);
    long = {};
    const [refused, hint] = KINDS[type] ?? [];
    if (refused !== undefined) throw refusedEntry(path, name, refused, hint!);
    const inner = entryPath(path, name);
    if (inner === null) continue;
    const isFolder = type === "5" || name.endsWith("/");
    found.push({ path: inner, isFolder, size, read: () => readEntry(source, start, size) });
  }
}

/**
 * What the gzip archive `packed` at `path` unpacks to, in memory. Throws `E_ARCHIVE_DAMAGED`, and `E_DATA_TOO_LARGE` for more than half of the memory of this machine or
 * than 256 times its size.
 */
export async function unpackedArchive(path: string, packed: ByteSource): Promise<ByteSource> {
  const most = Math.min(totalmem() / 2, BYTES_ANYWAY + LARGEST_RATIO * packed.size);
  const chunks: Uint8Array[] = [];
  const starts: number[] = [];
  let size = 0;
  try {
    await pipeline(Readable.from(parts(packed)), createGunzip({ chunkSize: CHUNK }), async (unpacked) => {
      for await (const chunk of unpacked as AsyncIterable<Uint8Array>) {
        starts.push(size);
        chunks.push(chunk);
        size += chunk.length;
        if (size > most) return;
      }
    });
  } catch (cause) {
    if (size <= most) throw damagedArchive(path, (cause as Error).message, cause);
  }
  if (size > most) throw tooLarge(path, packed.size, most);
  return {
    size,
    readAt: (position, count) => copied(chunks, starts, position, Math.max(0, Math.min(count, size - position))),
  };
}

function* parts(source: ByteSource): Generator<Uint8Array> {
  for (let at = 0; at < source.size; at += CHUNK) yield source.readAt(at, CHUNK);
}

function tooLarge(path: string, packedSize: number, most: number): IstaNasError {
  return new IstaNasError(
    `data ${printableName(path)}: ${packedSize} bytes unpack to more than ${Math.floor(most)}, expected at most half of the memory and ${LARGEST_RATIO} times their size`,
    {
      code: "E_DATA_TOO_LARGE",
      kind: "usage",
      hint: "unpack it and give the folder, or pack it as .zip or .tar, which are read where they lie",
    },
  );
}

function copied(chunks: readonly Uint8Array[], starts: readonly number[], position: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let low = 0;
  for (let high = starts.length; high - low > 1; ) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= position) low = middle;
    else high = middle;
  }
  for (let done = 0; done < count; low++) {
    const from = position + done - starts[low]!;
    const part = chunks[low]!.subarray(from, from + count - done);
    bytes.set(part, done);
    done += part.length;
  }
  return bytes;
}

function readEntry(source: ByteSource, start: number, size: number): Uint8Array {
  const bytes = source.readAt(start, size);
  if (bytes.length < size) throw new UnreadableFile("is cut short in the archive");
  return bytes;
}

/** The sum of a header's bytes, its own field taken for blanks; some programs summed signed ones. */
function assertChecksum(path: string, header: Buffer): void {
  const [from, to] = CHECKSUM;
  let [unsigned, signed] = [0, 0];
  header.forEach((byte, index) => {
    const value = index >= from && index < to ? 32 : byte;
    unsigned += value;
    signed += value > 127 ? value - 256 : value;
  });
  const sum = numberIn(path, header.subarray(from, to));
  if (sum !== unsigned && sum !== signed) throw damagedArchive(path, "the checksum of an entry is another one");
}

/** Octal, or binary as GNU tar writes what does not fit. */
function numberIn(path: string, field: Buffer): number {
  if ((field[0]! & 0x80) !== 0) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, field[0]! & 0x7f);
    if (value <= Number.MAX_SAFE_INTEGER) return value;
  }
  const text = textIn(field).trim();
  if (!/^[0-7]*$/.test(text)) throw damagedArchive(path, "an entry has no size");
  return text === "" ? 0 : Number.parseInt(text, 8);
}

function nameIn(header: Buffer): string {
  const name = textIn(header.subarray(...NAME));
  const hasPrefix = header.toString("latin1", ...MAGIC) === "ustar" && header[MAGIC[1]] === 0;
  const prefix = hasPrefix ? textIn(header.subarray(...PREFIX)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Up to the first zero byte. */
function textIn(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return decodeFileName(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Lines `LENGTH KEY=VALUE`, of which name and size matter. */
function paxFields(path: string, bytes: Buffer): { name?: string; size?: number } {
  const fields: { name?: string; size?: number } = {};
  for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
    const [, digits] = /^(\d{1,6}) /.exec(bytes.toString("latin1", at, at + 8)) ?? [];
    const length = Number(digits ?? 0);
    if (digits === undefined || length < digits.length + 3 || at + length > bytes.length) {
      throw damagedArchive(path, "a field of an entry is cut short");
    }
    const line = bytes.subarray(at + digits.length + 1, at + length - 1);
    const equals = line.indexOf("=");
    const [key, value] = [line.toString("utf8", 0, Math.max(0, equals)), line.subarray(equals + 1)];
    if (key === "path") fields.name = decodeFileName(value);
    if (key === "size") {
      fields.size = Number(value.toString("latin1"));
      if (!Number.isSafeInteger(fields.size) || fields.size < 0) throw damagedArchive(path, "an entry has no size");
    }
    if (key.startsWith("GNU.sparse")) throw refusedEntry(path, fields.name ?? "", ...KINDS["S"]!);
    at += length;
  }
  return fields;
}
