/**
 * @file The wire format of protocol buffers for messages that a table describes. No code is made from strings, which
 * some processes forbid. Groups are not read; no message of a table holds itself, so nothing nests without end.
 */

/** A field: its number, what it holds, and whether there may be many. Integers are varints of 64 bits; of floats and doubles there is one. */
export interface Field {
  readonly id: number;
  readonly type: "integer" | "float" | "double" | "text" | "bytes" | MessageType;
  readonly isMany: boolean;
}

/** Fields by name, in the order of their numbers. */
export interface MessageType {
  readonly [name: string]: Field;
}

type Message = Readonly<Record<string, unknown>>;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;
const WIRE = { float: FIXED32, double: FIXED64 } as const;
const LONGEST_VARINT = 10;

/** Fields and integers of one message and those within it; each takes memory, however few bytes it is written in. */
const MOST_VALUES = 2 ** 20;
const NONE: readonly unknown[] = Object.freeze([]);

/** Bytes of a message, fields in the order of the table. Those not there are left out; many integers are packed. */
export function encodeMessage(type: MessageType, message: Message): Uint8Array {
  const parts: Uint8Array[] = [];
  const add = (id: number, bytes: Uint8Array) => parts.push(varint(8 * id + LENGTH), varint(bytes.length), bytes);
  for (const [name, { id, type: of, isMany }] of Object.entries(type)) {
    const value = message[name];
    if (value === undefined || value === null) continue;
    const values = isMany ? (value as readonly unknown[]) : [value];
    if (of === "integer" && isMany) {
      if (values.length > 0) add(id, Buffer.concat(values.map((item) => varint(item as number))));
      continue;
    }
    for (const item of values) {
      if (of === "integer") parts.push(varint(8 * id + VARINT), varint(item as number));
      else if (of === "float" || of === "double") parts.push(varint(8 * id + WIRE[of]), fixed(of, item as number));
      else if (of === "text") add(id, Buffer.from(item as string));
      else add(id, of === "bytes" ? (item as Uint8Array) : encodeMessage(of, item as Message));
    }
  }
  return Buffer.concat(parts);
}

/**
 * What the table names of a message: of several values of one field the last, a list where many may be. Bytes are views
 * of those given. Throws `RangeError` or `TypeError` for what is no such message, or has more than 2^20 values.
 */
export function decodeMessage(type: MessageType, bytes: Uint8Array): Record<string, unknown> {
  return decodeWithin(type, bytes, { values: MOST_VALUES });
}

/** What is left of `MOST_VALUES`. */
interface Budget {
  values: number;
}

function decodeWithin(type: MessageType, bytes: Uint8Array, budget: Budget): Record<string, unknown> {
  const fields = Object.entries(type);
  const message: Record<string, unknown> = {};
  for (const [name, { isMany }] of fields) if (isMany) message[name] = NONE;
  const reader = new Reader(bytes, budget);
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const [id, wire] = [Math.floor(tag / 8), tag % 8];
    const [name, field] = fields.find(([, { id: known }]) => known === id) ?? [];
    if (name === undefined || field === undefined) {
      reader.skip(wire);
      continue;
    }
    const values = valuesOf(field, wire, reader, budget);
    if (!field.isMany) message[name] = values[0];
    else if (message[name] === NONE) message[name] = values;
    else for (const value of values) (message[name] as unknown[]).push(value);
  }
  return message;
}

/** Many for packed integers alone. */
function valuesOf({ type, isMany }: Field, wire: number, reader: Reader, budget: Budget): unknown[] {
  if (type === "integer" && wire === VARINT) return [reader.varint()];
  if ((type === "float" || type === "double") && wire === WIRE[type]) return [reader.fixed(type)];
  const isNumber = type === "float" || type === "double" || (type === "integer" && !isMany);
  if (wire !== LENGTH || isNumber) throw new TypeError(`got wire type ${wire} in a known field`);
  const bytes = reader.bytes();
  if (type === "bytes") return [bytes];
  if (type === "text") return [Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8")];
  if (type !== "integer") return [decodeWithin(type, bytes, budget)];
  const packed = new Reader(bytes, budget);
  const values: number[] = [];
  while (!packed.isAtEnd) values.push(packed.varint());
  return values;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #budget: Budget;
  #at = 0;

  constructor(bytes: Uint8Array, budget: Budget) {
    this.#bytes = bytes;
    this.#budget = budget;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** A whole number of 64 bits, two's complement; beyond 2^53 the nearest one that JavaScript has. */
  varint(): number {
    if (--this.#budget.values < 0) throw new RangeError(`got more than ${MOST_VALUES} values`);
    let value = 0n;
    for (let k = 0; k < LONGEST_VARINT; k++) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError("the bytes end within a number");
      value |= BigInt(byte & 0x7f) << BigInt(7 * k);
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw new RangeError("got a number of more than 64 bits");
  }

  bytes(): Uint8Array {
    return this.#take(this.varint());
  }

  fixed(type: "float" | "double"): number {
    const { buffer, byteOffset, byteLength } = this.#take(type === "float" ? 4 : 8);
    const view = new DataView(buffer, byteOffset, byteLength);
    return type === "float" ? view.getFloat32(0, true) : view.getFloat64(0, true);
  }

  skip(wire: number): void {
    if (wire === VARINT) this.varint();
    else if (wire === LENGTH) this.bytes();
    else if (wire === FIXED64 || wire === FIXED32) this.#take(wire === FIXED64 ? 8 : 4);
    else throw new TypeError(`got wire type ${wire}`);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length) throw new RangeError(`got a length of ${length} beyond the end`);
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function fixed(type: "float" | "double", value: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(type === "float" ? 4 : 8));
  if (type === "float") bytes.setFloat32(0, value, true);
  else bytes.setFloat64(0, value, true);
  return new Uint8Array(bytes.buffer);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.of(...bytes, Number(rest));
}
