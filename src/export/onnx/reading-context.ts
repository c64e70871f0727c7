/** @file What reading one node of a file of ours needs: the values before it, its attributes, its constants. Whatever is not as written is unreadable. */
import { elementCount, type Graph, type Shape, type Value } from "../../graph/index.ts";
import { ELEMENT_TYPE, type GraphMessage, type NodeMessage, type TensorMessage } from "./schema.ts";

/** A form that this package never wrote. */
export class Unreadable extends Error {}

/** What a convolution reads: a value, through a ReLU or not, from a pixel on. */
interface Source {
  readonly value: Value;
  readonly relu: boolean;
  readonly offset: number;
}

/** scale * x + shift, an entry a channel. */
export interface ChannelMap {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

/** No attribute of ours is larger. */
const LARGEST = 4096;

export class ReadingContext {
  readonly graph: Graph;
  /** Normalised. */
  readonly images: Value;
  readonly parameters: Map<string, Float32Array> = new Map();
  #normalisation: ChannelMap | null = null;
  readonly #values = new Map<string, Value>();
  /** What has no operation of its own unless something but a convolution reads it. */
  readonly #sources = new Map<string, Source>();
  readonly #constants: ReadonlyMap<string, TensorMessage>;

  constructor(graph: Graph, { input, initializer }: GraphMessage, batch: number) {
    this.graph = graph;
    this.#constants = new Map(initializer.map((tensor) => [tensor.name, tensor]));
    const dims = input.find(({ name }) => name === "images")?.type?.tensorType?.shape?.dim ?? [];
    const [, channels, height, width] = dims.map((dim) => ("dimValue" in dim ? dim.dimValue : batch));
    this.images = graph.input("images", [batch, height!, width!, channels!]);
  }

  /** The first operation of a file of ours: it takes pixels, which nothing else reads. */
  normalise(scale: Float32Array, shift: Float32Array): Value {
    this.assert(this.#normalisation === null && scale.length === this.images.shape[3]);
    this.#normalisation = { scale, shift };
    return this.images;
  }

  get normalisation(): ChannelMap {
    if (this.#normalisation === null) throw new Unreadable();
    return this.#normalisation;
  }

  assert(isAsWritten: boolean): void {
    if (!isAsWritten) throw new Unreadable();
  }

  hold(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  holdRectified(name: string, input: string): void {
    this.#sources.set(name, { value: this.value(input), relu: true, offset: 0 });
  }

  /** A Slice: rows and columns from the same pixel on, to their ends. */
  holdCut(name: string, { input }: NodeMessage): void {
    const [of, ...bounds] = input as [string, string, string, string];
    const source = this.source(of);
    const [starts, ends, axes] = bounds.map((bound) => this.#integersOf(bound));
    const [, height, width] = source.value.shape as [number, number, number];
    const offset = starts![0]!;
    this.assert(
      source.offset === 0 &&
        [starts, ends, axes].join(";") ===
          [
            [offset, offset],
            [height, width],
            [2, 3],
          ].join(";"),
    );
    this.#sources.set(name, { ...source, offset });
  }

  isCut(name: string): boolean {
    return (this.#sources.get(name)?.offset ?? 0) > 0;
  }

  source(name: string): Source {
    return this.#sources.get(name) ?? { value: this.value(name), relu: false, offset: 0 };
  }

  value(name: string): Value {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const source = this.#sources.get(name);
    if (source === undefined || source.offset > 0) throw new Unreadable();
    const value = this.graph.apply("relu", [source.value], {});
    this.#values.set(name, value);
    return value;
  }

  /** A value that the device keeps. */
  parameter(name: string, shape: Shape, values: Float32Array): Value {
    this.assert(elementCount(shape) === values.length && values.length > 0);
    this.parameters.set(name, values);
    return this.graph.persistent(name, shape);
  }

  /** The constant of that name, `[rows, columns]`, as `[columns, rows]`. */
  transposed(name: string): Value {
    const [rows, columns] = this.dims(name) as [number, number];
    const values = this.numbers(name);
    const turned = values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
    return this.parameter(name, [columns, rows], turned);
  }

  dims(name: string): readonly number[] {
    return this.#constant(name, ELEMENT_TYPE.float32).dims;
  }

  numbers(name: string): Float32Array {
    const { dims, rawData } = this.#constant(name, ELEMENT_TYPE.float32);
    this.assert(rawData.length === 4 * elementCount(dims));
    const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.length);
    return Float32Array.from({ length: rawData.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  }

  integer({ attribute }: NodeMessage, key: string, otherwise: number): number {
    const value = attribute.find(({ name }) => name === key)?.i ?? otherwise;
    this.assert(value >= 0 && value <= LARGEST);
    return value;
  }

  integers({ attribute }: NodeMessage, key: string): readonly number[] {
    const values = attribute.find(({ name }) => name === key)?.ints ?? [];
    this.assert(values.length > 0 && values.every((value) => value >= 0 && value <= LARGEST));
    return values;
  }

  /** The one number that all entries are. */
  sameOf(node: NodeMessage, key: string): number {
    const values = this.integers(node, key);
    this.assert(values.every((value) => value === values[0]));
    return values[0]!;
  }

  #integersOf(name: string): readonly number[] {
    const { rawData } = this.#constant(name, ELEMENT_TYPE.int64);
    this.assert(rawData.length === 16);
    const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.length);
    return [0, 8].map((at) => Number(view.getBigInt64(at, true)));
  }

  #constant(name: string, type: number): TensorMessage {
    const tensor = this.#constants.get(name);
    if (tensor?.dataType !== type || tensor.rawData === undefined) throw new Unreadable();
    return tensor;
  }
}
