/**
 * @file The part of the ONNX file format (IR version 8) that a feed-forward classifier needs, as protocol buffer
 * messages. Field numbers are those of the standard; what a file holds beyond these fields is skipped when reading.
 */
import { decodeMessage, encodeMessage, type Field, type MessageType } from "./protocol-buffer.ts";

/** Element types of tensors that appear in our files. */
export const ELEMENT_TYPE = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;

/** Kinds of attributes that appear in our files. */
export const ATTRIBUTE_TYPE = { integer: 2, integers: 7 } as const;

/** A fixed extent, or the name of one that may differ from run to run. */
type DimensionMessage = { readonly dimValue: number } | { readonly dimParam: string };

export interface ValueInfoMessage {
  readonly name: string;
  readonly type: {
    readonly tensorType: { readonly elemType: number; readonly shape: { readonly dim: readonly DimensionMessage[] } };
  };
}

export interface AttributeMessage {
  readonly name: string;
  readonly type: number;
  readonly i?: number;
  readonly ints?: readonly number[];
}

export interface NodeMessage {
  readonly name: string;
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeMessage[];
}

export interface TensorMessage {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  /** Little-endian, row-major. */
  readonly rawData: Uint8Array;
}

export interface GraphMessage {
  readonly name: string;
  readonly node: readonly NodeMessage[];
  readonly initializer: readonly TensorMessage[];
  readonly input: readonly ValueInfoMessage[];
  readonly output: readonly ValueInfoMessage[];
  readonly valueInfo: readonly ValueInfoMessage[];
}

export interface ModelMessage {
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly graph: GraphMessage;
  /** Version of the default operator set. */
  readonly opsetImport: readonly { readonly version: number }[];
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
}

/** What `decodeModel` finds: a file of another program may lack any message. */
export type DecodedModel = Omit<ModelMessage, "graph"> & { readonly graph: GraphMessage | null };

const one = (id: number, type: Field["type"]): Field => ({ id, type, isMany: false });
const many = (id: number, type: Field["type"]): Field => ({ id, type, isMany: true });

const DIMENSION: MessageType = { dimValue: one(1, "integer"), dimParam: one(2, "text") };
const TENSOR_SHAPE: MessageType = { dim: many(1, DIMENSION) };
const TENSOR_TYPE: MessageType = { elemType: one(1, "integer"), shape: one(2, TENSOR_SHAPE) };
const VALUE_TYPE: MessageType = { tensorType: one(1, TENSOR_TYPE) };
const VALUE_INFO: MessageType = { name: one(1, "text"), type: one(2, VALUE_TYPE) };
const TENSOR: MessageType = {
  dims: many(1, "integer"),
  dataType: one(2, "integer"),
  name: one(8, "text"),
  rawData: one(9, "bytes"),
};
const ATTRIBUTE: MessageType = {
  name: one(1, "text"),
  i: one(3, "integer"),
  ints: many(8, "integer"),
  type: one(20, "integer"),
};
const NODE: MessageType = {
  input: many(1, "text"),
  output: many(2, "text"),
  name: one(3, "text"),
  opType: one(4, "text"),
  attribute: many(5, ATTRIBUTE),
};
const GRAPH: MessageType = {
  node: many(1, NODE),
  name: one(2, "text"),
  initializer: many(5, TENSOR),
  input: many(11, VALUE_INFO),
  output: many(12, VALUE_INFO),
  valueInfo: many(13, VALUE_INFO),
};
const OPERATOR_SET: MessageType = { version: one(2, "integer") };
const STRING_ENTRY: MessageType = { key: one(1, "text"), value: one(2, "text") };
const MODEL: MessageType = {
  irVersion: one(1, "integer"),
  producerName: one(2, "text"),
  producerVersion: one(3, "text"),
  graph: one(7, GRAPH),
  opsetImport: many(8, OPERATOR_SET),
  metadataProps: many(14, STRING_ENTRY),
};

/** Bytes of an ONNX file. The same message gives the same bytes. */
export function encodeModel(model: ModelMessage): Uint8Array {
  return new Uint8Array(encodeMessage(MODEL, { ...model }));
}

/** Reads the fields above. Throws `RangeError` or `TypeError` for bytes that are no such message. */
export function decodeModel(bytes: Uint8Array): DecodedModel {
  const message = decodeMessage(MODEL, bytes);
  return { irVersion: 0, producerName: "", producerVersion: "", graph: null, ...message } as unknown as DecodedModel;
}
