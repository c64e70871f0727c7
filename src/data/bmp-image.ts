/**
 * @file Windows and OS/2 bitmaps, which sharp does not read: 1, 2, 4, 8, 16, 24 and 32 bits a pixel, run lengths of 4 and 8 bits, masks, rows from
 * the bottom or the top. JPEG, PNG and fax codes inside are not read.
 */
import type { ChannelCount, ImageSize } from "./image-split.ts";
import { UnreadableImage } from "./unreadable-image.ts";

const FILE_HEADER = 14;
const CORE_HEADER = 12;
const HEADER_SIZES = [CORE_HEADER, 16, 40, 52, 56, 64, 108, 124];
/** OS/2's second header: its codes of compression mean something else. */
const OS2_HEADERS = [16, 64];
const PLAIN = 0;
const RUNS_8 = 1;
const RUNS_4 = 2;
const MASKS = 3;
const MASKS_WITH_ALPHA = 6;
const BITS = [1, 2, 4, 8, 16, 24, 32];
/** Where the masks are, in the header or right after a short one. */
const MASKS_AT = 54;

/** Bits of a sample within a pixel, and what they are at most. */
interface Mask {
  readonly bits: number;
  readonly shift: number;
  readonly most: number;
}

interface Layout extends ImageSize {
  readonly bits: number;
  readonly compression: number;
  readonly isTopDown: boolean;
  /** Where the pixels are. */
  readonly start: number;
}

/** A bitmap whose header was found good. */
export class BmpImage implements ImageSize {
  readonly height: number;
  readonly width: number;
  /** One if the palette is grey, alpha aside. */
  readonly channels: ChannelCount;
  /** As the header says; alpha that is nothing everywhere is taken for none. */
  readonly hasAlpha: boolean;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #layout: Layout;
  /** Red, green, blue of each index; null without a palette. */
  readonly #palette: Uint8Array | null;
  /** Red, green, blue, alpha. */
  readonly #masks: readonly Mask[];

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#layout = readLayout(this.#view);
    this.#palette = readPalette(bytes, this.#view, this.#layout);
    this.#masks = readMasks(this.#view, this.#layout);
    this.height = this.#layout.height;
    this.width = this.#layout.width;
    this.channels = this.#palette?.every((value, i, all) => value === all[i - (i % 3)]) === true ? 1 : 3;
    this.hasAlpha = this.#masks[3]!.bits !== 0;
  }

  /** Whether the bytes begin like a bitmap. */
  static isBmp(bytes: Uint8Array): boolean {
    return bytes.length >= 18 && bytes[0] === 0x42 && bytes[1] === 0x4d && HEADER_SIZES.includes(headerSize(bytes));
  }

  /** Reads the header. Throws `UnreadableImage`. */
  static open(bytes: Uint8Array): BmpImage {
    return new BmpImage(bytes);
  }

  /** `[H, W, C]`, of 1, 3 or 4 channels. Throws `UnreadableImage` if pixels are missing. */
  decode(): { readonly pixels: Uint8Array; readonly channels: 1 | 3 | 4 } {
    const { compression } = this.#layout;
    if (compression === RUNS_8 || compression === RUNS_4) return this.#decodeIndices(this.#unpackRuns());
    if (this.#palette !== null) return this.#decodeIndices(null);
    return this.#layout.bits === 24 ? this.#decodeBytes() : this.#decodeMasks();
  }

  /** Where each row starts, from the top. Throws `UnreadableImage` if one is not there. */
  #rowStart(): (row: number) => number {
    const { height, width, bits, isTopDown, start } = this.#layout;
    const stride = Math.ceil((width * bits) / 32) * 4;
    const needed = start + stride * (height - 1) + Math.ceil((width * bits) / 8);
    if (needed > this.#bytes.length) throw damaged();
    return (row) => start + stride * (isTopDown ? row : height - 1 - row);
  }

  /** Of `indices` `[H, W]`, or of those in the file, packed by row. */
  #decodeIndices(indices: Uint8Array | null): { readonly pixels: Uint8Array; readonly channels: 1 | 3 } {
    const { height, width, bits } = this.#layout;
    const [bytes, palette, channels] = [this.#bytes, this.#palette!, this.channels];
    const rowStart = indices === null ? this.#rowStart() : null;
    const pixels = new Uint8Array(height * width * channels);
    const mask = 2 ** bits - 1;
    let at = 0;
    for (let row = 0; row < height; row++) {
      const from = rowStart === null ? row * width : rowStart(row);
      for (let x = 0; x < width; x++) {
        const bit = x * bits;
        const index =
          indices === null ? (bytes[from + (bit >> 3)]! >> (8 - bits - (bit & 7))) & mask : indices[from + x]!;
        for (let channel = 0; channel < channels; channel++) pixels[at++] = palette[3 * index + channel]!;
      }
    }
    return { pixels, channels };
  }

  #decodeBytes(): { readonly pixels: Uint8Array; readonly channels: 3 } {
    const { height, width } = this.#layout;
    const bytes = this.#bytes;
    const rowStart = this.#rowStart();
    const pixels = new Uint8Array(height * width * 3);
    let at = 0;
    for (let row = 0; row < height; row++) {
      const from = rowStart(row);
      for (let i = from; i < from + 3 * width; i += 3) {
        pixels[at++] = bytes[i + 2]!;
        pixels[at++] = bytes[i + 1]!;
        pixels[at++] = bytes[i]!;
      }
    }
    return { pixels, channels: 3 };
  }

  #decodeMasks(): { readonly pixels: Uint8Array; readonly channels: 3 | 4 } {
    const { height, width, bits } = this.#layout;
    const view = this.#view;
    const rowStart = this.#rowStart();
    const masks = this.hasAlpha ? this.#masks : this.#masks.slice(0, 3);
    const pixels = new Uint8Array(height * width * masks.length);
    let at = 0;
    let isTransparent = true;
    for (let row = 0; row < height; row++) {
      const from = rowStart(row);
      for (let x = 0; x < width; x++) {
        const pixel = bits === 16 ? view.getUint16(from + 2 * x, true) : view.getUint32(from + 4 * x, true);
        for (const mask of masks) pixels[at++] = sampleOf(pixel, mask);
        if (pixels[at - 1] !== 0) isTransparent = false;
      }
    }
    if (!this.hasAlpha) return { pixels, channels: 3 };
    if (isTransparent) for (let i = 3; i < pixels.length; i += 4) pixels[i] = 255;
    return { pixels, channels: 4 };
  }

  /** Indices `[H, W]` of runs: pairs of count and value, and escapes that end a row or the picture, jump, or hold single pixels. */
  #unpackRuns(): Uint8Array {
    const { height, width, compression, start } = this.#layout;
    const bytes = this.#bytes;
    const indices = new Uint8Array(height * width);
    const isNibbles = compression === RUNS_4;
    let [x, y, at] = [0, 0, start];
    const put = (index: number): void => {
      if (x < width && y < height) indices[(height - 1 - y) * width + x] = index;
      x++;
    };
    const nibble = (byte: number, i: number): number => (isNibbles ? (i % 2 === 0 ? byte >> 4 : byte & 15) : byte);
    while (y < height) {
      if (at + 2 > bytes.length) {
        if (y === height - 1 && x >= width) break;
        throw damaged();
      }
      const [count, value] = [bytes[at]!, bytes[at + 1]!];
      at += 2;
      if (count > 0) {
        for (let i = 0; i < count; i++) put(nibble(value, i));
      } else if (value === 0) {
        [x, y] = [0, y + 1];
      } else if (value === 1) {
        break;
      } else if (value === 2) {
        if (at + 2 > bytes.length) throw damaged();
        [x, y] = [x + bytes[at]!, y + bytes[at + 1]!];
        at += 2;
      } else {
        const length = isNibbles ? Math.ceil(value / 2) : value;
        if (at + length > bytes.length) throw damaged();
        for (let i = 0; i < value; i++) put(nibble(bytes[at + (isNibbles ? i >> 1 : i)]!, i));
        at += length + (length % 2);
      }
    }
    return indices;
  }
}

function readLayout(view: DataView): Layout {
  const size = view.getUint32(FILE_HEADER, true);
  const start = view.getUint32(10, true);
  if (view.byteLength < FILE_HEADER + size) throw damaged();
  const isCore = size === CORE_HEADER;
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const rows = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const compression = size >= 40 ? view.getUint32(30, true) : PLAIN;
  if (width <= 0 || rows === 0 || start < FILE_HEADER + size) throw damaged();
  const layout = { height: Math.abs(rows), width, bits, compression, isTopDown: rows < 0, start };
  if (!isKnown(layout, size)) {
    throw new UnreadableImage(
      `holds BMP of ${bits} bits with compression ${compression}, which is not read: save it as PNG`,
    );
  }
  return layout;
}

function isKnown({ bits, compression, isTopDown }: Layout, headerSize: number): boolean {
  switch (compression) {
    case PLAIN:
      return BITS.includes(bits);
    case RUNS_8:
      return bits === 8 && !isTopDown;
    case RUNS_4:
      return bits === 4 && !isTopDown;
    case MASKS:
    case MASKS_WITH_ALPHA:
      return (bits === 16 || bits === 32) && !OS2_HEADERS.includes(headerSize);
    default:
      return false;
  }
}

/** Red, green, blue of 256 indices; black for those that the file has no colour for. */
function readPalette(bytes: Uint8Array, view: DataView, { bits, start }: Layout): Uint8Array | null {
  if (bits > 8) return null;
  const size = headerSize(bytes);
  const entry = size === CORE_HEADER ? 3 : 4;
  const told = size >= 40 ? view.getUint32(46, true) : 0;
  const from = FILE_HEADER + size;
  const room = Math.floor((Math.min(start, bytes.length) - from) / entry);
  const count = Math.min(told === 0 ? 2 ** bits : told, 2 ** bits, room);
  const palette = new Uint8Array(3 * 256);
  for (let i = 0; i < count; i++) {
    for (let channel = 0; channel < 3; channel++) palette[3 * i + channel] = bytes[from + entry * i + 2 - channel]!;
  }
  return palette;
}

function readMasks(view: DataView, { bits, compression }: Layout): readonly Mask[] {
  const isMasked = compression === MASKS || compression === MASKS_WITH_ALPHA;
  if (!isMasked) return (bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0]).map(maskOf);
  const size = view.getUint32(FILE_HEADER, true);
  const hasAlpha = compression === MASKS_WITH_ALPHA || size >= 56;
  if (view.byteLength < MASKS_AT + (hasAlpha ? 16 : 12)) throw damaged();
  const read = (i: number): number => view.getUint32(MASKS_AT + 4 * i, true);
  return [read(0), read(1), read(2), hasAlpha ? read(3) : 0].map(maskOf);
}

function maskOf(bits: number): Mask {
  const shift = bits === 0 ? 0 : 31 - Math.clz32(bits & -bits);
  return { bits, shift, most: bits >>> shift };
}

/** A sample as 8 bits. */
function sampleOf(pixel: number, { bits, shift, most }: Mask): number {
  return most === 0 ? 0 : Math.round((((pixel & bits) >>> shift) * 255) / most);
}

function headerSize(bytes: Uint8Array): number {
  return bytes[14]! + bytes[15]! * 2 ** 8 + bytes[16]! * 2 ** 16 + bytes[17]! * 2 ** 24;
}

function damaged(): UnreadableImage {
  return new UnreadableImage("is damaged or cut short");
}
