/**
 * @file One training step (forward, backward, clip, SGD) of the sparse super-net, this engine against PyTorch on the CPU, alternating
 * in one run. PyTorch's side is a script that prints one JSON line per call, given by --reference; without it ours alone is timed.
 *
 *   npm run build && npx tsx bench/step-against-pytorch.ts --reference PATH/bench_step.py [--python /usr/bin/python3]
 *     [--cells mixed,separable] [--channels 16] [--layers 8] [--batch 64] [--image 32] [--threads 2] [--steps 8] [--rounds 3]
 */
import { parseArgs } from "node:util";
import { TrainingRig } from "./figures/training-rig.ts";
import { countsOf, runCommand } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { fasterFormat, type PyTorchRound, pyTorch, pyTorchRound } from "./harness/pytorch.ts";
import { acrossRounds, both, ratio, sample, summarise, type Timing } from "./harness/samples.ts";

const USAGE =
  "npx tsx bench/step-against-pytorch.ts [--reference bench_step.py] [--python PROGRAM] [--cells mixed,separable] [--channels 16] " +
  "[--layers 8] [--batch 64] [--image 32] [--threads 2] [--steps 8] [--rounds 3]";

async function bench(): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      reference: { type: "string" },
      python: { type: "string", default: "/usr/bin/python3" },
      cells: { type: "string", default: "mixed,separable" },
      channels: { type: "string", default: "16" },
      layers: { type: "string", default: "8" },
      batch: { type: "string", default: "64" },
      image: { type: "string", default: "32" },
      threads: { type: "string", default: "2" },
      steps: { type: "string", default: "8" },
      rounds: { type: "string", default: "3" },
    },
  });
  const { rounds, steps, ...network } = countsOf(flags, [
    "channels",
    "layers",
    "batch",
    "image",
    "threads",
    "steps",
    "rounds",
  ]);
  const reference = flags.reference === undefined ? null : pyTorch(flags.python, flags.reference);
  const { threads, channels, layers, batch, image } = network;
  console.log(`${machineLine(threads)}; ${channels} channels, ${layers} cells, batch ${batch}, ${image}x${image}`);
  console.log("milliseconds, min / median");
  for (const cells of flags.cells.split(",")) {
    const rig = new TrainingRig({ ...network, cells });
    const { parameters, bytes } = await rig.size();
    console.log(`${cells}: ${parameters} parameters, ${(bytes / 2 ** 20).toFixed(0)} MiB`);
    await sample(() => rig.weightStep(), 1);
    const [ours, theirs] = [[] as Timing[], [] as PyTorchRound[]];
    for (let round = 0; round < rounds; round++) {
      ours.push(summarise(await sample(() => rig.weightStep(), steps)));
      let line = `${cells} round ${round + 1}: ours ${both(ours.at(-1)!)}`;
      if (reference !== null) {
        theirs.push(pyTorchRound(reference, { ...rig.options, steps }, parameters));
        const best = fasterFormat(theirs.slice(-1));
        line += `; PyTorch ${best.format} ${both(best)}`;
      }
      console.log(line);
    }
    await rig.close();
    if (reference === null) continue;
    const { min, median } = ratio(fasterFormat(theirs), acrossRounds(ours));
    console.log(
      `${cells}: PyTorch / ours = ${min.toFixed(2)} by minimum, ${median.toFixed(2)} by median (above 1: ours is faster)`,
    );
  }
}

await runCommand(USAGE, bench);
