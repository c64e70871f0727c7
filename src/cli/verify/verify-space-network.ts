/**
 * @file Replays a small network of another space than that of DARTS: logits, loss and all gradients of one batch, then steps of SGD with the weight
 * step of every training. No value in the golden ones comes near a kink of its ReLU, so rounding sends no device another way.
 */
import type { Device } from "../../device/index.ts";
import type { MixtureWeights, Network, NetworkBuilder, ParameterSpec } from "../../network/index.ts";
import { Classifier, WeightStep } from "../../train/index.ts";
import { batchGradients } from "./batch-gradients.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import type { GoldenTensors } from "./golden-tensors.ts";
import { IMAGE_AXES, torchAxes } from "./torch-layout.ts";
import { usingDevice } from "./using-device.ts";

const STEPS = 3;
const SGD = { momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 } as const;
const LEARNING_RATE = 0.1;
/**
 * Of the largest gradient: smaller ones are compared as if they were as large. The shift of a linear bottleneck has none at all, as the batch norm
 * after it takes every constant away, and what rounding leaves of it is noise.
 */
const SMALLEST_GRADIENT = 1e-2;
/** What batch norm made has a mean of zero, and a running mean of rounding alone: it is compared as if it had a value of this size. */
const SMALLEST_FINAL = 1e-2;

export interface SpaceNetworkReplay {
  readonly createDevice: () => Promise<Device>;
  readonly golden: GoldenTensors;
  readonly ledger: ErrorLedger;
  readonly limit: number;
}

/** `name`: the network's in the file, what its tensors begin with after `network/`. */
export async function verifySpaceNetwork(
  { createDevice, golden, ledger, limit }: SpaceNetworkReplay,
  name: string,
  build: NetworkBuilder,
): Promise<void> {
  const get = (part: string) => golden.get(`network/${name}/${part}`).data;
  const tensor = (part: string, own: string) => golden.permuted(`network/${name}/${part}/${own}`, torchAxes(own));
  const batchOf = (index: number) => ({
    images: golden.permuted(`network/${name}/batch/${index}/image`, IMAGE_AXES),
    labels: get(`batch/${index}/label`),
  });
  const batch = batchOf(0).labels.length;
  const isWeighted = golden.names.some((tensorName) => tensorName.startsWith(`network/${name}/mixture/`));
  const mode = { kind: "train", updatesRunning: true } as const;
  const network = build({ mode, batch, mixture: isWeighted, dropPath: false, auxiliaryHead: false });
  // The file names a group as the parameters of its candidates are named.
  const groups = (network.mixtures ?? []).map(
    (vector) => `mixture/${vector.name!.slice("mixture/".length).replace("/", ".")}`,
  );
  const mixture: MixtureWeights | null = isWeighted ? groups.map((group) => get(group)) : null;

  await usingDevice(createDevice, async (device) => {
    const compare = (what: string, part: string, got: ArrayLike<number>, expected: ArrayLike<number>, scale = 0) =>
      ledger.relative(`${device.name}: spaces, ${what}`, limit, `${name} ${part}`, got, expected, scale);
    start(device, network, (parameter) => tensor("param", parameter.name));

    const first = await batchGradients(device, build, batchOf(0), mixture);
    compare("logits and loss", "logits", first.logits, get("first/logits"));
    compare("logits and loss", "loss", first.loss, get("first/loss"));
    const gradients = [
      ...groups.map((group, k) => ({ of: group, got: first.mixtures[k]!, expected: get(`first/grad/${group}`) })),
      ...network.parameters.map(({ name: own }, k) => {
        return { of: own, got: first.parameters[k]!, expected: tensor("first/grad", own) };
      }),
    ];
    const largest = gradients.reduce((most, { expected }) => Math.max(most, largestOf(expected)), 0);
    for (const { of, got, expected } of gradients) {
      compare("gradients", `gradient of ${of}`, got, expected, SMALLEST_GRADIENT * largest);
    }

    const step = await WeightStep.compile(device, build, { ...SGD, batch, mixture: isWeighted, dropPath: false });
    const losses: number[] = [];
    const norms: number[] = [];
    for (let index = 0; index < STEPS; index++) {
      const result = await step.run(batchOf(index), { learningRate: LEARNING_RATE, mixture });
      losses.push(result.loss);
      norms.push(result.gradientNorm);
    }
    step.release();
    compare("trajectory", "loss", losses, get("trajectory/loss"));
    compare("trajectory", "gradient norm", norms, get("trajectory/gradient_norm"));
    for (const { name: own } of [...network.parameters, ...network.runningStatistics]) {
      compare("trajectory", `final ${own}`, device.read(own), tensor("final", own), SMALLEST_FINAL);
    }
    const classifier = await Classifier.compile(device, build, { batch, mixture: isWeighted });
    const logits = await classifier.logits(batchOf(0).images, mixture);
    classifier.release();
    compare("trajectory", "final logits in evaluation mode", logits, get("final/logits_eval"));
  });
}

/** Parameters as given, running statistics as a network begins with. */
function start(device: Device, network: Network, values: (parameter: ParameterSpec) => Float64Array): void {
  for (const parameter of network.parameters) device.write(parameter.name, values(parameter));
  for (const { name, shape, initialiser } of network.runningStatistics) {
    device.write(name, new Float64Array(shape[0]!).fill(initialiser.kind === "fill" ? initialiser.value : 0));
  }
}

function largestOf(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}
