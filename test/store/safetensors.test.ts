import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../src/store/safetensors.ts";

/** A file of a header and `dataBytes` bytes of data, made without the encoder. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}

const tensors: fc.Arbitrary<StoredTensor> = fc
  .tuple(fc.constantFrom(Float32Array, Float64Array, Int32Array), fc.array(fc.nat(4), { maxLength: 4 }), fc.integer())
  .map(([ArrayType, shape, first]) => ({
    shape,
    data: new ArrayType(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => first / (i + 1))),
  }));

describe("encodeSafetensors", () => {
  it("writes the bytes of the format", () => {
    const bytes = encodeSafetensors(
      {
        b: { shape: [], data: new Float32Array([1]) },
        a: { shape: [1, 2], data: new Int32Array([1, -2]) },
        c: { shape: [1], data: new Float64Array([-2]) },
      },
      { seed: "7", epoch: "3" },
    );
    const header =
      '{"__metadata__":{"epoch":"3","seed":"7"},"c":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},' +
      '"a":{"dtype":"I32","shape":[1,2],"data_offsets":[8,16]},"b":{"dtype":"F32","shape":[],"data_offsets":[16,20]}}';
    expect(header.length).toBe(204);
    expect(Buffer.from(bytes).toString("hex")).toBe(
      "d000000000000000" +
        Buffer.from(`${header}    `).toString("hex") +
        "00000000000000c0" +
        "01000000" +
        "feffffff" +
        "0000803f",
    );
  });

  it("depends on names and values, not on their order", () => {
    const x = { shape: [1], data: new Float32Array([1]) };
    const y = { shape: [2], data: new Float64Array([2, 3]) };
    expect(encodeSafetensors({ x, y }, { a: "1", b: "2" })).toEqual(
      encodeSafetensors(
        new Map<string, StoredTensor>([
          ["y", y],
          ["x", x],
        ]),
        { b: "2", a: "1" },
      ),
    );
  });

  it("refuses tensors that are none", () => {
    const data = new Float32Array(6);
    for (const shape of [[5], [-2, -3], [1.5, 4], [7], [2 ** 40, 2 ** 40]]) {
      expect(() => encodeSafetensors({ x: { shape, data } })).toThrow(
        expect.objectContaining({ code: "E_SAFETENSORS_SHAPE", kind: "usage" }),
      );
    }
    expect(() => encodeSafetensors({ __metadata__: { shape: [6], data } })).toThrow(/expected any other name/);
  });
});

describe("decodeSafetensors", () => {
  it("reads back what was written, at any position in memory", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), tensors),
        fc.dictionary(fc.string(), fc.string()),
        fc.nat(9),
        (named, metadata, shift) => {
          const bytes = encodeSafetensors(named, metadata);
          const moved = Buffer.alloc(bytes.length + shift).subarray(shift);
          moved.set(bytes);
          const file = decodeSafetensors(moved);
          moved.fill(0xff);
          expect(file.metadata).toEqual(metadata);
          expect(new Map([...file.tensors].sort())).toEqual(new Map(Object.entries(named).sort()));
          expect(
            (bytes.length - [...file.tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0)) % 8,
          ).toBe(0);
        },
      ),
      { seed: 1 },
    );
  });

  it("refuses every shorter and every longer file", () => {
    const bytes = encodeSafetensors({ x: { shape: [3], data: new Float32Array(3) } });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ code: "E_SAFETENSORS_TRUNCATED", kind: "usage" }),
      );
    }
    expect(() => decodeSafetensors(new Uint8Array([...bytes, 0]))).toThrow(
      expect.objectContaining({
        code: "E_SAFETENSORS_OFFSETS",
        message: expect.stringContaining("got 13 bytes of data, expected 12"),
      }),
    );
  });

  const at = (begin: number, end: number) => ({ dtype: "F32", shape: [(end - begin) / 4], data_offsets: [begin, end] });

  it.each([
    ["HEADER", "not JSON", 0],
    ["HEADER", "[]", 0],
    ["HEADER", { x: 3 }, 0],
    ["HEADER", { __metadata__: { a: 1 } }, 0],
    ["TYPE", { x: { dtype: "BF16", shape: [2], data_offsets: [0, 4] } }, 4],
    ["TYPE", { x: { dtype: "toString", shape: [2], data_offsets: [0, 4] } }, 4],
    ["SHAPE", { x: { dtype: "F32", shape: [-1, -1], data_offsets: [0, 4] } }, 4],
    ["SHAPE", { x: { dtype: "F32", shape: "1", data_offsets: [0, 4] } }, 4],
    ["SHAPE", { x: { dtype: "F64", shape: [1], data_offsets: [0, 4] } }, 4],
    ["SHAPE", { x: { dtype: "F32", shape: [2 ** 30, 2 ** 30], data_offsets: [0, 4] } }, 4],
    ["OFFSETS", { x: { dtype: "F32", shape: [1], data_offsets: [4, 0] } }, 4],
    ["OFFSETS", { x: { dtype: "F32", shape: [1], data_offsets: [0, 4, 8] } }, 8],
    ["OFFSETS", { x: { dtype: "F32", shape: [1], data_offsets: [0.5, 4.5] } }, 8],
    ["OFFSETS", { x: { dtype: "F32", shape: [1] } }, 4],
    ["OFFSETS", { x: at(4, 8) }, 8],
    ["OFFSETS", { x: at(0, 8), y: at(4, 12) }, 12],
    ["OFFSETS", { x: at(0, 4), y: at(8, 12) }, 12],
    ["OFFSETS", { x: at(0, 4), y: at(0, 4) }, 4],
    ["OFFSETS", { x: at(0, 4) }, 8],
    ["TRUNCATED", { x: at(0, 4), y: at(4, 12) }, 8],
  ])("refuses with %s the header %j", (fault, header, dataBytes) => {
    expect(() => decodeSafetensors(fileOf(header, dataBytes))).toThrow(
      expect.objectContaining({ code: `E_SAFETENSORS_${fault}`, kind: "usage" }),
    );
  });

  it("refuses lists inside each other, more than any header has", () => {
    const deep = `{"a":{"dtype":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`;
    expect(() => decodeSafetensors(fileOf(deep, 0))).toThrow(
      expect.objectContaining({ code: "E_SAFETENSORS_HEADER", message: expect.stringContaining("more than 64 lists") }),
    );
  });

  it("refuses a header that is absurdly long, or not UTF-8", () => {
    const long = fileOf({}, 0);
    long.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    expect(() => decodeSafetensors(long)).toThrow(/got a header of 18446744073709551615 bytes/);
    const wrong = fileOf('{"x":1}', 0);
    wrong[10] = 0xff;
    expect(() => decodeSafetensors(wrong)).toThrow(expect.objectContaining({ code: "E_SAFETENSORS_HEADER" }));
  });
});
