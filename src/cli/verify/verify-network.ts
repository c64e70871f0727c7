/**
 * @file Replays a whole network: logits, loss and all gradients of one batch, then five bi-level steps with the same weight and
 * architecture steps that a search uses.
 */
import type { Device } from "../../device/index.ts";
import { differentiate, type Value } from "../../graph/index.ts";
import { buildNetwork, type CellStructures, type NetworkSpec, type ParameterSpec } from "../../network/index.ts";
import type { Candidate, Primitive } from "../../space/index.ts";
import { Adam, ArchitectureStep, Classifier, WeightStep } from "../../train/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import type { GoldenTensors } from "./golden-tensors.ts";
import { factorizedReduceNames, IMAGE_AXES, primitiveNames, reluConvNormNames, torchAxes } from "./torch-layout.ts";

const pick = (source: number, primitive: Primitive): Candidate => ({ source, primitive });

/** The cells of the golden network: every primitive in both strides. */
const MIXED: CellStructures = {
  normal: {
    nodes: [
      [pick(0, "sep_conv_3x3"), pick(1, "dil_conv_5x5")],
      [pick(0, "sep_conv_5x5"), pick(2, "max_pool_3x3")],
      [pick(1, "skip_connect"), pick(3, "dil_conv_3x3")],
      [pick(2, "avg_pool_3x3"), pick(4, "sep_conv_3x3")],
    ],
    concat: [2, 3, 4, 5],
  },
  reduce: {
    nodes: [
      [pick(0, "max_pool_3x3"), pick(1, "sep_conv_5x5")],
      [pick(0, "skip_connect"), pick(1, "dil_conv_3x3")],
      [pick(1, "avg_pool_3x3"), pick(2, "sep_conv_3x3")],
      [pick(0, "dil_conv_5x5"), pick(3, "skip_connect")],
    ],
    concat: [2, 3, 4, 5],
  },
};

const STEPS = 5;
const KINDS = ["normal", "reduce"] as const;

function specOf(golden: GoldenTensors): NetworkSpec {
  const cells = golden.names.flatMap((name) => /^param\/cells\.(\d+)\./.exec(name)?.[1] ?? []).map(Number);
  const [, imageChannels, height, width] = golden.get("batch/0/image").shape as [number, number, number, number];
  return {
    imageSize: { height, width },
    imageChannels,
    classCount: golden.get("param/classifier.weight").shape[0]!,
    initChannels: golden.get("param/stem.0.weight").shape[0]! / 3,
    cellCount: Math.max(...cells) + 1,
    stem: "cifar",
    affine: false,
    poolNorm: true,
    skipNorm: false,
    auxiliaryHead: false,
  };
}

/** PyTorch's name of every parameter and running statistic. */
function torchNames(spec: NetworkSpec): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const add = (prefix: string, part: Readonly<Record<string, string>>) => {
    for (const [own, torch] of Object.entries(part)) names.set(own, `${prefix}${torch}`);
  };
  add("stem.", {
    "stem.filter": "0.weight",
    "stem.norm.scale": "1.weight",
    "stem.norm.shift": "1.bias",
    "stem.norm.runningMean": "1.running_mean",
    "stem.norm.runningVariance": "1.running_var",
  });
  add("classifier.", { "classifier.weight": "weight", "classifier.bias": "bias" });
  let followsReduction = false;
  for (let cell = 0; cell < spec.cellCount; cell++) {
    const isReduction = cell === Math.floor(spec.cellCount / 3) || cell === Math.floor((2 * spec.cellCount) / 3);
    const before = followsReduction ? factorizedReduceNames : reluConvNormNames;
    add(`cells.${cell}.pre0.`, before(`cells.${cell}.preprocess0`));
    add(`cells.${cell}.pre1.`, reluConvNormNames(`cells.${cell}.preprocess1`));
    let position = 0;
    for (const [node, picks] of MIXED[isReduction ? "reduce" : "normal"].nodes.entries()) {
      for (const { source, primitive } of picks) {
        const own = `cells.${cell}.nodes.${node}.from${source}.${primitive}`;
        const stride = isReduction && source < 2 ? 2 : 1;
        add(`cells.${cell}.ops.${position++}.`, primitiveNames(own, primitive, stride));
      }
    }
    followsReduction = isReduction;
  }
  return names;
}

export async function verifyNetwork(
  device: Device,
  golden: GoldenTensors,
  ledger: ErrorLedger,
  limit: number,
): Promise<void> {
  const spec = specOf(golden);
  const names = torchNames(spec);
  const batch = golden.get("batch/0/image").shape[0]!;
  const compare = (group: string, name: string, got: ArrayLike<number>, expected: ArrayLike<number>) =>
    ledger.relative(`${device.name}: network, ${group}`, limit, name, got, expected);
  const golden1 = (prefix: string, { name }: ParameterSpec) =>
    golden.permuted(`${prefix}/${names.get(name)!}`, torchAxes(name));
  const batchOf = (index: number) => ({
    images: golden.permuted(`batch/${index}/image`, IMAGE_AXES),
    labels: golden.get(`batch/${index}/label`).data,
  });

  const mode = { kind: "train", updatesRunning: false } as const;
  const network = buildNetwork(spec, MIXED, { mode, batch, edgeWeights: true, dropPath: false });
  for (const parameter of network.parameters) device.write(parameter.name, golden1("param", parameter));
  for (const { name, shape, initialiser } of network.runningStatistics) {
    device.write(name, new Float64Array(shape[0]!).fill(initialiser.kind === "fill" ? initialiser.value : 0));
  }
  const edgeWeights = {
    normal: Float64Array.from(golden.get("param/alpha_normal").data),
    reduce: Float64Array.from(golden.get("param/alpha_reduce").data),
  };
  const { graph } = network;
  const loss = graph.apply("crossEntropy", [network.logits, graph.input("labels", [batch])], { labelSmoothing: 0 });
  const parameters = network.parameters.map(({ name, shape }) => graph.persistent(name, shape));
  const weights = network.edgeWeights!;
  const gradients = differentiate(graph, loss, [weights.normal, weights.reduce, ...parameters]);
  const outputs: Record<string, Value> = { loss, logits: network.logits };
  for (const [k, gradient] of gradients.entries()) outputs[`gradient${k}`] = gradient;
  const executable = await device.compile({ graph, outputs });
  const first = await executable.run({
    ...batchOf(0),
    "edgeWeights/normal": edgeWeights.normal,
    "edgeWeights/reduce": edgeWeights.reduce,
  });
  executable.release();
  compare("logits and loss", "logits", first["logits"]!, golden.get("first/logits").data);
  compare("logits and loss", "loss", first["loss"]!, golden.get("first/loss").data);
  for (const [k, kind] of KINDS.entries()) {
    compare("gradients", `alpha_${kind}`, first[`gradient${k}`]!, golden.get(`first/grad/alpha_${kind}`).data);
  }
  for (const [k, parameter] of network.parameters.entries()) {
    compare("gradients", names.get(parameter.name)!, first[`gradient${k + 2}`]!, golden1("first/grad", parameter));
  }

  await verifyTrajectory();

  async function verifyTrajectory(): Promise<void> {
    const options = { batch, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 };
    const weightStep = await WeightStep.compile(device, spec, MIXED, {
      ...options,
      edgeWeights: true,
      dropPath: false,
    });
    // The golden trajectory is PyTorch's: its architecture pass moves the running statistics, which a search here does not.
    const architectureStep = await ArchitectureStep.compile(device, spec, MIXED, { batch, updatesRunning: true });
    const adams = {
      normal: new Adam(edgeWeights.normal.length, { learningRate: 6e-4 }),
      reduce: new Adam(edgeWeights.reduce.length, { learningRate: 6e-4 }),
    };
    const got = { arch_loss: [] as number[], weight_loss: [] as number[], gradient_norm: [] as number[] };
    // One pass of batch 0 in training mode came before the first step.
    await architectureStep.run(batchOf(0), edgeWeights);
    for (let step = 0; step < STEPS; step++) {
      const steered = await architectureStep.run(batchOf(2 * step), edgeWeights);
      for (const kind of KINDS) adams[kind].step(edgeWeights[kind], steered.gradients[kind]);
      const trained = await weightStep.run(batchOf(2 * step + 1), { learningRate: 0.1, edgeWeights });
      got.arch_loss.push(steered.loss);
      got.weight_loss.push(trained.loss);
      got.gradient_norm.push(trained.gradientNorm);
      for (const kind of KINDS) {
        const name = `step/${step}/alpha_${kind}`;
        compare("trajectory", name, edgeWeights[kind], golden.get(name).data);
      }
    }
    for (const [series, values] of Object.entries(got)) {
      compare("trajectory", series, values, golden.get(`trajectory/${series}`).data);
    }
    for (const parameter of [...network.parameters, ...network.runningStatistics]) {
      compare(
        "trajectory",
        `final ${names.get(parameter.name)!}`,
        device.read(parameter.name),
        golden1("final", parameter),
      );
    }
    architectureStep.release();
    weightStep.release();
    const classifier = await Classifier.compile(device, spec, MIXED, { batch, edgeWeights: true });
    const logits = await classifier.logits(batchOf(0).images, edgeWeights);
    classifier.release();
    compare("trajectory", "final logits in evaluation mode", logits, golden.get("final/logits_eval").data);
  }
}
