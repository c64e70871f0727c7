/**
 * @file The part of the ONNX file format (IR version 8) that a feed-forward classifier needs, as protocol buffer
 * messages. Field numbers are those of the standard; what a file holds beyond these fields is skipped when reading.
 */
import protobuf from "protobufjs/light.js";

/** Element types of tensors that appear in our files. */
export const ELEMENT_TYPE = { float32: 1, int64: 7 } as const;

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

/** Written even where it holds 0 or nothing: readers ask whether an attribute has its value. */
const one = (id: number, type: string) => ({ id, type, options: { features: { field_presence: "EXPLICIT" } } });
const many = (id: number, type: string) => ({ id, type, rule: "repeated" });

const MODEL_TYPE = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: one(1, "int64"),
        producerName: one(2, "string"),
        producerVersion: one(3, "string"),
        graph: one(7, "Graph"),
        opsetImport: many(8, "OperatorSet"),
        metadataProps: many(14, "StringEntry"),
      },
    },
    OperatorSet: { fields: { version: one(2, "int64") } },
    StringEntry: { fields: { key: one(1, "string"), value: one(2, "string") } },
    Graph: {
      fields: {
        node: many(1, "Node"),
        name: one(2, "string"),
        initializer: many(5, "Tensor"),
        input: many(11, "ValueInfo"),
        output: many(12, "ValueInfo"),
        valueInfo: many(13, "ValueInfo"),
      },
    },
    Node: {
      fields: {
        input: many(1, "string"),
        output: many(2, "string"),
        name: one(3, "string"),
        opType: one(4, "string"),
        attribute: many(5, "Attribute"),
      },
    },
    Attribute: {
      fields: { name: one(1, "string"), i: one(3, "int64"), ints: many(8, "int64"), type: one(20, "int32") },
    },
    Tensor: {
      fields: { dims: many(1, "int64"), dataType: one(2, "int32"), name: one(8, "string"), rawData: one(9, "bytes") },
    },
    ValueInfo: { fields: { name: one(1, "string"), type: one(2, "ValueType") } },
    ValueType: { fields: { tensorType: one(1, "TensorType") } },
    TensorType: { fields: { elemType: one(1, "int32"), shape: one(2, "TensorShape") } },
    TensorShape: { fields: { dim: many(1, "Dimension") } },
    Dimension: { fields: { dimValue: one(1, "int64"), dimParam: one(2, "string") } },
  },
}).lookupType("Model");

/** Bytes of an ONNX file. The same message gives the same bytes. */
export function encodeModel(model: ModelMessage): Uint8Array {
  return new Uint8Array(MODEL_TYPE.encode(model).finish());
}

/** Reads the fields above. Throws whatever the protocol buffer reader throws on bytes that are no message. */
export function decodeModel(bytes: Uint8Array): DecodedModel {
  const message = MODEL_TYPE.toObject(MODEL_TYPE.decode(bytes), { longs: Number, arrays: true });
  return { irVersion: 0, producerName: "", producerVersion: "", graph: null, ...message } as DecodedModel;
}
