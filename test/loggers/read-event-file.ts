/**
 * Reads a file of TensorBoard events by the published formats alone, with nothing of what writes it: records as `tensorflow/core/lib/io/record_writer.h`
 * describes them, checksums bit by bit, messages of protocol buffers by their numbers in `event.proto`, `summary.proto` and `tensor.proto`.
 */

interface ReadValue {
  readonly tag: string;
  readonly number?: number;
  readonly text?: string;
  readonly plugin?: string;
  readonly hyperparameters?: Readonly<Record<string, number | string>>;
  readonly image?: {
    readonly height: number;
    readonly width: number;
    readonly colorspace: number;
    readonly png: Buffer;
  };
}

export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly fileVersion?: string;
  readonly values: readonly ReadValue[];
}

type Wire = ReadonlyMap<number, readonly (bigint | Buffer)[]>;

/** CRC-32C, one bit at a time. */
export function slowCrc32c(bytes: Uint8Array): number {
  let rest = 0xffffffffn;
  for (const byte of bytes) {
    rest ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) rest = rest & 1n ? (rest >> 1n) ^ 0x82f63b78n : rest >> 1n;
  }
  return Number(rest ^ 0xffffffffn);
}

function masked(bytes: Uint8Array): number {
  const crc = BigInt(slowCrc32c(bytes));
  return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn);
}

/** Throws for a record that is torn or whose checksums are wrong. */
export function readEventFile(file: Buffer): readonly ReadEvent[] {
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    if (file.readUInt32LE(at + 8) !== masked(file.subarray(at, at + 8))) throw new Error(`length at ${at}`);
    const data = file.subarray(at + 12, at + 12 + length);
    if (file.readUInt32LE(at + 12 + length) !== masked(data)) throw new Error(`data at ${at}`);
    events.push(eventOf(fieldsOf(data)));
    at += length + 16;
  }
  return events;
}

function eventOf(event: Wire): ReadEvent {
  const version = event.get(3)?.[0] as Buffer | undefined;
  const summary = event.get(5)?.[0] as Buffer | undefined;
  const values = summary === undefined ? [] : ((fieldsOf(summary).get(1) ?? []) as readonly Buffer[]);
  return {
    wallTime: (event.get(1)![0] as Buffer).readDoubleLE(0),
    step: Number(event.get(2)?.[0] ?? 0n),
    ...(version === undefined ? {} : { fileVersion: version.toString() }),
    values: values.map((value) => readValue(fieldsOf(value))),
  };
}

function readValue(value: Wire): ReadValue {
  const part = (fields: Wire, id: number) => fields.get(id)?.[0] as Buffer;
  const tag = part(value, 1).toString();
  if (value.has(2)) return { tag, number: part(value, 2).readFloatLE(0) };
  if (value.has(4)) {
    const image = fieldsOf(part(value, 4));
    const number = (id: number) => Number(image.get(id)![0]);
    return { tag, image: { height: number(1), width: number(2), colorspace: number(3), png: part(image, 4) } };
  }
  const tensor = fieldsOf(part(value, 8));
  const plugin = fieldsOf(part(fieldsOf(part(value, 9)), 1));
  if (part(plugin, 1).toString() === "hparams") {
    if (tensor.get(1)![0] !== 1n) throw new Error("no tensor of floats");
    return { tag, plugin: "hparams", hyperparameters: hyperparametersIn(fieldsOf(part(plugin, 2))) };
  }
  if (tensor.get(1)![0] !== 7n) throw new Error("no tensor of texts");
  const shape = fieldsOf(part(tensor, 2));
  if (fieldsOf(part(shape, 2)).get(1)![0] !== 1n) throw new Error("no tensor of one text");
  return { tag, text: part(tensor, 8).toString(), plugin: part(plugin, 1).toString() };
}

/** Of `SessionStartInfo` in `plugin_data.proto`: a map to `google.protobuf.Value`. */
function hyperparametersIn(data: Wire): Readonly<Record<string, number | string>> {
  const entries = fieldsOf(data.get(3)![0] as Buffer).get(1) as readonly Buffer[];
  const pairs = entries.map(fieldsOf).map((entry) => {
    const value = fieldsOf(entry.get(2)![0] as Buffer);
    const text = value.get(3)?.[0] as Buffer | undefined;
    return [String(entry.get(1)![0]), text?.toString() ?? (value.get(2)![0] as Buffer).readDoubleLE(0)];
  });
  return Object.fromEntries(pairs);
}

/** What each field holds, by its number. */
function fieldsOf(bytes: Buffer): Wire {
  const fields = new Map<number, (bigint | Buffer)[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(bytes.readUInt8(at++));
      value |= (byte & 127n) << shift;
      if (byte < 128n) return value;
    }
  };
  const take = (length: number) => {
    if (at + length > bytes.length) throw new Error("a field beyond the end");
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    const value = wire === 0 ? varint() : take(wire === 1 ? 8 : wire === 5 ? 4 : Number(varint()));
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}
