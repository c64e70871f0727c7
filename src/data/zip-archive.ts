/**
 * @file The entries of a zip archive, by its central directory (PKWARE APPNOTE 6.3.10, with zip64). They are read where they lie; nothing is unpacked
 * before it is asked for. Stored and deflated entries are read, in one file.
 */
import { isUtf8 } from "node:buffer";
import { inflateRawSync } from "node:zlib";
import { countOf } from "../count-of.ts";
import { UnreadableFile } from "../files/index.ts";
import { type ArchiveEntry, type ByteSource, damagedArchive, entryPath, refusedEntry } from "./archive-entry.ts";
import { crc32 } from "./crc32.ts";

const END = { signature: 0x06054b50, length: 22, longestComment: 65_535 };
const END64 = { signature: 0x06064b50, length: 56 };
const LOCATOR64 = { signature: 0x07064b50, length: 20 };
const CENTRAL = { signature: 0x02014b50, length: 46 };
const LOCAL = { signature: 0x04034b50, length: 30 };
/** In place of numbers that stand in the fields of zip64. */
const IN_ZIP64 = 0xffffffff;
const STORED = 0;
const DEFLATED = 8;
const METHODS: Readonly<Record<number, string>> = {
  9: "Deflate64",
  12: "bzip2",
  14: "LZMA",
  93: "Zstandard",
  95: "XZ",
  99: "AES",
};
/** Deflate never makes more of a byte. */
const LARGEST_RATIO = 1032;
/** Code page 437, its upper half: names that are not UTF-8, as the first zip programs wrote them. */
const CODE_PAGE =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";
const AGAIN = "make the archive again with zip or 7z, as a plain .zip";

interface CentralEntry {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  readonly method: number;
  readonly checksum: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
  readonly isFolder: boolean;
}

/**
 * The entries of the archive at `path`. Throws `E_ARCHIVE_DAMAGED`, and `E_ARCHIVE_ENTRY` for names that lead out of it, links, encryption, packing that is
 * not read, and a size that deflate cannot reach.
 */
export function zipEntries(path: string, source: ByteSource): readonly ArchiveEntry[] {
  const { entryCount, start, length } = findDirectory(path, source);
  const directory = Buffer.from(source.readAt(start, length));
  if (directory.length < length) throw damagedArchive(path, "its list of entries is cut short");
  const found: CentralEntry[] = [];
  for (let at = 0; at < length; ) {
    const { entry, next } = readCentral(path, directory, at);
    found.push(entry);
    at = next;
  }
  if (found.length !== entryCount) {
    throw damagedArchive(path, `its list has ${countOf(found.length, "entry", "entries")}, expected ${entryCount}`);
  }
  assertApart(path, found, start);
  return found.flatMap((entry): readonly ArchiveEntry[] => {
    const inner = entryPath(path, entry.name);
    if (inner === null) return [];
    const { isFolder, size } = entry;
    return [{ path: inner, isFolder, size, read: () => readEntry(source, entry) }];
  });
}

function findDirectory(path: string, source: ByteSource): { entryCount: number; start: number; length: number } {
  const tailLength = Math.min(source.size, END.length + END.longestComment);
  const tail = Buffer.from(source.readAt(source.size - tailLength, tailLength));
  let at = tail.length - END.length;
  while (
    at >= 0 &&
    !(tail.readUInt32LE(at) === END.signature && at + END.length + tail.readUInt16LE(at + 20) === tail.length)
  )
    at--;
  if (at < 0) throw damagedArchive(path, "the list of entries at its end is missing");
  const disks = [tail.readUInt16LE(at + 4), tail.readUInt16LE(at + 6)];
  const entryCount = tail.readUInt16LE(at + 10);
  const [length, start] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  const end = source.size - tail.length + at;
  if (disks.some((disk) => disk !== 0 && disk !== 0xffff)) throw damagedArchive(path, "it is one of several parts");
  const isLarge = entryCount === 0xffff || length === IN_ZIP64 || start === IN_ZIP64;
  const large = isLarge ? findDirectory64(path, source, end) : null;
  const directory = large ?? { entryCount, start, length, end };
  if (directory.start + directory.length !== directory.end) {
    throw damagedArchive(path, "its list of entries does not lie where it says");
  }
  return directory;
}

/** What zip64 says in the place of numbers that are too large; null for an archive that has just that many. */
function findDirectory64(path: string, source: ByteSource, end: number) {
  const locator = Buffer.from(source.readAt(Math.max(0, end - LOCATOR64.length), LOCATOR64.length));
  if (end < LOCATOR64.length || locator.length < LOCATOR64.length || locator.readUInt32LE() !== LOCATOR64.signature)
    return null;
  const at = wholeNumber(path, locator, 8);
  const record = Buffer.from(source.readAt(at, END64.length));
  if (record.length < END64.length || record.readUInt32LE() !== END64.signature) {
    throw damagedArchive(path, "its list of more than 65,535 entries or 4 GiB is missing");
  }
  const [entryCount, length, start] = [32, 40, 48].map((place) => wholeNumber(path, record, place));
  return { entryCount: entryCount!, start: start!, length: length!, end: at };
}

function readCentral(path: string, directory: Buffer, at: number): { entry: CentralEntry; next: number } {
  if (at + CENTRAL.length > directory.length || directory.readUInt32LE(at) !== CENTRAL.signature) {
    throw damagedArchive(path, "an entry of its list is not one");
  }
  const [system, flags, method] = [directory[at + 5]!, directory.readUInt16LE(at + 8), directory.readUInt16LE(at + 10)];
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => directory.readUInt16LE(at + place));
  const nameEnd = at + CENTRAL.length + nameLength!;
  const next = nameEnd + extraLength! + commentLength!;
  if (next > directory.length) throw damagedArchive(path, "an entry of its list is cut short");
  const nameBytes = directory.subarray(at + CENTRAL.length, nameEnd);
  const decoded = decodeName(nameBytes, (flags & 0x800) !== 0);
  const name = system === 0 ? decoded.replaceAll("\\", "/") : decoded;
  const sizes = readSizes(path, directory, at, directory.subarray(nameEnd, nameEnd + extraLength!));
  const mode = directory.readUInt32LE(at + 38);
  const isFolder = name.endsWith("/") || (mode & 0x10) !== 0;
  refuseUnread(path, name, { flags, method, type: system === 3 ? (mode >>> 28) & 15 : 0, ...sizes });
  const entry = { name, nameBytes, method, checksum: directory.readUInt32LE(at + 16), ...sizes, isFolder };
  return { entry, next };
}

function refuseUnread(
  path: string,
  name: string,
  entry: {
    readonly flags: number;
    readonly method: number;
    readonly type: number;
    readonly packedSize: number;
    readonly size: number;
  },
): void {
  const { flags, method, type, packedSize, size } = entry;
  if ((flags & 1) !== 0)
    throw refusedEntry(path, name, "is encrypted", "unpack it with its password and give the folder");
  if (type === 0o12)
    throw refusedEntry(
      path,
      name,
      "is a symbolic link",
      "make the archive again with the files themselves: zip -r without -y",
    );
  if (type !== 0 && type !== 0o10 && type !== 0o4)
    throw refusedEntry(path, name, "is neither a file nor a folder", AGAIN);
  if (method !== STORED && method !== DEFLATED) {
    const packing = METHODS[method] ?? `method ${method}`;
    throw refusedEntry(path, name, `is packed by ${packing}, expected stored or deflated`, AGAIN);
  }
  const most = method === STORED ? packedSize : packedSize * LARGEST_RATIO;
  if (size > most || (method === STORED && size !== packedSize)) {
    const reason = `says that its ${countOf(packedSize, "byte")} unpack to ${size}, which they cannot`;
    throw refusedEntry(path, name, reason, "download or copy it again; nothing of it was used");
  }
}

/** Sizes and offset, from the field of zip64 where they are too large. */
function readSizes(path: string, directory: Buffer, at: number, extra: Buffer) {
  let [size, packedSize, offset] = [24, 20, 42].map((place) => directory.readUInt32LE(at + place)) as [
    number,
    number,
    number,
  ];
  const field = zip64Field(path, extra);
  let place = 0;
  const large = (): number => {
    if (field === null || place + 8 > field.length) throw damagedArchive(path, "an entry of its list lacks its size");
    place += 8;
    return wholeNumber(path, field, place - 8);
  };
  if (size === IN_ZIP64) size = large();
  if (packedSize === IN_ZIP64) packedSize = large();
  if (offset === IN_ZIP64) offset = large();
  return { size, packedSize, offset };
}

function zip64Field(path: string, extra: Buffer): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    const field = extra.subarray(at + 4, at + 4 + length);
    if (extra.readUInt16LE(at) === 1) {
      if (field.length < length) throw damagedArchive(path, "an entry of its list is cut short");
      return field;
    }
    at += 4 + length;
  }
  return null;
}

/** Entries that overlap are how a small archive unpacks to more than any disk holds. */
function assertApart(path: string, entries: readonly CentralEntry[], directoryStart: number): void {
  const inOrder = entries.toSorted((a, b) => a.offset - b.offset);
  inOrder.forEach(({ offset, packedSize, nameBytes, name }, index) => {
    const end = offset + LOCAL.length + nameBytes.length + packedSize;
    if (end <= (inOrder[index + 1]?.offset ?? directoryStart)) return;
    throw refusedEntry(path, name, "lies over another one", "download or copy it again; nothing of it was used");
  });
}

function readEntry(source: ByteSource, entry: CentralEntry): Uint8Array {
  const { offset, nameBytes, packedSize, size, method, checksum } = entry;
  const local = Buffer.from(source.readAt(offset, LOCAL.length + nameBytes.length));
  const isOwn =
    local.length === LOCAL.length + nameBytes.length &&
    local.readUInt32LE() === LOCAL.signature &&
    local.readUInt16LE(26) === nameBytes.length &&
    local.subarray(LOCAL.length).equals(nameBytes);
  if (!isOwn) throw new UnreadableFile("is damaged in the archive: its own header is that of another entry");
  const packed = source.readAt(offset + local.length + local.readUInt16LE(28), packedSize);
  const bytes = method === STORED ? packed : inflated(packed, size);
  if (bytes.length !== size)
    throw new UnreadableFile(`is damaged in the archive: got ${countOf(bytes.length, "byte")}, expected ${size}`);
  if (crc32(bytes) !== checksum) throw new UnreadableFile("is damaged in the archive: its checksum is another one");
  return bytes;
}

function inflated(packed: Uint8Array, size: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: size + 1 });
  } catch (cause) {
    throw new UnreadableFile(`is damaged in the archive: ${(cause as Error).message}`);
  }
}

function decodeName(bytes: Uint8Array, isMarked: boolean): string {
  if (isMarked || isUtf8(bytes)) return Buffer.from(bytes).toString("utf8");
  return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : CODE_PAGE[byte - 128]!)).join("");
}

function wholeNumber(path: string, bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw damagedArchive(path, `it says ${value} where a place or size stands`);
  return Number(value);
}
