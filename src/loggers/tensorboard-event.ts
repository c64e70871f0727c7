/** @file Events as TensorBoard reads them (`tensorflow.Event`), each a record of its file. Of the messages only what is written here. */
import { encodeMessage, type Field, type MessageType } from "../export/index.ts";
import { frameRecord } from "./tensor-record.ts";

const one = (id: number, type: Field["type"]): Field => ({ id, type, isMany: false });
const many = (id: number, type: Field["type"]): Field => ({ id, type, isMany: true });

const IMAGE: MessageType = {
  height: one(1, "integer"),
  width: one(2, "integer"),
  colorspace: one(3, "integer"),
  encoded: one(4, "bytes"),
};

const SHAPE: MessageType = { dimensions: many(2, { size: one(1, "integer") }) };
const TENSOR: MessageType = {
  type: one(1, "integer"),
  shape: one(2, SHAPE),
  number: one(5, "float"),
  texts: many(8, "text"),
};
const METADATA: MessageType = { plugin: one(1, { name: one(1, "text"), content: one(2, "bytes") }) };

/** Hyperparameters, by their plugin: a session that starts with a map of values. */
const HYPERPARAMETER: MessageType = {
  name: one(1, "text"),
  value: one(2, { number: one(2, "double"), text: one(3, "text") }),
};
const HYPERPARAMETERS: MessageType = {
  start: one(3, { values: many(1, HYPERPARAMETER), startSeconds: one(5, "double") }),
};
const HYPERPARAMETERS_TAG = "_hparams_/session_start_info";

const VALUE: MessageType = {
  tag: one(1, "text"),
  number: one(2, "float"),
  image: one(4, IMAGE),
  tensor: one(8, TENSOR),
  metadata: one(9, METADATA),
};

const EVENT: MessageType = {
  wallTime: one(1, "double"),
  step: one(2, "integer"),
  fileVersion: one(3, "text"),
  summary: one(5, { values: many(1, VALUE) }),
};

const FILE_VERSION = "brain.Event:2";
const [FLOATS, TEXTS] = [1, 7];

/** A picture of 8 bits a channel. */
export interface PngPicture {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colours, 4 with transparency. */
  readonly channels: number;
}

/** What an event says under a name: a number, a text in Markdown, or a picture. */
export type EventValue = { readonly tag: string } & (
  | { readonly number: number }
  | { readonly text: string }
  | { readonly picture: PngPicture }
);

/** With what every file of events begins. `seconds` since 1970. */
export function encodeFileStart(seconds: number): Buffer {
  return frameRecord(encodeMessage(EVENT, { wallTime: seconds, fileVersion: FILE_VERSION }));
}

/** One event. `seconds` since 1970; numbers are kept as float32. */
export function encodeEvent(seconds: number, step: number, values: readonly EventValue[]): Buffer {
  return frameRecord(encodeMessage(EVENT, { wallTime: seconds, step, summary: { values: values.map(messageOf) } }));
}

/** What a run was begun with, to compare runs by. */
export function encodeHyperparameters(seconds: number, values: ReadonlyMap<string, number | string>): Buffer {
  const start = {
    startSeconds: seconds,
    values: Array.from(values, ([name, value]) => ({
      name,
      value: typeof value === "number" ? { number: value } : { text: value },
    })),
  };
  const plugin = { name: "hparams", content: encodeMessage(HYPERPARAMETERS, { start }) };
  const tensor = { type: FLOATS, shape: { dimensions: [{ size: 1 }] }, number: 0 };
  const summary = { values: [{ tag: HYPERPARAMETERS_TAG, tensor, metadata: { plugin } }] };
  return frameRecord(encodeMessage(EVENT, { wallTime: seconds, step: 0, summary }));
}

function messageOf(value: EventValue): Readonly<Record<string, unknown>> {
  const { tag } = value;
  if ("number" in value) return { tag, number: value.number };
  if ("picture" in value) {
    const { png, width, height, channels } = value.picture;
    return { tag, image: { height, width, colorspace: channels, encoded: png } };
  }
  const tensor = { type: TEXTS, shape: { dimensions: [{ size: 1 }] }, texts: [value.text] };
  return { tag, tensor, metadata: { plugin: { name: "text" } } };
}
