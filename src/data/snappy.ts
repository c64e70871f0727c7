/** @file Snappy without frames, as pages of Parquet are packed with (google/snappy, format_description.txt). */
import { DamagedParquet } from "./damaged-parquet.ts";

const CUT = "a page that is packed by Snappy is cut short";

/** What `packed` unpacks to, `size` bytes. Throws `DamagedParquet`. */
export function unsnapped(packed: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let [from, to] = [0, 0];
  while (from < packed.length && packed[from]! >= 128) from++;
  from++;
  while (from < packed.length) {
    const tag = packed[from++]!;
    const kind = tag & 3;
    if (kind === 0) {
      let length = tag >> 2;
      if (length >= 60) {
        const width = length - 59;
        length = littleEndian(packed, from, width);
        from += width;
      }
      length++;
      if (from + length > packed.length || to + length > size) throw new DamagedParquet(CUT);
      out.set(packed.subarray(from, from + length), to);
      from += length;
      to += length;
      continue;
    }
    const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const width = kind === 1 ? 1 : kind === 2 ? 2 : 4;
    const offset = littleEndian(packed, from, width) + (kind === 1 ? (tag >> 5) * 256 : 0);
    from += width;
    if (offset === 0 || offset > to || to + length > size) throw new DamagedParquet(CUT);
    for (let i = 0; i < length; i++) out[to + i] = out[to + i - offset]!;
    to += length;
  }
  if (to !== size) throw new DamagedParquet(CUT);
  return out;
}

function littleEndian(bytes: Uint8Array, at: number, width: number): number {
  if (at + width > bytes.length) throw new DamagedParquet(CUT);
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!;
  return value;
}
