/**
 * @file What a checkpoint costs: how long the run stands still while it is copied, how long until it is on the disk, and its size.
 * `npm run build && npx tsx bench/checkpoint.ts [--rounds 10]`, for super-nets with velocities of all their candidates: the most it can be.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createWasmDevice } from "../src/device/index.ts";
import { allCandidates } from "../src/network/index.ts";
import { dartsCells, searchedSpace } from "../src/spaces/darts/index.ts";
import { type Checkpoint, CheckpointStore, RunFolder } from "../src/store/index.ts";
import { countsOf, runCommand } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { both, summarise } from "./harness/samples.ts";
import { markdownTable } from "./harness/table.ts";
import { benchSpec } from "./step-network.ts";

const USAGE = "npx tsx bench/checkpoint.ts [--rounds 10]";
const SIZES = [
  { channels: 8, layers: 5 },
  { channels: 16, layers: 8 },
  { channels: 36, layers: 20 },
];

const STATE: Checkpoint["state"] = {
  ...{ phase: "retrain", architecture: "{}", details: {} },
  training: { epoch: 1, step: 2, sums: { loss: 1, correct: 2, gradientNorm: 3 } },
};

async function row({ channels, layers }: (typeof SIZES)[number], rounds: number): Promise<readonly string[]> {
  const device = await createWasmDevice({ threads: 1 });
  const space = dartsCells();
  const network = searchedSpace(space, benchSpec({ channels, layers, image: 32 })).network(allCandidates(space.groups))(
    {
      ...{
        mode: { kind: "train", updatesRunning: true },
        batch: 1,
        mixture: true,
        dropPath: false,
        auxiliaryHead: true,
      },
    },
  );
  for (const { name, shape } of network.parameters) {
    const length = shape.reduce((product, extent) => product * extent, 1);
    for (const persistent of [name, `${name}/velocity`]) device.write(persistent, new Float32Array(length).fill(0.1));
  }
  for (const { name, shape } of network.runningStatistics) device.write(name, new Float32Array(shape[0]!));
  const parent = mkdtempSync(join(tmpdir(), "ista-nas-bench-"));
  const store = new CheckpointStore(RunFolder.create(join(parent, "run")), 3);
  const [still, whole] = [[] as number[], [] as number[]];
  let bytes = 0;
  for (let round = 0; round <= rounds; round++) {
    const from = performance.now();
    const values = new Map(device.names().map((name) => [name, device.read(name)]));
    const saving = store.save({ state: STATE, values, lengths: {}, seconds: 0, epochSeconds: 0 });
    const stood = performance.now() - from;
    await saving;
    bytes = [...values.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (round === 0) continue;
    still.push(stood);
    whole.push(performance.now() - from);
  }
  rmSync(parent, { recursive: true });
  await device.close();
  const size = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return [`${channels} channels, ${layers} cells`, size, both(summarise(still)), both(summarise(whole))];
}

async function bench(): Promise<void> {
  const { values: flags } = parseArgs({ options: { rounds: { type: "string", default: "10" } } });
  const { rounds } = countsOf(flags, ["rounds"]);
  console.log(machineLine(1));
  const rows: (readonly string[])[] = [];
  for (const size of SIZES) rows.push(await row(size, rounds));
  console.log(
    markdownTable(["super-net", "size", "the run stands still, ms (min / median)", "on the disk after, ms"], rows),
  );
}

await runCommand(USAGE, bench);
