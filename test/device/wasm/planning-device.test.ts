import { expect, it } from "vitest";
import { createWasmDevice, PlanningDevice } from "../../../src/device/index.ts";
import { genotypeStructures, NAMED_GENOTYPES, networkBuilder } from "../../../src/spaces/darts/index.ts";
import { WeightStep } from "../../../src/train/index.ts";
import { TINY_SPEC } from "../../tiny-spec.ts";

const STRUCTURES = genotypeStructures(NAMED_GENOTYPES.ISTA_onestage);
const OPTIONS = {
  ...{ batch: 6, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
  ...{ mixture: false, dropPath: false },
};

it.each([1, 3])("plans for %i threads what the device that runs then takes", async (threads) => {
  const device = await createWasmDevice({ threads });
  const planning = new PlanningDevice({ threads });
  const [real, planned] = await Promise.all(
    [device, planning].map((each) => WeightStep.compile(each, networkBuilder(TINY_SPEC, STRUCTURES), OPTIONS)),
  );
  expect(planned!.peakBytes).toBe(real!.peakBytes);
  expect(planning.names()).toEqual(device.names());
  const elements = device.names().map((name) => device.read(name).length);
  expect(planning.persistentBytes).toBe(elements.reduce((sum, count) => sum + 64 * Math.ceil(count / 16), 0));
  await device.close();
});

it("refuses what no device has room for, and to run", async () => {
  const planning = new PlanningDevice({ threads: 1 });
  await expect(
    WeightStep.compile(planning, networkBuilder(TINY_SPEC, STRUCTURES), { ...OPTIONS, batch: 100_000 }),
  ).rejects.toMatchObject({ code: "E_DEVICE_MEMORY" });
  expect(() => planning.write("large", { length: 2 ** 26 })).toThrow(
    expect.objectContaining({ code: "E_DEVICE_MEMORY" }),
  );
  const step = await WeightStep.compile(planning, networkBuilder(TINY_SPEC, STRUCTURES), OPTIONS);
  const batch = { images: new Float32Array(6 * 8 * 8 * 3), labels: new Float32Array(6) };
  await expect(step.run(batch, { learningRate: 0.1, mixture: null })).rejects.toMatchObject({
    code: "E_DEVICE_PLANS",
  });
  expect(() => new PlanningDevice({ threads: 0 })).toThrow(expect.objectContaining({ code: "E_DEVICE_THREADS" }));
});
