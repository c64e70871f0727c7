/** @file Records of TensorFlow one after another: length, checksum of the length, bytes, checksum of the bytes. */
import { crc32c } from "./crc32c.ts";

const MASK = 0xa282ead8;
const [LENGTH_BYTES, CHECKSUM_BYTES] = [8, 4];

/** `bytes` as one record of such a file. */
export function frameRecord(bytes: Uint8Array): Buffer {
  const start = LENGTH_BYTES + CHECKSUM_BYTES;
  const record = Buffer.alloc(start + bytes.length + CHECKSUM_BYTES);
  record.writeBigUInt64LE(BigInt(bytes.length), 0);
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, LENGTH_BYTES)), LENGTH_BYTES);
  record.set(bytes, start);
  record.writeUInt32LE(maskedCrc32c(bytes), start + bytes.length);
  return record;
}

/** Turned by 15 bits and moved, so that the checksum of bytes that hold checksums says something. */
function maskedCrc32c(bytes: Uint8Array): number {
  const checksum = crc32c(bytes);
  return (((checksum >>> 15) | (checksum << 17)) + MASK) >>> 0;
}
