/**
 * @file What the ImageNet setting costs here: steps of the published network at 224x224 and of searches for it, a part of a batch each, on one thread; the
 * memory of a step; making its images; and what the published schedules come to in core-hours. Seconds are of the processor, so that a machine that is shared says
 * nearly what an idle one would.
 * `npm run build && npx tsx bench/imagenet-cost.ts [--part 8] [--steps 2]`
 */
import { parseArgs } from "node:util";
import { randomSupports } from "../src/choice/index.ts";
import { drawAugmentation, normalisationTable, writeAugmented } from "../src/data/index.ts";
import { createWasmDevice } from "../src/device/index.ts";
import { RandomStreams } from "../src/random/index.ts";
import { type DartsMacro, dartsSpace, derivedNetwork, NAMED_GENOTYPES } from "../src/spaces/darts/index.ts";
import { ArchitectureStep, initialiseWeights, WeightStep } from "../src/train/index.ts";
import { countsOf, runCommand } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { both, summarise } from "./harness/samples.ts";
import { markdownTable } from "./harness/table.ts";

const USAGE = "npx tsx bench/imagenet-cost.ts [--part 8] [--steps 2]";
const SIDE = 224;
const IMAGES = 1_281_167;
const AUGMENTATION = {
  ...{ cropPadding: 0, horizontalFlip: true, cutoutSize: 0 },
  ...{ resizedCrop: 0.08, colourJitter: 0.4, hueJitter: 0.2 },
};
const OPTIONS = { momentum: 0.9, weightDecay: 3e-5, clipNorm: 5, labelSmoothing: 0.1, dropPath: false };

const macro = (initChannels: number, cellCount: number, isSearch: boolean, auxiliaryHead: boolean): DartsMacro => ({
  ...{ imageSize: { height: SIDE, width: SIDE }, imageChannels: 3, classCount: 1000, stem: "imagenet" },
  ...{ initChannels, cellCount, affine: !isSearch, poolNorm: isSearch, skipNorm: false, auxiliaryHead },
});

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { part: { type: "string", default: "8" }, steps: { type: "string", default: "2" } },
  });
  const { part, steps } = countsOf(values, ["part", "steps"]);
  console.log(`${machineLine(1)}; parts of ${part} images of ${SIDE}x${SIDE}, ${steps} after one that is not timed\n`);
  const space = dartsSpace();
  const streams = new RandomStreams(1);
  const supports = randomSupports(space.groups, streams.stream("supports"));
  const large = macro(48, 14, false, true);
  const oneStage: DartsMacro = { ...large, poolNorm: true, skipNorm: true };
  const small = macro(16, 8, true, false);
  const batch = await imagesOf(part, streams);
  const rows: string[][] = [];
  const row = (name: string, seconds: readonly number[], peak: number, epochs: number, share: number) => {
    const timing = summarise(seconds.map((second) => 1000 * second));
    const perImage = Math.min(...seconds) / part;
    const hours = (perImage * epochs * share * IMAGES) / 3600;
    const memory = peak === 0 ? "" : (peak / 2 ** 20).toFixed(0);
    rows.push([
      name,
      both(timing),
      perImage.toFixed(3),
      memory,
      String(epochs),
      Math.round(hours).toLocaleString("en"),
    ]);
  };

  const training = derivedNetwork(large, NAMED_GENOTYPES.ISTA_ImageNet);
  for (const recompute of [false, true]) {
    const { seconds, peak } = await timed(steps, async (device) => {
      const step = await WeightStep.compile(device, training, {
        ...OPTIONS,
        ...{ batch: part, recompute, mixture: false, auxiliaryWeight: 0.4 },
      });
      initialiseWeights(device, step.network, streams);
      return { peak: step.peakBytes, run: () => step.run(batch, { learningRate: 0.01, mixture: null }) };
    });
    row(`training, 48 channels, 14 cells${recompute ? ", --recompute" : ""}`, seconds, peak, 250, 1);
  }
  const ones = supports.map(({ length }) => new Float32Array(length).fill(0.5));
  const single = await timed(steps, async (device) => {
    const build = space.superNetwork(oneStage, supports);
    const options = { ...OPTIONS, batch: part, mixture: true, returnsMixtureGradient: true, auxiliaryWeight: 0.4 };
    const step = await WeightStep.compile(device, build, options);
    initialiseWeights(device, step.network, streams);
    return { peak: step.peakBytes, run: () => step.run(batch, { learningRate: 0.01, mixture: ones }) };
  });
  row("one-stage search, 48 channels, 14 cells", single.seconds, single.peak, 120, 1);
  const double = await timed(steps, async (device) => {
    const build = space.superNetwork(small, supports);
    const weights = await WeightStep.compile(device, build, {
      ...OPTIONS,
      batch: part,
      mixture: true,
      auxiliaryWeight: 0,
    });
    const architecture = await ArchitectureStep.compile(device, build, { batch: part, updatesRunning: false });
    initialiseWeights(device, weights.network, streams);
    const run = async () => {
      await architecture.run(batch, ones);
      await weights.run(batch, { learningRate: 0.01, mixture: ones });
    };
    return { peak: Math.max(weights.peakBytes, architecture.peakBytes), run };
  });
  row("two-stage search, 16 channels, 8 cells, both passes", double.seconds, double.peak, 50, 0.5);
  const made: number[] = [];
  for (let step = 0; step <= steps; step++) {
    const spent = await coreSeconds(() => imagesOf(part, streams));
    if (step > 0) made.push(spent);
  }
  row("making images: box, flip, colours", made, 0, 250, 1);
  const head = ["step", "core-ms a part (min / median)", "core-s an image", "peak, MiB", "epochs", "core-hours"];
  console.log(markdownTable(head, rows));
}

async function imagesOf(count: number, streams: RandomStreams) {
  const shape = { height: SIDE, width: SIDE, channels: 3 } as const;
  const length = SIDE * SIDE * 3;
  const pixels = Uint8Array.from({ length }, (_, at) => Math.imul(at, 2654435761) >>> 24);
  const table = normalisationTable({ mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225] });
  const images = new Float32Array(count * length);
  const stream = streams.stream("augmentation");
  for (let image = 0; image < count; image++) {
    const draw = drawAugmentation(stream, AUGMENTATION, shape);
    writeAugmented({ shape, pixels, offset: 0 }, draw, table, images, image * length);
  }
  return { images, labels: Float32Array.from({ length: count }, (_, image) => image) };
}

/** Seconds that cores worked for this process, whatever else they did meanwhile. */
async function coreSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

type Prepare = (device: Awaited<ReturnType<typeof createWasmDevice>>) => Promise<{
  readonly peak: number;
  readonly run: () => Promise<unknown>;
}>;

async function timed(steps: number, prepare: Prepare): Promise<{ seconds: readonly number[]; peak: number }> {
  const device = await createWasmDevice({ threads: 1, arithmetic: "fused" });
  try {
    const { peak, run } = await prepare(device);
    const seconds: number[] = [];
    for (let step = 0; step <= steps; step++) {
      const spent = await coreSeconds(run);
      if (step > 0) seconds.push(spent);
    }
    return { seconds, peak };
  } finally {
    await device.close();
  }
}

await runCommand(USAGE, main);
