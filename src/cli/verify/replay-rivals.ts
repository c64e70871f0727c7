/** @file Replays the update rules of rivals: what each makes of a fixed draw and of fixed batches, step by step through its own parts. */
import { z } from "zod";
import type { Device } from "../../device/index.ts";
import { allCandidates, type SearchedSpace } from "../../network/index.ts";
import { RandomStreams } from "../../random/index.ts";
import { CandidateLogits, gumbelSample, softmax, superNetwork } from "../../search/index.ts";
import { SecondOrder, throughSoftmax } from "../../strategies/darts/index.ts";
import { scoreGradient } from "../../strategies/dsnas/index.ts";
import { straightThrough } from "../../strategies/gdas/index.ts";
import { ArchitectureStep, type TrainingBatch, velocityName, WeightStep } from "../../train/index.ts";
import { ZERO_COST_SCORES } from "../../zero-cost/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import { rivalSpace } from "./rival-network.ts";

type Numbers = readonly number[];
type ByName = Readonly<Record<string, Numbers>>;
type ByGroup = readonly ArrayLike<number>[];

interface GoldenGradients {
  readonly loss: number;
  /** Of the loss by the logits. */
  readonly gradients: readonly Numbers[];
}

interface GoldenUpdate extends GoldenGradients {
  /** Logits after two steps of Adam, the second against half the gradients. */
  readonly after: readonly Numbers[];
}

interface Golden {
  readonly parameters: ByName;
  readonly velocities: ByName;
  readonly logits: readonly Numbers[];
  readonly sparsity: Numbers;
  readonly adam: { readonly learningRate: number };
  readonly momentum: number;
  readonly weightDecay: number;
  readonly training: TrainingBatch;
  readonly validation: TrainingBatch;
  readonly gdas: GoldenUpdate & {
    readonly temperature: number;
    readonly noise: readonly Numbers[];
    readonly supports: readonly Numbers[];
  };
  /** `first`: gradients of first order, at the weights as they are. */
  readonly darts: GoldenUpdate & { readonly learningRate: number; readonly first: readonly Numbers[] };
  readonly dsnas: GoldenGradients & { readonly supports: readonly Numbers[] };
  readonly synflow: { readonly supports: readonly Numbers[]; readonly logarithm: number };
}

const numbers = z.array(z.number());
const byGroup = z.array(numbers);
const byName = z.record(z.string(), numbers);
const batch = z.object({ images: numbers, labels: numbers });
const update = { loss: z.number(), gradients: byGroup, after: byGroup };

export const rivalsSchema: z.ZodType<Golden> = z.object({
  ...{ parameters: byName, velocities: byName, logits: byGroup, sparsity: numbers, training: batch, validation: batch },
  ...{ adam: z.object({ learningRate: z.number() }), momentum: z.number(), weightDecay: z.number() },
  gdas: z.object({ ...update, temperature: z.number(), noise: byGroup, supports: byGroup }),
  darts: z.object({ ...update, learningRate: z.number(), first: byGroup }),
  dsnas: z.object({ loss: z.number(), gradients: byGroup, supports: byGroup }),
  synflow: z.object({ supports: byGroup, logarithm: z.number() }),
});

export async function replayRivals(device: Device, golden: Golden, ledger: ErrorLedger, limit: number): Promise<void> {
  const group = `${device.name}: strategies, update rules`;
  const space = rivalSpace(golden.sparsity);
  const replay = new RivalReplay(device, golden, space, (name, got, expected) => {
    for (const [index, values] of expected.entries()) {
      ledger.relative(group, limit, `${name}, group ${index}`, got[index] ?? [], values);
    }
  });
  await replay.gdas();
  await replay.darts();
  await replay.dsnas();
  await replay.synflow();
}

class RivalReplay {
  readonly #device: Device;
  readonly #golden: Golden;
  readonly #space: SearchedSpace;
  readonly #compare: (name: string, got: ByGroup, expected: ByGroup) => void;

  constructor(
    device: Device,
    golden: Golden,
    space: SearchedSpace,
    compare: (name: string, got: ByGroup, expected: ByGroup) => void,
  ) {
    [this.#device, this.#golden, this.#space, this.#compare] = [device, golden, space, compare];
  }

  /** The gradient of the logits through a hard sample with fixed noise, and Adam. */
  async gdas(): Promise<void> {
    const { logits, validation, gdas } = this.#golden;
    const { noise, temperature, supports } = gdas;
    this.#begin();
    const samples = this.#space.groups.map(({ sparsity }, group) =>
      gumbelSample(logits[group]!, { sparsity, temperature, noise: noise[group]! }),
    );
    const kept = samples.map(({ support }) => support);
    this.#compare("GDAS, sample", kept, supports);
    const step = await this.#architectureStep(kept);
    const steered = await step.run(validation, ones(kept));
    const got = samples.map((sample, group) => straightThrough(sample, steered.gradients[group]!, temperature));
    this.#compare("GDAS, loss", [[steered.loss]], [[gdas.loss]]);
    this.#compare("GDAS, gradient", got, gdas.gradients);
    this.#compare("GDAS, two steps of Adam", this.#afterTwoSteps(got), gdas.after);
    step.release();
  }

  /** Both orders, the second with momentum and decay. */
  async darts(): Promise<void> {
    const { logits, training, validation, darts } = this.#golden;
    this.#begin();
    const mixture = logits.map((values) => Float64Array.from(softmax(values)));
    const ofLogits = (gradients: ByGroup) => mixture.map((group, k) => throughSoftmax([...group], gradients[k]!));
    const supports = allCandidates(this.#space.groups);
    const first = await this.#architectureStep(supports);
    this.#compare("DARTS, first order", ofLogits((await first.run(validation, mixture)).gradients), darts.first);
    const second = await SecondOrder.compile(this.#device, this.#space.network(supports), this.#sgd(), first);
    const { learningRate } = darts;
    const steered = await second.run({ training, validation, mixture, learningRate });
    const got = ofLogits(steered.gradients);
    this.#compare("DARTS, loss", [[steered.loss]], [[darts.loss]]);
    this.#compare("DARTS, second order", got, darts.gradients);
    this.#compare("DARTS, two steps of Adam", this.#afterTwoSteps(got), darts.after);
    second.release();
    first.release();
  }

  /** The gradient of the logits from the one pass that moves the weights. */
  async dsnas(): Promise<void> {
    const { logits, training, dsnas } = this.#golden;
    const { supports } = dsnas;
    this.#begin();
    const build = this.#space.network(supports);
    const step = await WeightStep.compile(this.#device, build, { ...this.#sgd(), returnsMixtureGradient: true });
    const { loss, mixtureGradient } = await step.run(training, { learningRate: 0.05, mixture: ones(supports) });
    const got = supports.map((support, group) =>
      scoreGradient(softmax(logits[group]!), support, mixtureGradient![group]!),
    );
    this.#compare("DSNAS, loss", [[loss]], [[dsnas.loss]]);
    this.#compare("DSNAS, gradient", got, dsnas.gradients);
    step.release();
  }

  /** Of what is kept, without biases. */
  async synflow(): Promise<void> {
    const { synflow, training } = this.#golden;
    this.#begin();
    const score = ZERO_COST_SCORES.find(({ name }) => name === "synflow")!;
    const pass = await score.compile(this.#device, this.#space.network(synflow.supports), 1);
    this.#compare("synflow", [[await pass.score(training)]], [[synflow.logarithm]]);
    pass.release();
  }

  /** Puts the golden values on the device, with running statistics as they begin. */
  #begin(): void {
    const { parameters, velocities } = this.#golden;
    for (const [name, values] of Object.entries(parameters)) this.#device.write(name, values);
    for (const [name, values] of Object.entries(velocities)) this.#device.write(velocityName(name), values);
    for (const { name, shape } of superNetwork(this.#space).runningStatistics) {
      this.#device.write(name, new Float32Array(shape[0]!).fill(name.endsWith("runningVariance") ? 1 : 0));
    }
  }

  #architectureStep(supports: ByGroup): Promise<ArchitectureStep> {
    const build = this.#space.network(supports.map((support) => Array.from(support)));
    return ArchitectureStep.compile(this.#device, build, { batch: this.#batch, updatesRunning: false });
  }

  get #batch(): number {
    return this.#golden.training.labels.length;
  }

  #sgd() {
    const { momentum, weightDecay } = this.#golden;
    return {
      ...{ batch: this.#batch, momentum, weightDecay, clipNorm: 1e9, labelSmoothing: 0, auxiliaryWeight: 0 },
      ...{ mixture: true, dropPath: false },
    };
  }

  /** What `CandidateLogits` makes of golden logits in two steps, the second against half the gradients. */
  #afterTwoSteps(gradients: ByGroup): ByGroup {
    const { logits, adam } = this.#golden;
    const optimizers = logits.map(({ length }) => {
      const zeros = Array.from({ length }, () => 0);
      return { steps: 0, means: zeros, squares: zeros };
    });
    const { groups } = this.#space;
    const context = { groups, streams: new RandomStreams(1), rate: adam.learningRate };
    const moved = new CandidateLogits(context, { logits, optimizers });
    moved.step(gradients);
    moved.step(gradients.map((group) => Array.from(group, (value) => value / 2)));
    return moved.values;
  }
}

function ones(supports: ByGroup): Float64Array[] {
  return supports.map(({ length }) => new Float64Array(length).fill(1));
}
