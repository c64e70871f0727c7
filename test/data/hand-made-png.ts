/** PNG files that no encoder is asked for, such as ones too large to have been pictures: all samples are zero. */
import { createDeflate } from "node:zlib";

export interface HandMadePng {
  readonly height: number;
  readonly width: number;
  /** As in the header: 1, 8 or 16 bits; 0 grey, 2 red, green, blue, 6 with alpha. */
  readonly depth: 1 | 8 | 16;
  readonly colour: 0 | 2 | 6;
  readonly interlaced?: boolean;
}

const SAMPLES = { 0: 1, 2: 3, 6: 4 } as const;
/** Start and step of columns and rows of the seven passes. */
const PASSES = [
  [0, 8, 0, 8],
  [4, 8, 0, 8],
  [0, 4, 4, 8],
  [2, 4, 0, 4],
  [0, 2, 2, 4],
  [1, 2, 0, 2],
  [0, 1, 1, 2],
] as const;
const ZEROS = Buffer.alloc(1 << 20);

/** The file, made without its pixels ever being in memory. */
export async function handMadePng(png: HandMadePng): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(png.width);
  header.writeUInt32BE(png.height, 4);
  header.set([png.depth, png.colour, 0, 0, png.interlaced === true ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", await deflatedZeros(rawLength(png))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Bytes of all rows, each with the one that says how it is filtered. */
function rawLength({ height, width, depth, colour, interlaced = false }: HandMadePng): number {
  const passes = interlaced ? PASSES : [[0, 1, 0, 1] as const];
  return passes.reduce((sum, [left, across, top, down]) => {
    const columns = Math.ceil((width - left) / across);
    const rows = Math.ceil((height - top) / down);
    return sum + rows * (1 + Math.ceil((columns * SAMPLES[colour] * depth) / 8));
  }, 0);
}

async function deflatedZeros(length: number): Promise<Buffer> {
  const stream = createDeflate({ level: 1 });
  const parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => parts.push(part));
  for (let left = length; left > 0; left -= ZEROS.length) {
    const isRoomLeft = stream.write(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
    if (!isRoomLeft) await new Promise((resolve) => stream.once("drain", resolve));
  }
  await new Promise((resolve) => stream.once("end", resolve).end());
  return Buffer.concat(parts);
}

function chunk(kind: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(checksum(named));
  return Buffer.concat([length, named, check]);
}

/** CRC-32; Node has it from 20.15 on only. */
function checksum(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}
