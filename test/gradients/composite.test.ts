import { describe, expect, it } from "vitest";
import { createReferenceDevice, type Device, type Executable } from "../../src/device/index.ts";
import { RandomStream } from "../../src/random/index.ts";
import { compositeBatch, compositePrograms } from "../contract/composite-network.ts";

/** Small, so that no ReLU and no maximum changes sides. */
const STEP = 1e-6;

describe("differentiate, over a whole network", () => {
  it("gives the slope of the loss along each parameter", async () => {
    const device = createReferenceDevice();
    const { gradients, initial } = compositePrograms(2);
    for (const [name, values] of initial) device.write(name, values);
    const program = await device.compile(gradients);
    const exact = await program.run(compositeBatch(2, 0));
    const stream = new RandomStream(4);
    for (const name of Object.keys(exact)) {
      if (name === "loss") continue;
      const direction = Float64Array.from(exact[name]!, () => stream.normal());
      const terms = direction.map((value, i) => value * exact[name]![i]!);
      const predicted = terms.reduce((sum, term) => sum + term);
      const size = Math.hypot(...terms);
      const slope = await slopeAlong(device, program, name, direction);
      expect(size, name).toBeGreaterThan(1e-4);
      expect(Math.abs(slope - predicted) / size, name).toBeLessThan(1e-5);
    }
  });
});

async function slopeAlong(device: Device, program: Executable, name: string, direction: ArrayLike<number>) {
  const values = device.read(name);
  const lossAt = async (step: number) => {
    device.write(
      name,
      Array.from(values, (value, i) => value + step * direction[i]!),
    );
    return (await program.run(compositeBatch(2, 0)))["loss"]![0]!;
  };
  const difference = (await lossAt(STEP)) - (await lossAt(-STEP));
  device.write(name, values);
  return difference / (2 * STEP);
}
