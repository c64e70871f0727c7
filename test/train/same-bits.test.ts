import { createHash } from "node:crypto";
import { expect, it, vi } from "vitest";
import { type Arithmetic, createWasmDevice } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { type DartsMacro, genotypeStructures, networkBuilder, parseGenotype } from "../../src/spaces/darts/index.ts";
import { Adam, ArchitectureStep, initialiseWeights, WeightStep } from "../../src/train/index.ts";
import { describeArithmetics } from "../describe-arithmetics.ts";
import { TINY_SPEC } from "../tiny-spec.ts";

/** Which of the two builds of a kernel runs; the real answer depends on the version of Node. */
const vectors = vi.hoisted(() => ({ joined: false }));
vi.mock(import("../../src/device/wasm/vector-pairs.ts"), async (original) => ({
  ...(await original()),
  canJoinVectorPairs: () => vectors.joined,
}));

/** Every primitive, in both strides where there are two. */
const GENOTYPE = parseGenotype(`Genotype(
  normal=[('sep_conv_3x3', 0), ('dil_conv_5x5', 1), ('sep_conv_5x5', 0), ('max_pool_3x3', 2),
          ('skip_connect', 1), ('dil_conv_3x3', 3), ('avg_pool_3x3', 2), ('sep_conv_3x3', 4)], normal_concat=range(2, 6),
  reduce=[('max_pool_3x3', 0), ('sep_conv_5x5', 1), ('skip_connect', 0), ('dil_conv_3x3', 1),
          ('avg_pool_3x3', 1), ('sep_conv_3x3', 2), ('dil_conv_5x5', 0), ('skip_connect', 3)], reduce_concat=range(2, 6))`);
const SPEC: DartsMacro = { ...TINY_SPEC, imageSize: { height: 12, width: 10 }, classCount: 7, initChannels: 12 };
const BATCH = 34;
const STEPS = 20;

/** SHA-256 of everything the device holds after some bi-level iterations. */
async function checksum(arithmetic: Arithmetic, threads: number, recompute: boolean): Promise<string> {
  const device = await createWasmDevice({ threads, arithmetic });
  const structures = genotypeStructures(GENOTYPE);
  const weightStep = await WeightStep.compile(device, networkBuilder(SPEC, structures), {
    ...{ batch: BATCH, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0.1, auxiliaryWeight: 0 },
    ...{ mixture: true, dropPath: false, recompute },
  });
  const architectureStep = await ArchitectureStep.compile(device, networkBuilder(SPEC, structures), {
    ...{ batch: BATCH, updatesRunning: false, recompute },
  });
  const streams = new RandomStreams(11);
  initialiseWeights(device, weightStep.network, streams);
  const draws = streams.stream("images");
  const mixture = Array.from({ length: 8 }, () => Float64Array.from({ length: 2 }, () => draws.normal()));
  const adams = mixture.map(() => new Adam(2, { learningRate: 0.01 }));
  const next = () => ({
    images: Float32Array.from({ length: BATCH * 12 * 10 * 3 }, () => draws.normal()),
    labels: Float32Array.from({ length: BATCH }, () => draws.integer(7)),
  });
  for (let step = 0; step < STEPS; step++) {
    const { gradients } = await architectureStep.run(next(), mixture);
    for (const [group, adam] of adams.entries()) adam.step(mixture[group]!, gradients[group]!);
    await weightStep.run(next(), { learningRate: 0.05, mixture });
  }
  const hash = createHash("sha256");
  for (const name of device.names()) hash.update(name).update(new Uint8Array(device.read(name).buffer));
  for (const { buffer } of mixture) hash.update(new Uint8Array(buffer));
  await device.close();
  return hash.digest("hex");
}

/** A change of one is a change of every result of its arithmetic: say so in the change log. */
const KNOWN: Readonly<Record<Arithmetic, string>> = {
  fused: "7c11b0a6e95a5f9e6f66fa6bb7fd20e9a3700ec015b20ba2d260c6c0b7d68511",
  separate: "0d70904b94a99204c25bb7cb584f26756a3c2b80de495b39cb0b8a69f0a1372c",
};

describeArithmetics(`${STEPS} iterations end in the same bits`, (arithmetic) => {
  it.each([
    [1, false, false],
    [2, false, false],
    [3, false, true],
    [1, true, false],
    [2, true, true],
    [8, true, false],
  ])("on %i threads, kernels for joined vectors: %s, cells computed twice: %s", async (threads, joined, recompute) => {
    vectors.joined = joined;
    expect(await checksum(arithmetic, threads, recompute)).toBe(KNOWN[arithmetic]);
  });
});
