import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWasmDevice, type Device } from "../../../src/device/index.ts";
import { BUILT_FILES } from "../../../src/device/wasm/artifacts.ts";
import { type WasmFunction, webAssembly } from "../../../src/device/wasm/web-assembly.ts";
import { type OpAttributes, type OpKind, type Shape, windowCount } from "../../../src/graph/index.ts";
import { RandomStream } from "../../../src/random/index.ts";
import { describeArithmetics } from "../../describe-arithmetics.ts";
import { Agreement, normals, runTrial, trialOf } from "./agreement.ts";

const agreement = new Agreement();
const stream = new RandomStream(5);
beforeAll(() => agreement.open([1, 2, 3]));
afterAll(() => agreement.close());

const PARAMETERS = { seed: 8, numRuns: 50 };

const images = fc.constantFrom(1, 3, 17);
const extent = fc.integer({ min: 1, max: 11 });
const quads = fc.constantFrom(4, 8, 12, 20);

/** The device against the reference, on normal values; `tolerance` as in `Agreement.expect`. */
async function check<K extends OpKind>(kind: K, attributes: OpAttributes[K], shapes: readonly Shape[]): Promise<void> {
  await agreement.expect(
    trialOf(
      kind,
      attributes,
      shapes.map((shape) => [shape, normals(stream, shape)] as const),
    ),
    2e-6,
  );
}

describe("depthwise convolution of any size, stride and dilation", () => {
  const cases = fc
    .record({
      images,
      height: extent,
      width: extent,
      channels: quads,
      size: fc.constantFrom(1, 3, 3, 5, 5, 7),
      stride: fc.constantFrom(1, 1, 2, 3),
      dilation: fc.integer({ min: 1, max: 3 }),
      relu: fc.boolean(),
    })
    .map(({ images, height, width, channels, size, ...attributes }) => {
      const padding = (attributes.dilation * (size - 1)) / 2;
      const windows = (extent: number) => windowCount(extent, size, attributes.stride, padding, attributes.dilation);
      return {
        input: [images, height, width, channels],
        output: [images, windows(height), windows(width), channels],
        filter: [size, size, channels],
        size,
        attributes,
      };
    });

  it("agrees with plain loops", async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ input, filter, attributes }) => check("depthwise", attributes, [input, filter])),
      PARAMETERS,
    );
  });

  it("has the cotangent of its input", async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ input, output, filter, attributes }) =>
        check("depthwiseInputGradient", attributes, [output, filter, input]),
      ),
      PARAMETERS,
    );
  });

  it("has the cotangent of its filter", async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ input, output, size, attributes }) =>
        check("depthwiseFilterGradient", { ...attributes, size }, [output, input]),
      ),
      PARAMETERS,
    );
  });
});

describe("pointwise convolution of any stride and offset", () => {
  const cases = fc
    .record({
      images,
      height: extent,
      width: extent,
      channels: quads,
      outputChannels: quads,
      stride: fc.constantFrom(1, 1, 2, 3),
      offset: fc.nat(2),
      relu: fc.boolean(),
    })
    .map(({ images, height, width, channels, outputChannels, stride, offset, relu }) => ({
      input: [images, height, width, channels],
      output: [images, Math.ceil(height / stride), Math.ceil(width / stride), outputChannels],
      filter: [channels, outputChannels],
      attributes: { stride, offset: offset % stride, relu },
    }));

  it("agrees with plain loops", async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ input, filter, attributes }) => check("pointwise", attributes, [input, filter])),
      PARAMETERS,
    );
  });

  it("has the cotangent of its input", async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ input, output, filter, attributes }) =>
        check("pointwiseInputGradient", attributes, [output, filter, input]),
      ),
      PARAMETERS,
    );
  });

  it("has the cotangent of its filter", async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ input, output, attributes }) =>
        check("pointwiseFilterGradient", attributes, [output, input]),
      ),
      PARAMETERS,
    );
  });

  it("holds for channels of a cell's first layer", async () => {
    const attributes = { stride: 1, offset: 0, relu: true };
    const [input, output] = [
      [3, 8, 8, 256],
      [3, 8, 8, 64],
    ];
    await check("pointwise", attributes, [input, [256, 64]]);
    await check("pointwiseInputGradient", attributes, [output, [256, 64], input]);
    await check("pointwiseFilterGradient", attributes, [output, input]);
  });
});

describe("dense convolution of any size, stride and padding", () => {
  const cases = fc
    .record({
      images,
      height: extent,
      width: extent,
      channels: fc.constantFrom(1, 2, 3, 4, 6, 8),
      outputChannels: quads,
      size: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
      stride: fc.integer({ min: 1, max: 3 }),
      padding: fc.nat(2),
      relu: fc.boolean(),
    })
    .filter(({ height, width, size, padding }) => height + 2 * padding >= size[0] && width + 2 * padding >= size[1])
    .map(({ images, height, width, channels, outputChannels, size, stride, padding, relu }) => ({
      input: [images, height, width, channels],
      output: [
        images,
        windowCount(height, size[0], stride, padding),
        windowCount(width, size[1], stride, padding),
        outputChannels,
      ],
      filter: [...size, channels, outputChannels],
      size,
      attributes: { stride, padding, relu },
    }));

  it("agrees with plain loops", async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ input, filter, attributes }) => check("convolution", attributes, [input, filter])),
      PARAMETERS,
    );
  });

  it("has the cotangent of its input", async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ input, output, filter, attributes }) =>
        check("convolutionInputGradient", attributes, [output, filter, input]),
      ),
      PARAMETERS,
    );
  });

  it("has the cotangent of its filter", async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ input, output, size, attributes }) =>
        check("convolutionFilterGradient", { ...attributes, size }, [output, input]),
      ),
      PARAMETERS,
    );
  });

  it("holds for a large filter, whose gradient is shared by rows", async () => {
    const attributes = { stride: 1, padding: 0, relu: true };
    const [input, output, filter] = [
      [5, 3, 2, 96],
      [5, 2, 1, 192],
      [2, 2, 96, 192],
    ];
    await check("convolution", attributes, [input, filter]);
    await check("convolutionInputGradient", attributes, [output, filter, input]);
    await check("convolutionFilterGradient", { ...attributes, size: [2, 2] }, [output, input]);
  });
});

describe("sums over many pixels", () => {
  it("stay within a few roundings, relative to the sum of magnitudes", async () => {
    const input = [33, 32, 32, 4];
    const positive = (shape: Shape) => normals(stream, shape).map(Math.abs);
    const dense = { stride: 1, padding: 1, relu: false };
    const trials = [
      trialOf("depthwiseFilterGradient", { stride: 1, dilation: 1, relu: false, size: 3 }, [
        [input, positive(input)],
        [input, positive(input)],
      ]),
      trialOf("pointwiseFilterGradient", { stride: 1, offset: 0, relu: false }, [
        [input, positive(input)],
        [input, positive(input)],
      ]),
      trialOf("convolutionFilterGradient", { ...dense, size: [3, 3] }, [
        [input, positive(input)],
        [input, positive(input)],
      ]),
    ];
    for (const trial of trials) await agreement.expect(trial, 1.5e-6);
  });
});

describeArithmetics("depthwise kernels of two widths", (arithmetic) => {
  const extents = [9, 11, 20] as const;
  const [height, width, channels] = extents;
  const dilation = 2;
  const imageFloats = height * width * channels;
  const places = { scratch: 1 << 20, cotangent: 1 << 21, input: 3 << 20, filter: 1 << 22, output: 5 << 20 } as const;

  async function run(size: number, octets: 0 | 1, kernel: string, operands: readonly (keyof typeof places)[]) {
    const memory = new webAssembly.Memory({ initial: 128, maximum: 65536, shared: true });
    const module = new webAssembly.Module(await readFile(BUILT_FILES.kernels[arithmetic]));
    const kernels: Readonly<Record<string, WasmFunction>> = new webAssembly.Instance(module, { env: { memory } })
      .exports;
    const values = new RandomStream(3);
    for (const operand of ["cotangent", "input", "filter"] as const) {
      const floats = new Float32Array(memory.buffer, places[operand], 3 * imageFloats);
      for (let i = 0; i < floats.length; i++) floats[i] = values.normal();
    }
    const addresses = operands.map((operand) => places[operand]);
    const group = kernel === "depthwiseFilterGradient" ? [0] : [];
    const attributes = [size, 1, dilation, 1, octets];
    kernels[kernel]!(places.scratch, ...addresses, ...extents, height, width, ...attributes, ...group, 0, 3);
    return Buffer.from(new Uint8Array(memory.buffer, places.output, 12 * imageFloats));
  }

  it.each([
    ["depthwise", ["input", "filter", "output"]],
    ["depthwiseInputGradient", ["cotangent", "filter", "input", "output"]],
    ["depthwiseFilterGradient", ["cotangent", "input", "output"]],
  ] as const)("have the same bits: %s", async (kernel, operands) => {
    for (const size of [3, 5]) {
      const quads = await run(size, 0, kernel, operands);
      expect(quads.some((byte) => byte !== 0)).toBe(true);
      expect((await run(size, 1, kernel, operands)).equals(quads)).toBe(true);
    }
  });
});

describe("on a device of one thread", () => {
  let device: Device;
  beforeAll(async () => {
    device = await createWasmDevice({ threads: 1 });
  });
  afterAll(() => device.close());

  it("a ReLU on the way in keeps a NaN", async () => {
    const shape = [1, 2, 2, 4];
    const input = normals(stream, shape);
    input[5] = Number.NaN;
    const filter = [[4, 4], normals(stream, [4, 4])] as const;
    const { "output 0": output } = await runTrial(
      device,
      trialOf("pointwise", { stride: 1, offset: 0, relu: true }, [[shape, input], filter]),
    );
    expect([...output!].map(Number.isNaN)).toEqual(Array.from({ length: 16 }, (_, i) => i >> 2 === 1));
  });

  it.each([
    ["depthwise", { stride: 1, dilation: 1, relu: true }, [1, 3, 3, 6], [3, 3, 6]],
    ["pointwise", { stride: 1, offset: 0, relu: true }, [1, 3, 3, 4], [4, 6]],
    ["pointwise", { stride: 1, offset: 0, relu: true }, [1, 3, 3, 6], [6, 4]],
    ["convolution", { stride: 1, padding: 1, relu: true }, [1, 3, 3, 3], [3, 3, 3, 6]],
  ] as const)("channels that are no multiple of 4 are refused: %s", async (kind, attributes, input, filter) => {
    const operands = [input, filter].map((shape) => [shape, normals(stream, shape)] as const);
    const trial = trialOf<OpKind>(kind, attributes, operands);
    await expect(runTrial(device, trial)).rejects.toMatchObject({ code: "E_DEVICE_CHANNELS", kind: "internal" });
  });
});
