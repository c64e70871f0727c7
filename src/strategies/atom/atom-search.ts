/**
 * @file AtomNAS (Mei et al. 2020): one wide network is trained with a price on the scale of each of its channels, and channels that die of it are taken out
 * while training goes on. Weights, velocities and moving averages shrink together; nothing is chosen, and nothing is trained again.
 *
 * Where the published code differs: its rate falls, so that scales need not be stopped at zero; it waits until dead channels come to 1M multiply-accumulates, evaluates averaged weights, and lets a layer be the
 * identity once all its channels are dead; here widths are multiples of 4, and each layer keeps four channels.
 */
import type { Widths } from "../../choice/index.ts";
import type { HiddenChannels, NetworkBuilder, SearchedWidths } from "../../network/index.ts";
import { inferencePass } from "../../network/index.ts";
import {
  type Exploration,
  ExplorationLedger,
  type LedgerState,
  type Search,
  type SearchContext,
  type SearchEvent,
  type SearchResult,
  type SearchRun,
  type SelectionEvent,
  selectionOf,
  sizeOf,
  weightEpoch,
} from "../../search/index.ts";
import {
  addStep,
  batchesInOrder,
  initialiseWeights,
  NO_TRAINING_SUMS,
  Prefetch,
  type TrainingPlace,
  type TrainingSums,
  WeightStep,
  warmedUp,
} from "../../train/index.ts";
import type { AtomOptions } from "./atom-options.ts";
import { atomRemarks } from "./atom-remarks.ts";
import { fullPrice, penaltyOf, priceAt } from "./channel-price.ts";
import { channelCount, supportsOf } from "./kept-windows.ts";
import { livingChannels, type WindowScales } from "./living-channels.ts";
import { pricedStepOptions, widestWeights } from "./priced-step.ts";
import { stopAtZero } from "./stop-at-zero.ts";
import { takeChannels } from "./take-channels.ts";

/** Plain data. */
export interface AtomState extends TrainingPlace {
  readonly sums: Readonly<TrainingSums>;
  readonly widths: Widths;
  /** Moving averages of scales, by their names. */
  readonly averages: Readonly<Record<string, readonly number[]>>;
  /** How often the network changed. */
  readonly shrunk: number;
  readonly ledger: LedgerState;
}

/** How much of a moving average stays at a step, as published: less at first. */
const DECAY = 0.9999;

export class AtomSearch implements Search<AtomState> {
  readonly #context: SearchContext;
  readonly #options: AtomOptions;
  readonly #space: SearchedWidths;
  readonly #weights: ReadonlyMap<string, number>;
  readonly #ledger: ExplorationLedger;
  readonly #isResumed: boolean;
  #averages: Map<string, Float64Array>;
  #widths: Widths;
  #shrunk: number;
  #epoch: number;
  #step: number;
  #sums: TrainingSums;

  /** `context.space` has widths; `context.batches`: all training images. */
  constructor(context: SearchContext, options: AtomOptions, from: AtomState | null) {
    this.#context = context;
    this.#options = options;
    this.#space = context.space.widths!;
    this.#weights = widestWeights(context.space);
    this.#ledger = new ExplorationLedger(context.space.groups, from?.ledger);
    this.#isResumed = from !== null;
    this.#averages = new Map(
      Object.entries(from?.averages ?? {}).map(([name, values]) => [name, Float64Array.from(values)]),
    );
    this.#widths = from?.widths ?? this.#space.full;
    this.#shrunk = from?.shrunk ?? 0;
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_TRAINING_SUMS) };
  }

  state(): AtomState {
    const averages = [...this.#averages].map(([name, values]) => [name, Array.from(values)] as const);
    return {
      ...{ epoch: this.#epoch, step: this.#step, sums: { ...this.#sums } },
      ...{ widths: this.#widths, averages: Object.fromEntries(averages), shrunk: this.#shrunk },
      ledger: this.#ledger.state(),
    };
  }

  async *run(): SearchRun {
    const { device, streams, batches, clock } = this.#context;
    const { maxEpochs } = this.#options;
    const steps = batches[0]!.batchCount;
    const place = { epoch: this.#epoch, step: this.#step };
    const prefetch = new Prefetch(batchesInOrder([batches[0]!], maxEpochs, steps, place), clock);
    if (!this.#isResumed) {
      const network = this.#build()(inferencePass());
      initialiseWeights(device, network, streams);
      this.#averages = new Map(network.hidden!.map(({ scale }) => [scale, Float64Array.from(device.read(scale))]));
      this.#ledger.select(supportsOf(this.#widths));
      yield this.#selection(this.#widths);
    }
    while (this.#epoch < maxEpochs) {
      yield* this.#trainEpoch(prefetch, steps);
      yield this.#endEpoch(steps);
    }
    return this.#result();
  }

  #result(): SearchResult {
    const before = sizeOf(this.#space.network(this.#space.full));
    const after = sizeOf(this.#build());
    const found = {
      ...{
        searchEpochs: this.#epoch,
        channels: channelCount(this.#widths),
        channelsAtFirst: channelCount(this.#space.full),
      },
      ...{ macs: after.macs, macsAtFirst: before.macs, shrunk: this.#shrunk },
    };
    return {
      ...{ supports: supportsOf(this.#widths), widths: this.#widths, mixture: null, exploration: this.#exploration() },
      ...{ details: { atoms: found }, remarks: atomRemarks(found) },
    };
  }

  #build(): NetworkBuilder {
    return this.#space.network(this.#widths);
  }

  /** The steps of an epoch that are left. */
  async *#trainEpoch(prefetch: Prefetch, steps: number): AsyncGenerator<SearchEvent, void> {
    const { device, maxLoss } = this.#context;
    const { maxEpochs: epochs, batch } = this.#options;
    const learningRate = warmedUp(this.#options.learningRate, this.#options.warmupEpochs, this.#epoch);
    const epoch = this.#epoch + 1;
    const options = { ...pricedStepOptions(this.#options, this.#weights), maxLoss };
    const weightStep = await WeightStep.compile(device, this.#build(), options);
    let scales = this.#scales();
    while (this.#step < steps) {
      const place = this.#epoch * steps + this.#step;
      const inputs = { learningRate, mixture: null, price: priceAt(place, epochs * steps, this.#options) };
      const result = await prefetch.step((images) => weightStep.run(images, inputs));
      scales = new Map([...scales].map(([name, before]) => [name, stopAtZero(device, name, before)]));
      this.#average(scales, place + 1);
      addStep(this.#sums, result, steps);
      yield { kind: "search-step", epoch, epochs, step: ++this.#step, steps, loss: result.loss };
    }
    weightStep.release();
    const stallSeconds = prefetch.takeStallSeconds();
    yield weightEpoch({ epoch, epochs, learningRate, stallSeconds, images: steps * batch }, this.#sums);
  }

  #scales(): ReadonlyMap<string, ArrayLike<number>> {
    return new Map([...this.#averages.keys()].map((name) => [name, this.#context.device.read(name)]));
  }

  /** `updates`: how many steps there were, this one among them. */
  #average(scales: ReadonlyMap<string, ArrayLike<number>>, updates: number): void {
    const stays = Math.min(DECAY, (1 + updates) / (10 + updates));
    for (const [name, averages] of this.#averages) {
      const now = scales.get(name)!;
      for (const [channel, average] of averages.entries()) {
        averages[channel] = stays * average + (1 - stays) * now[channel]!;
      }
    }
  }

  #endEpoch(steps: number): SelectionEvent {
    const before = this.#widths;
    this.#ledger.countSteps(supportsOf(before), steps);
    this.#shrink();
    this.#epoch++;
    this.#step = 0;
    this.#sums = { ...NO_TRAINING_SUMS };
    this.#ledger.select(supportsOf(this.#widths));
    return this.#selection(before);
  }

  /** Takes out what is dead. */
  #shrink(): void {
    const { device } = this.#context;
    const hidden = this.#build()(inferencePass()).hidden!;
    const kept: (readonly number[])[] = [];
    for (const layer of byGroup(hidden)) {
      const windows = layer.map(({ scale }): WindowScales => {
        return { scales: device.read(scale), averages: this.#averages.get(scale)! };
      });
      kept.push(...livingChannels(windows, this.#options.deadScale));
    }
    if (hidden.every(({ count }, index) => kept[index]!.length === count)) return;
    takeChannels(device, hidden, kept);
    const widths = this.#widths.map((ofLayer) => [...ofLayer]);
    for (const [index, { group, candidate, scale }] of hidden.entries()) {
      const staying = kept[index]!;
      widths[group]![candidate] = staying.length;
      const averages = this.#averages.get(scale)!;
      if (staying.length === 0) this.#averages.delete(scale);
      else
        this.#averages.set(
          scale,
          Float64Array.from(staying, (channel) => averages[channel]!),
        );
    }
    this.#widths = widths;
    this.#shrunk++;
  }

  #selection(before: Widths): SelectionEvent {
    const isOver = this.#epoch === this.#options.maxEpochs;
    const supports = supportsOf(this.#widths);
    const earlier = supportsOf(before);
    const groups = this.#context.space.groups.map(({ name }, group) => {
      const support = supports[group]!;
      const changed = support.join() !== earlier[group]!.join();
      const values = this.#widths[group]!;
      return { group: name, support, values, weights: null, changed, isFrozen: isOver, figures: {}, vectors: {} };
    });
    const { parameters, macs } = sizeOf(this.#build());
    const steps = this.#options.maxEpochs * this.#context.batches[0]!.batchCount;
    const figures = {
      ...{ channels: channelCount(this.#widths), parameters, macs },
      penalty: penaltyOf(this.#scales(), this.#weights, fullPrice(steps, this.#options)),
    };
    return { ...selectionOf(this.#epoch, groups, this.#exploration()), figures };
  }

  /** Networks that were in use, of all that widths make. */
  #exploration(): Exploration {
    const space = this.#space.full.flat().reduce((product, width) => product * (width / 4 + 1), 1);
    const distinctGenotypes = this.#shrunk + 1;
    return { ...this.#ledger.exploration, distinctGenotypes, share: distinctGenotypes / space };
  }
}

function byGroup(hidden: readonly HiddenChannels[]): readonly (readonly HiddenChannels[])[] {
  const groups = new Map<number, HiddenChannels[]>();
  for (const channels of hidden) groups.set(channels.group, [...(groups.get(channels.group) ?? []), channels]);
  return [...groups.values()];
}
