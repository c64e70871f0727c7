import { describe, expect, it } from "vitest";
import { quantizeChannels, scaleOfRange } from "../../../src/export/onnx/quantization.ts";

describe("scaleOfRange", () => {
  it("spans the range with 256 integers, one of which is 0", () => {
    expect(scaleOfRange({ low: -1, high: 3 })).toEqual({ scale: Math.fround(4 / 255), zeroPoint: 64 });
    expect(scaleOfRange({ low: 0, high: 6 })).toEqual({ scale: Math.fround(6 / 255), zeroPoint: 0 });
    expect(scaleOfRange({ low: 2, high: 4 })).toEqual({ scale: Math.fround(4 / 255), zeroPoint: 0 });
    expect(scaleOfRange({ low: -4, high: -2 })).toEqual({ scale: Math.fround(4 / 255), zeroPoint: 255 });
    expect(scaleOfRange({ low: 0, high: 0 })).toEqual({ scale: 1, zeroPoint: 0 });
  });

  it("rounds bounds away from zero to 8 bits: their last bits, which machines differ in, are not seen", () => {
    const { scale } = scaleOfRange({ low: -0.1, high: 1.001 });
    expect(scale).toBe(Math.fround((205 / 2048 + 129 / 128) / 255));
    expect(scaleOfRange({ low: -0.1000001, high: 1.0010001 }).scale).toBe(scale);
  });
});

describe("quantizeChannels", () => {
  it("rounds each channel by its own largest weight, halves to the even integer", () => {
    const weights = Float32Array.of(63, 0.5, 1.5, -2.5, 0.063, -0.0314, 0.0011, 0);
    const { weights: integers, weightScales } = quantizeChannels(weights, null, 2, 1);
    expect([...weightScales]).toEqual([1, Math.fround(Math.fround(0.063) / 63)]);
    expect([...integers]).toEqual([63, 0, 2, -2, 63, -31, 1, 0]);
  });

  it("gives biases the product of the two scales", () => {
    const { bias, biasScales } = quantizeChannels(Float32Array.of(63, -6.3), Float32Array.of(10.2, -3), 2, 0.5);
    expect([...biasScales]).toEqual([0.5, Math.fround(Math.fround(6.3 / 63) * 0.5)]);
    expect([...bias!]).toEqual([20, -60]);
  });

  it("keeps the bias of a channel whose weights are almost nothing, or nothing", () => {
    const made = quantizeChannels(Float32Array.of(1e-20, 0, 0), Float32Array.of(5, -7, 0), 3, 0.01);
    const values = [...made.bias!].map((integer, channel) => integer * made.biasScales[channel]!);
    for (const [k, bias] of [5, -7, 0].entries()) expect(values[k]).toBeCloseTo(bias, 6);
    expect([...made.weights]).toEqual([0, 0, 0]);
  });
});
