/**
 * @file Replays a whole network: logits, loss and all gradients of one batch, then five bi-level steps with the same weight and
 * architecture steps that a search uses.
 */
import type { Device } from "../../device/index.ts";
import type { ParameterSpec } from "../../network/index.ts";
import {
  CELL_KINDS,
  type CellStructures,
  type Connection,
  type DartsMacro,
  networkBuilder,
  type Primitive,
} from "../../spaces/darts/index.ts";
import { batchGradients } from "./batch-gradients.ts";
import { closestReplay } from "./closest-replay.ts";
import { ErrorLedger } from "./error-ledger.ts";
import { goldenAlphas, joinedAlphas } from "./golden-alphas.ts";
import type { GoldenTensors } from "./golden-tensors.ts";
import { replayTrajectory } from "./replay-trajectory.ts";
import { factorizedReduceNames, IMAGE_AXES, primitiveNames, reluConvNormNames, torchAxes } from "./torch-layout.ts";
import { usingDevice } from "./using-device.ts";

const pick = (source: number, primitive: Primitive): Connection => ({ source, primitive });

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

function specOf(golden: GoldenTensors): DartsMacro {
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
function torchNames(spec: DartsMacro): ReadonlyMap<string, string> {
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
  createDevice: () => Promise<Device>,
  golden: GoldenTensors,
  ledger: ErrorLedger,
  limit: number,
): Promise<void> {
  const spec = specOf(golden);
  const names = torchNames(spec);
  const batch = golden.get("batch/0/image").shape[0]!;
  const goldenOf = (prefix: string, { name }: ParameterSpec) =>
    golden.permuted(`${prefix}/${names.get(name)!}`, torchAxes(name));

  const build = networkBuilder(spec, MIXED);
  const mode = { kind: "train", updatesRunning: false } as const;
  const network = build({ mode, batch, mixture: true, dropPath: false, auxiliaryHead: false });
  await usingDevice(createDevice, async (device) => {
    const compare = (group: string, name: string, got: ArrayLike<number>, expected: ArrayLike<number>) =>
      ledger.relative(`${device.name}: network, ${group}`, limit, name, got, expected);
    for (const parameter of network.parameters) device.write(parameter.name, goldenOf("param", parameter));
    const images = golden.permuted("batch/0/image", IMAGE_AXES);
    const labels = golden.get("batch/0/label").data;
    const first = await batchGradients(device, build, { images, labels }, goldenAlphas(golden));
    compare("logits and loss", "logits", first.logits, golden.get("first/logits").data);
    compare("logits and loss", "loss", first.loss, golden.get("first/loss").data);
    const alphaGradients = joinedAlphas(first.mixtures);
    for (const kind of CELL_KINDS) {
      compare("gradients", `alpha_${kind}`, alphaGradients[kind], golden.get(`first/grad/alpha_${kind}`).data);
    }
    for (const [k, parameter] of network.parameters.entries()) {
      const expected = goldenOf("first/grad", parameter);
      compare("gradients", names.get(parameter.name)!, first.parameters[k]!, expected);
    }
  });

  const replay = async (start: (spec: ParameterSpec) => Float64Array) => {
    const own = new ErrorLedger();
    await usingDevice(createDevice, (device) =>
      replayTrajectory({ device, build, network, names, golden, start, ledger: own, limit }),
    );
    return own;
  };
  ledger.merge(await closestReplay(replay, (parameter) => goldenOf("param", parameter)));
}
