/** @file The space of test/golden/strategies.json, with the values that PyTorch computed with: see scripts/golden/make-strategy-golden.py. */
import { readFileSync } from "node:fs";
import type { ChoiceGroup } from "../../src/choice/index.ts";
import type { Device } from "../../src/device/index.ts";
import { Graph, type Value } from "../../src/graph/index.ts";
import { Layers, Mixtures, type Network, type SearchedSpace } from "../../src/network/index.ts";
import type { TrainingBatch } from "../../src/train/index.ts";
import { velocityName } from "../../src/train/velocity.ts";

const [SIDE, INPUTS, WIDTH, CLASSES] = [4, 2, 4, 3];

type Numbers = readonly number[];
type ByGroup = readonly Numbers[];

interface GoldenUpdate {
  readonly loss: number;
  /** Of the loss by the logits. */
  readonly gradients: ByGroup;
  /** Logits after two steps of Adam, the second against half the gradients. */
  readonly after: ByGroup;
}

interface GoldenStrategies {
  readonly parameters: Readonly<Record<string, Numbers>>;
  readonly velocities: Readonly<Record<string, Numbers>>;
  readonly logits: ByGroup;
  readonly sparsity: Numbers;
  readonly adam: { readonly learningRate: number };
  readonly momentum: number;
  readonly weightDecay: number;
  readonly training: TrainingBatch;
  readonly validation: TrainingBatch;
  readonly gdas: GoldenUpdate & { readonly temperature: number; readonly noise: ByGroup; readonly supports: ByGroup };
  /** `first`: gradients of first order, at the weights as they are. */
  readonly darts: GoldenUpdate & { readonly learningRate: number; readonly first: ByGroup };
  readonly dsnas: Omit<GoldenUpdate, "after"> & { readonly supports: ByGroup };
  readonly synflow: { readonly supports: ByGroup; readonly logarithm: number };
}

export const GOLDEN = JSON.parse(
  readFileSync(new URL("../golden/strategies.json", import.meta.url), "utf8"),
) as GoldenStrategies;

export const GOLDEN_BATCH: number = GOLDEN.training.labels.length;

/** Two groups one after the other, of a shortcut, a 1x1 and a 3x3 convolution each. */
export const GOLDEN_SPACE: SearchedSpace = {
  groups: GOLDEN.sparsity.map((sparsity, group): ChoiceGroup => {
    const candidates = ["c0", "c1", "c2"].map((name) => ({ name, label: name, cost: 0 }));
    return { name: `group${group}`, sparsity, candidates };
  }),
  network:
    (supports) =>
    (pass): Network => {
      const graph = new Graph();
      const layers = new Layers(graph, pass.mode, pass.prefix);
      const images = graph.input("images", [pass.batch, SIDE, SIDE, INPUTS]);
      const groups = supports.map(({ length }, group) => ({ name: `group${group}`, kept: length }));
      const mixtures = new Mixtures(graph, groups, pass.mixture);
      const convolution = (name: string, input: Value, size: number, relu: boolean) => {
        const made =
          size === 1
            ? layers.pointwise(name, input, { channels: WIDTH, relu })
            : layers.convolution(name, input, { channels: WIDTH, size, stride: 1, padding: 1, relu });
        return layers.batchNorm(`${name}.norm`, made, true);
      };
      const candidate = (group: number, index: number, input: Value) => {
        if (index === 0) return graph.apply("sum", [input], { coefficients: [1] });
        return convolution(`group${group}.c${index}`, input, index === 1 ? 1 : 3, true);
      };
      let features = convolution("stem", images, 3, false);
      for (const [group, support] of supports.entries()) {
        const input = features;
        const kept = support.map((index) => candidate(group, index, input));
        features = mixtures.mix(graph, group, kept);
      }
      const pooled = graph.apply("globalMean", [graph.apply("relu", [features], {})], {});
      return {
        ...{ graph, images, logits: layers.linear("classifier", pooled, CLASSES), mixtures: mixtures.vectors },
        ...{ auxiliaryLogits: null, kept: [], dropPathInputs: [], cells: [] },
        ...{ parameters: layers.parameters, runningStatistics: layers.runningStatistics },
      };
    },
};

/** Puts the golden values on a device, with running statistics as they begin. */
export function writeGolden(device: Device, runningStatistics: Network["runningStatistics"]): void {
  for (const [name, values] of Object.entries(GOLDEN.parameters)) device.write(name, values);
  for (const [name, values] of Object.entries(GOLDEN.velocities)) device.write(velocityName(name), values);
  for (const { name, shape } of runningStatistics) {
    device.write(name, new Float32Array(shape[0]!).fill(name.endsWith("runningVariance") ? 1 : 0));
  }
}
