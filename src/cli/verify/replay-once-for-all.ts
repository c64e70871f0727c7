/** @file Replays Once-for-All: smaller windows of larger ones, the order of channels, soft labels, and one step of three sub-networks with a teacher. */
import type { Device } from "../../device/index.ts";
import { inferencePass } from "../../network/index.ts";
import { RandomStreams } from "../../random/index.ts";
import { superNetwork } from "../../search/index.ts";
import {
  ElasticTraining,
  NestedChoices,
  SharedWeights,
  SubNetworkPass,
  sortChannels,
  Teacher,
} from "../../strategies/once-for-all/index.ts";
import { initialiseWeights, LossPass, velocityName } from "../../train/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import {
  NESTED,
  NESTED_BATCH,
  type NestedGolden,
  nestedBatch,
  nestedValues,
  sines,
  supportsNamed,
} from "./nested-chain.ts";

/** Phases of the sines of which the teacher's values and the velocities are made, and where those of the network begin. */
const [OWN_PHASE, TEACHER_PHASE, VELOCITY_PHASE] = [0, 100, 200];
const MOST = 1000;

export async function replayOnceForAll(
  device: Device,
  golden: NestedGolden,
  ledger: ErrorLedger,
  limit: number,
): Promise<void> {
  const group = `${device.name}: strategies, Once-for-All`;
  const compare = (name: string, got: ArrayLike<number>, expected: ArrayLike<number>) =>
    ledger.relative(group, limit, name, got, expected);
  const shared = new SharedWeights(NESTED);
  const choices = new NestedChoices(NESTED.nesting);
  const networks = {
    largest: supportsNamed("mb6_7x7", "mb6_7x7"),
    smallest: supportsNamed("mb3_3x3", "identity"),
    between: supportsNamed("mb6_5x5", "mb3_3x3"),
  };
  const { momentum, weightDecay, learningRate, shapes, losses, transform, order } = golden;
  const options = {
    ...{ batch: NESTED_BATCH, momentum, weightDecay, clipNorm: 1e9, labelSmoothing: 0, auxiliaryWeight: 0 },
    ...{ distillation: 1, recompute: false },
  };
  const write = (values: ReadonlyMap<string, ArrayLike<number>>, prefix = "") => {
    for (const [name, numbers] of values) device.write(`${prefix}${name}`, numbers);
  };
  const values = nestedValues(shapes, OWN_PHASE);
  for (const { name, shape } of shared.values) compare(`shape of ${name}`, shape, shapes[name] ?? []);
  for (const [window, expected] of Object.entries(transform)) {
    const supports = supportsNamed("mb6_7x7", `mb3_${window}x${window}`);
    const cut = shared.cut(NESTED.network(supports)(inferencePass()), values);
    const name = `stage0.layer1.mb3_${window}x${window}.filter.depthwise`;
    compare(`window ${window}x${window}`, cut.get(name) ?? [], expected);
  }
  initialiseWeights(device, superNetwork(NESTED), new RandomStreams(1));
  write(values);
  const sorted = "stage0.layer1.mb6_7x7.filter.norm.shift";
  const largest = NESTED.network(networks.largest);
  const loss = async () => {
    const pass = await LossPass.compile(device, largest, NESTED_BATCH);
    const { loss } = await pass.run(nestedBatch());
    pass.release();
    return [loss];
  };
  const unsorted = await loss();
  sortChannels(device, NESTED, choices, [6]);
  compare(
    "order of channels",
    device.read(sorted),
    order.map((channel) => values.get(sorted)![channel]!),
  );
  compare("loss with sorted channels", await loss(), unsorted);
  write(values);
  write(nestedValues(shapes, TEACHER_PHASE), "teacher/");
  const teacher = await Teacher.compile(device, largest, NESTED_BATCH);
  const soft = await teacher.softLabels(nestedBatch());
  compare("soft labels", soft, golden.soft);
  for (const [name, supports] of Object.entries(networks)) {
    shared.settle(device, supports);
    const pass = await SubNetworkPass.compile(device, NESTED.network(supports), options);
    compare(`loss of the ${name}`, [(await pass.run(nestedBatch(), soft)).loss], [losses[name]?.hard ?? Number.NaN]);
    pass.release();
  }
  teacher.release();
  write(values);
  for (const [place, [name, shape]] of Object.entries(shapes).entries()) {
    const count = shape.reduce((product, length) => product * length, 1);
    device.write(velocityName(name), sines(count, VELOCITY_PHASE + place, 0.01));
  }
  const context = {
    ...{ device, space: NESTED, batches: [], streams: new RandomStreams(1), clock: () => 0, maxLoss: MOST },
  };
  const training = new ElasticTraining(context, options, shared, choices);
  const trained = Object.values(networks);
  const step = await training.step({ batch: nestedBatch(), networks: trained, next: null, learningRate });
  const hard = Object.values(losses).reduce((sum, { hard }) => sum + hard / trained.length, 0);
  compare("step of three, loss", [step.loss], [hard]);
  compare("step of three, gradient norm", [step.gradientNorm], [golden.gradientNorm]);
  for (const [name, expected] of Object.entries(golden.after)) {
    compare(`step of three, ${name}`, device.read(name), expected);
  }
  training.release();
}
