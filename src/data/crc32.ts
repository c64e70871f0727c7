import * as zlib from "node:zlib";

const POLYNOMIAL = 0xedb88320;

const TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? POLYNOMIAL ^ (value >>> 1) : value >>> 1;
  return value;
});

/** The checksum of zip archives: CRC-32 of ISO 3309, unsigned. By Node, which has one of its own from 20.15 on, or else by the table. */
export function crc32(bytes: Uint8Array): number {
  return (zlib as Partial<typeof zlib>).crc32?.(bytes) ?? crc32ByTable(bytes);
}

export function crc32ByTable(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) value = TABLE[(value ^ bytes[i]!) & 255]! ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
