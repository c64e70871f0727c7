import { expect, it } from "vitest";
import { createReferenceDevice } from "../../../src/device/index.ts";
import { stopAtZero } from "../../../src/strategies/atom/stop-at-zero.ts";
import { velocityName } from "../../../src/train/index.ts";

it("stops scales that a step takes across zero, with their velocities, and leaves all others", () => {
  const device = createReferenceDevice();
  device.write("scale", [0.5, -0.1, 0.2, 0, -0.3, 0.1]);
  device.write(velocityName("scale"), [1, 2, 3, 4, 5, 6]);
  // Across, across, on its side, onto zero, away from zero, away from zero.
  const now = stopAtZero(device, "scale", [-0.1, 0.1, 0.4, 0.1, -0.1, 0]);
  expect([...(now as Float64Array)]).toEqual([0, 0, 0.2, 0, -0.3, 0.1]);
  expect(device.read("scale")).toEqual(now);
  expect([...device.read(velocityName("scale"))]).toEqual([0, 0, 3, 4, 5, 6]);
});
