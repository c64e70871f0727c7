/**
 * @file What a new support costs before its first step: the weight step of random supports of the space of DARTS, compiled, beside the step itself.
 * `npx tsx bench/compile.ts [--supports 40] [--channels 16] [--layers 8] [--batch 64] [--image 32] [--threads 2]`. Of compiling the first two do
 * not count: code that is run for the first time is slow. A compile and a step take turns.
 */
import { parseArgs } from "node:util";
import { RandomStreams } from "../src/random/index.ts";
import { initialiseWeights } from "../src/train/index.ts";
import { NewSupports } from "./figures/new-support.ts";
import { countsOf, runCommand } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { both, ratio, summarise } from "./harness/samples.ts";
import { markdownTable } from "./harness/table.ts";
import { CLASS_COUNT, IMAGE_CHANNELS } from "./step-network.ts";

const USAGE =
  "npx tsx bench/compile.ts [--supports N] [--channels N] [--layers N] [--batch N] [--image N] [--threads N]";
const DEFAULTS = { supports: "40", channels: "16", layers: "8", batch: "64", image: "32", threads: "2" };
const UNCOUNTED = 2;

async function main(): Promise<void> {
  const options = Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, value]) => [name, { type: "string" as const, default: value }]),
  );
  const { values } = parseArgs({ options });
  const names = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];
  const { supports, ...size } = countsOf(values as typeof DEFAULTS, names);
  const news = new NewSupports(size);
  const streams = new RandomStreams(1);
  const labels = Array.from({ length: size.batch }, (_, image) => image % CLASS_COUNT);
  const images = new Float32Array(size.batch * size.image ** 2 * IMAGE_CHANNELS).fill(0.5);
  const [compiling, running]: [number[], number[]] = [[], []];
  for (let count = -UNCOUNTED; count < supports; count++) {
    const begin = performance.now();
    const step = await news.compile();
    const compiled = performance.now();
    initialiseWeights(await news.device(), step.network, streams);
    const ready = performance.now();
    await step.run({ images, labels }, { learningRate: 0.01, mixture: null });
    if (count >= 0) {
      compiling.push(compiled - begin);
      running.push(performance.now() - ready);
    }
    step.release();
  }
  await news.close();
  const { min, median } = ratio(summarise(compiling), summarise(running));
  console.log(machineLine(size.threads));
  console.log(
    markdownTable(
      ["supports", "compile, ms (min / median)", "its first step, ms (min / median)", "ratio by min", "by median"],
      [[`${supports}`, both(summarise(compiling)), both(summarise(running)), min.toFixed(3), median.toFixed(3)]],
    ),
  );
}

await runCommand(USAGE, main);
