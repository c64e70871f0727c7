import { describe, expect, it } from "vitest";
import { decodeMessage, encodeMessage, type MessageType } from "../../../src/export/onnx/protocol-buffer.ts";

const INNER: MessageType = { text: { id: 1, type: "text", isMany: false } };
const OUTER: MessageType = {
  whole: { id: 1, type: "integer", isMany: false },
  wholes: { id: 2, type: "integer", isMany: true },
  bytes: { id: 3, type: "bytes", isMany: false },
  inner: { id: 4, type: INNER, isMany: true },
  single: { id: 16, type: "float", isMany: false },
  double: { id: 17, type: "double", isMany: false },
};

const decode = (...bytes: number[]) => decodeMessage(OUTER, Uint8Array.from(bytes));

describe("protocol buffers", () => {
  it("are written as the standard says", () => {
    const bytes = encodeMessage(OUTER, { whole: 0, wholes: [1, 300], bytes: Uint8Array.of(7), inner: [{ text: "é" }] });
    expect([...bytes]).toEqual([8, 0, 18, 3, 1, 0xac, 2, 26, 1, 7, 34, 4, 10, 2, 0xc3, 0xa9]);
    expect([...encodeMessage(OUTER, { whole: -1 })]).toEqual([8, ...Array(9).fill(255), 1]);
    expect([...encodeMessage(OUTER, { wholes: [], inner: [] })]).toEqual([]);
  });

  it("give what was written, whatever the size of a number", () => {
    const wholes = [0, -1, 127, 128, 2 ** 31, 2 ** 53, -(2 ** 53), -(2 ** 63)];
    const message = { whole: 2 ** 40, wholes, bytes: new Uint8Array(), inner: [{ text: "" }, {}] };
    expect(decodeMessage(OUTER, encodeMessage(OUTER, message))).toEqual({ ...message, bytes: expect.any(Uint8Array) });
    expect(decode()).toEqual({ wholes: [], inner: [] });
  });

  it("have floats and doubles in four and eight bytes", () => {
    expect([...encodeMessage(OUTER, { single: 1.5 })]).toEqual([0x85, 1, 0, 0, 0xc0, 0x3f]);
    expect([...encodeMessage(OUTER, { double: -2 })]).toEqual([0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0xc0]);
    const message = { single: 0.25, double: 1e300 };
    expect(decodeMessage(OUTER, encodeMessage(OUTER, message))).toMatchObject(message);
    expect(() => decode(0x82, 1, 0)).toThrow(/wire type 2/);
    expect(() => decode(0x85, 1, 0, 0)).toThrow(/beyond the end/);
  });

  it("may hold what is not known, integers one by one, and one field again", () => {
    expect(decode(40, 5, 49, ...Array(8).fill(1), 58, 1, 9, 69, 1, 1, 1, 1, 16, 5, 16, 6, 8, 1, 8, 2)).toMatchObject({
      whole: 2,
      wholes: [5, 6],
    });
  });

  it.each([
    ["an end within a number", [8, 0x80]],
    ["a number of 11 bytes", [8, ...Array(10).fill(0x80), 1]],
    ["a length beyond the end", [26, 2, 1]],
    ["a negative length", [26, ...Array(9).fill(255), 1]],
    ["the wrong wire type", [10, 0]],
    ["a group", [43, 44]],
    ["half a number of fixed size", [49, 1, 1]],
  ])("are refused with %s", (_, bytes) => {
    expect(() => decode(...bytes)).toThrow(/^(got|the bytes end)/);
  });

  it("are refused with so many values that small files would take much memory", () => {
    expect(() => decodeMessage(OUTER, new Uint8Array(2 ** 22).fill(16))).toThrow(/more than 1048576 values/);
    const packed = encodeMessage(OUTER, { bytes: new Uint8Array(2 ** 21) });
    packed[0] = 18;
    expect(() => decodeMessage(OUTER, packed)).toThrow(/more than 1048576 values/);
  });
});
