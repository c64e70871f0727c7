/** @file Records of Thrift's compact protocol, in which Parquet tells what lies where. Every list and text is bounded by the bytes that there are. */
import { DamagedParquet } from "./damaged-parquet.ts";

export type ThriftValue = number | boolean | Uint8Array | readonly ThriftValue[] | ThriftRecord;

/** Deeper records are none of Parquet's. */
const DEEPEST = 32;

/** Fields by their numbers. */
export class ThriftRecord {
  readonly #fields: ReadonlyMap<number, ThriftValue>;

  constructor(fields: ReadonlyMap<number, ThriftValue>) {
    this.#fields = fields;
  }

  /** Field `id` where it is a number, else `fallback`. Throws `DamagedParquet` without one. */
  number(id: number, fallback?: number): number {
    const value = this.#fields.get(id) ?? fallback;
    if (typeof value === "number") return value;
    throw new DamagedParquet(`a number is missing in its records`);
  }

  /** Field `id` where it is a count or a place, else `fallback`. Throws `DamagedParquet` for what is below 0. */
  count(id: number, fallback?: number): number {
    const value = this.number(id, fallback);
    if (value < 0) throw new DamagedParquet(`a count in its records is ${value}`);
    return value;
  }

  /** Null where it is not there. */
  text(id: number): string | null {
    const value = this.#fields.get(id);
    return value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : null;
  }

  flag(id: number, fallback: boolean): boolean {
    const value = this.#fields.get(id);
    return typeof value === "boolean" ? value : fallback;
  }

  record(id: number): ThriftRecord | null {
    const value = this.#fields.get(id);
    return value instanceof ThriftRecord ? value : null;
  }

  records(id: number): readonly ThriftRecord[] {
    return this.#list(id).filter((value) => value instanceof ThriftRecord);
  }

  texts(id: number): readonly string[] {
    const list = this.#list(id).filter((value) => value instanceof Uint8Array);
    return list.map((value) => Buffer.from(value).toString("utf8"));
  }

  #list(id: number): readonly ThriftValue[] {
    const value = this.#fields.get(id);
    return Array.isArray(value) ? value : [];
  }
}

export class ThriftReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#at = at;
  }

  /** Where the next byte lies. */
  get position(): number {
    return this.#at;
  }

  /** The record that begins here. Throws `DamagedParquet`. */
  record(depth = 0): ThriftRecord {
    if (depth > DEEPEST) throw new DamagedParquet("its records are too deep");
    const fields = new Map<number, ThriftValue>();
    for (let id = 0; ; ) {
      const byte = this.#byte();
      const type = byte & 15;
      if (type === 0) return new ThriftRecord(fields);
      id = byte >> 4 === 0 ? this.#zigzag() : id + (byte >> 4);
      fields.set(id, type <= 2 ? type === 1 : this.#value(type, depth));
    }
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case 1:
      case 2:
        return this.#byte() === 1;
      case 3:
        return (this.#byte() << 24) >> 24;
      case 4:
      case 5:
      case 6:
        return this.#zigzag();
      case 7:
        return Buffer.from(this.#take(8)).readDoubleLE();
      case 8:
        return this.#take(this.#unsigned());
      case 9:
      case 10:
        return this.#list(depth);
      case 12:
        return this.record(depth + 1);
      default:
        throw new DamagedParquet(`a value of type ${type} in its records`);
    }
  }

  #list(depth: number): readonly ThriftValue[] {
    const byte = this.#byte();
    const size = byte >> 4 === 15 ? this.#unsigned() : byte >> 4;
    if (depth > DEEPEST || size > this.#bytes.length - this.#at)
      throw new DamagedParquet("a list in its records is cut short");
    return Array.from({ length: size }, () => this.#value(byte & 15, depth + 1));
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new DamagedParquet("its records are cut short");
    return byte;
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new DamagedParquet("a text in its records is cut short");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #unsigned(): number {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return safe(value);
    }
    throw new DamagedParquet("a number in its records has no end");
  }

  #zigzag(): number {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return safe((value >> 1n) ^ -(value & 1n));
    }
    throw new DamagedParquet("a number in its records has no end");
  }
}

function safe(value: bigint): number {
  const number = Number(value);
  // Statistics and offsets that nothing here asks for may be any number.
  return Number.isSafeInteger(number) ? number : Math.sign(number) * Number.MAX_SAFE_INTEGER;
}
