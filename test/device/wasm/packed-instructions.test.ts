import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Instruction, LocalAddress } from "../../../src/device/wasm/instruction.ts";
import { packInstructions, unpackInstructions } from "../../../src/device/wasm/packed-instructions.ts";

const NUMBER = fc.oneof(fc.nat(2 ** 32 - 1), fc.double({ noNaN: true }), fc.constantFrom(-1, 0, -0, 1e-5));
const LOCAL: fc.Arbitrary<LocalAddress> = fc.record(
  { local: fc.nat(), imageBytes: fc.nat() },
  { noNullPrototype: true },
);
const ARGS = fc.array(fc.oneof(NUMBER, LOCAL), { maxLength: 20 });
const KERNEL = fc.constantFrom("fill", "pointwise", "batchNormStatistics");
const COUNT = fc.integer({ min: 1, max: 1 << 20 });

const INSTRUCTION: fc.Arbitrary<Instruction> = fc.oneof(
  fc.record(
    { share: fc.constantFrom("images", "groups"), kernel: KERNEL, args: ARGS, images: COUNT },
    { noNullPrototype: true },
  ),
  fc.record({ share: fc.constant("items"), kernel: KERNEL, args: ARGS, count: COUNT }, { noNullPrototype: true }),
  fc.record({ share: fc.constant("every"), kernel: KERNEL, args: ARGS }, { noNullPrototype: true }),
  fc.constant({ share: "barrier" } as const),
);

describe("packed instructions", () => {
  it("are the same instructions once they are unpacked, after they were posted too", () => {
    fc.assert(
      fc.property(fc.array(INSTRUCTION, { maxLength: 30 }), (instructions) => {
        const packed = packInstructions(instructions);
        expect(unpackInstructions(packed)).toEqual(instructions);
        expect(unpackInstructions(structuredClone(packed))).toEqual(instructions);
      }),
    );
  });

  it("name each kernel once", () => {
    const fill: Instruction = { share: "every", kernel: "fill", args: [0, 1, 1] };
    expect(packInstructions([fill, { share: "barrier" }, fill]).kernels).toEqual(["fill"]);
  });
});
