/**
 * @file How well devices compute: each case of every operation, and a small network in training, against the reference
 * device within rounding; and the same bits whatever the number of threads.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createReferenceDevice, type Device, type DeviceArray } from "../../src/device/index.ts";
import { elementCount, OP_RULES } from "../../src/graph/index.ts";
import { buildOpCase, drawValues, OP_CASES, type OpCase, titleOf } from "../op-cases.ts";
import { compositeBatch, compositePrograms } from "./composite-network.ts";

type Results = Readonly<Record<string, DeviceArray>>;

/** Largest difference between a device and the reference, relative to the largest element of a tensor. */
const OPERATION_TOLERANCE = 1e-5;
/** Rounding grows over the steps of a training run. */
const TRAINING_TOLERANCE = 1e-4;
const TRAINING_STEPS = 6;

/**
 * `variants` compute on the same arithmetic with different numbers of threads: the first is held against the reference,
 * the others against it.
 */
export function describeDeviceAgreement(name: string, variants: readonly (() => Promise<Device>)[]): void {
  describe(`the ${name} device computes like the reference`, () => {
    const reference = createReferenceDevice();
    let devices: readonly Device[] = [];
    beforeAll(async () => {
      devices = await Promise.all(variants.map((create) => create()));
    });
    afterAll(async () => {
      for (const device of devices) await device.close();
    });

    it.each(OP_CASES.map((opCase) => [titleOf(opCase), opCase] as const))("%s", async (_, opCase) => {
      const expected = await runCase(reference, opCase);
      const results = [];
      for (const device of devices) results.push(await runCase(device, opCase));
      expectWithin(results[0]!, expected, OPERATION_TOLERANCE);
      for (const result of results) expectSameBits(result, results[0]!);
    });

    it("a picture that is not a number makes a loss that is not", async () => {
      const programs = compositePrograms(3);
      const batch = compositeBatch(3, 0);
      batch["picture"]![100] = Number.NaN;
      for (const device of devices) {
        for (const [name, values] of programs.initial) device.write(name, values);
        const program = await device.compile(programs.weightStep);
        const { loss, norm } = await program.run({ ...batch, rate: [0.05] });
        expect([...loss!, ...norm!]).toEqual([Number.NaN, Number.NaN]);
      }
    });

    it.each([1, 3, 17])("training a small network on batches of %i", async (images) => {
      const expected = await train(createReferenceDevice(), images);
      const results = [];
      for (const create of variants) {
        const device = await create();
        results.push(await train(device, images));
        await device.close();
      }
      expect(expected[`loss ${TRAINING_STEPS - 1}`]![0]).toBeLessThan(0.9 * expected["loss 0"]![0]!);
      expectWithin(results[0]!, expected, TRAINING_TOLERANCE);
      for (const result of results) expectSameBits(result, results[0]!);
    });
  });
}

/** Every operation must occur in the graph of some case. */
export function describeCaseCoverage(): void {
  it("the case table covers every operation", () => {
    const covered = new Set(OP_CASES.flatMap((opCase) => buildOpCase(opCase).graph.nodes.map(({ kind }) => kind)));
    expect([...covered].sort()).toEqual(Object.keys(OP_RULES).sort());
  });
}

/** All outputs, gradients and persistent values after one run of a case. */
async function runCase(device: Device, opCase: OpCase): Promise<Results> {
  const { graph, inputs, outputs, cotangent, gradients } = buildOpCase(opCase);
  const values = drawValues(opCase, elementCount(outputs[0]!.shape));
  const wanted = [
    ...outputs.map((value, k) => [`output ${k}`, value] as const),
    ...gradients.flatMap((value, k) => (value === null ? [] : [[`gradient ${k}`, value] as const])),
  ];
  for (const [k, { role, name }] of inputs.entries()) if (role === "persistent") device.write(name!, values.inputs[k]!);
  const program = await device.compile({ graph, outputs: Object.fromEntries(wanted) });
  const written = inputs.flatMap(({ role, name }, k) =>
    role === "input" ? [[name!, values.inputs[k]!] as const] : [],
  );
  if (cotangent !== null) written.push([cotangent.name!, values.cotangent]);
  const results = { ...(await program.run(Object.fromEntries(written))) };
  program.release();
  for (const { name } of graph.named("persistent")) results[name!] = device.read(name!);
  return results;
}

/** Alternates weight steps and architecture gradients, then infers: all results and all persistent values. */
async function train(device: Device, images: number): Promise<Results> {
  const programs = compositePrograms(images);
  for (const [name, values] of programs.initial) device.write(name, values);
  const weightStep = await device.compile(programs.weightStep);
  const architectureGradient = await device.compile(programs.architectureGradient);
  const inference = await device.compile(programs.inference);
  const results: Record<string, DeviceArray> = {};
  const batch = compositeBatch(images, 0);
  for (let step = 0; step < TRAINING_STEPS; step++) {
    const weight = await weightStep.run({ ...batch, rate: [0.05] });
    const architecture = await architectureGradient.run(batch);
    for (const [name, values] of Object.entries({ ...weight, ...architecture })) results[`${name} ${step}`] = values;
  }
  const { picture, keep } = compositeBatch(images, 1);
  results["logits"] = (await inference.run({ picture: picture!, keep: keep! }))["logits"]!;
  for (const name of device.names()) results[name] = device.read(name);
  return results;
}

function expectWithin(got: Results, expected: Results, tolerance: number): void {
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    const computed = got[name]!;
    let largest = 0;
    let error = 0;
    for (let i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs(values[i]!));
      error = Math.max(error, Math.abs(values[i]! - computed[i]!));
    }
    expect(computed.length, name).toBe(values.length);
    expect(error, name).toBeLessThanOrEqual(tolerance * largest);
  }
}

function expectSameBits(got: Results, expected: Results): void {
  const bytes = (values: DeviceArray) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  for (const [name, values] of Object.entries(expected)) {
    expect(bytes(got[name]!).equals(bytes(values)), `the bits of ${name}`).toBe(true);
  }
}
