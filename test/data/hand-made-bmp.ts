/** BMP files, which sharp neither reads nor writes. */
export interface HandMadeBmp {
  /** Negative for rows from the top. */
  readonly height: number;
  readonly width: number;
  readonly bits: 1 | 4 | 8 | 16 | 24 | 32;
  /** 0 none, 1 and 2 run lengths of 8 and 4 bits, 3 masks. Default 0. */
  readonly compression?: 0 | 1 | 2 | 3;
  /** Red, green, blue of each index. */
  readonly palette?: readonly (readonly number[])[];
  /** Of red, green, blue, alpha. */
  readonly masks?: readonly number[];
  /** As they stand in the file, rows padded to 4 bytes. */
  readonly data: Uint8Array;
}

/** With a header of 40 bytes, or of 56 if there are masks. */
export function handMadeBmp(bmp: HandMadeBmp): Buffer {
  const { height, width, bits, compression = 0, palette = [], masks = [], data } = bmp;
  const header = Buffer.alloc(14 + 40 + 4 * masks.length + 4 * palette.length);
  header.write("BM");
  header.writeUInt32LE(header.length + data.length, 2);
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40 + 4 * masks.length, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(compression, 30);
  header.writeUInt32LE(palette.length, 46);
  masks.forEach((mask, i) => {
    header.writeUInt32LE(mask, 54 + 4 * i);
  });
  palette.forEach(([red = 0, green = 0, blue = 0], i) => {
    header.set([blue, green, red], 54 + 4 * masks.length + 4 * i);
  });
  return Buffer.concat([header, data]);
}

/** A picture of 24 bits a pixel out of `[H, W, 3]`. */
export function bmpOfPixels(pixels: Uint8Array, height: number, width: number): Buffer {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const data = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < 3 * width; x++) {
      data[(height - 1 - y) * stride + x] = pixels[y * 3 * width + x + 2 - 2 * (x % 3)]!;
    }
  }
  return handMadeBmp({ height, width, bits: 24, data });
}
