/** @file What every strategy promises, whatever it searches: a strategy joins by a row of the table. */
import { describe, expect, it } from "vitest";
import type { Supports, Widths } from "../../src/choice/index.ts";
import { createReferenceDevice, createWasmDevice, type Device, PlanningDevice } from "../../src/device/index.ts";
import type { MixtureWeights, NetworkShape, SearchedSpace } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import type { SearchContext, SearchEvent, SearchResult, Strategy } from "../../src/search/index.ts";
import { dartsSpace } from "../../src/spaces/darts/index.ts";
import { fusionSpace } from "../../src/spaces/fusion/index.ts";
import type { SearchSpace } from "../../src/spaces/index.ts";
import { atomSpace, mobileSpace } from "../../src/spaces/mobile/index.ts";
import { nb201Space } from "../../src/spaces/nas-bench-201/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";
import {
  absorbMixtureWeights,
  Classifier,
  initialiseWeights,
  type RetrainOptions,
  type TrainingPlace,
} from "../../src/train/index.ts";
import { OWN_SPACE, OWN_STRATEGY } from "../own-examples.ts";
import { TINY_BACKBONE, TINY_CHAIN, TINY_FUSION, TINY_MOBILE, TINY_NB201, TINY_PLAIN_CHAIN } from "../tiny-macros.ts";
import { TINY_SPEC } from "../tiny-spec.ts";
import { noiseBatches } from "./noise-batches.ts";
import { advance, expectToGoOnAnywhere, isPlace } from "./stopped-anywhere.ts";

const BATCH = 4;
const EPOCHS = 2;
const HALVES = ["weights", "architecture"];

const TRAINING: RetrainOptions = {
  ...{ epochs: 10, batch: BATCH, learningRate: 0.05, finalLearningRate: 0, momentum: 0.9, weightDecay: 3e-4 },
  ...{ clipNorm: 5, recompute: false, labelSmoothing: 0.1, auxiliaryWeight: 0, dropPathRate: 0 },
};

/** A price at which some channels die in two epochs of two steps, and some do not. */
const DEADLY = { channelPrice: 0.2, priceRamp: 0, deadScale: 0.97 };

/** A space with the networks of one macro shape, and of another one for what is trained alone. */
function tiny<Architecture, Macro extends NetworkShape>(
  space: SearchSpace<Architecture, Macro>,
  macro: Macro,
  wide: Macro,
) {
  const { groups, widths, nesting, gates } = space;
  const searched: SearchedSpace = {
    ...{ groups, network: (supports: Supports) => space.superNetwork(macro, supports) },
    ...(nesting === undefined ? {} : { nesting }),
    ...(gates === undefined ? {} : { gates }),
    ...(widths === undefined
      ? {}
      : {
          widths: {
            full: widths.full(macro),
            network: (wanted: Widths) => space.derivedNetwork(macro, widths.architecture(wanted)),
          },
        }),
  };
  const proxy: SearchedSpace = {
    groups: space.groups,
    network: (supports) => (pass) => space.superNetwork(wide, supports)({ ...pass, prefix: "alone/" }),
  };
  return { searched, proxy, shape: macro as NetworkShape, derive: space.derive };
}

const NORMED_NB201 = { ...TINY_NB201, affine: true, everyNorm: true };

const SPACES = {
  darts: tiny(dartsSpace(), TINY_SPEC, { ...TINY_SPEC, initChannels: 2 * TINY_SPEC.initChannels }),
  "nas-bench-201": tiny(nb201Space(), NORMED_NB201, { ...NORMED_NB201, cellsPerStage: 2 }),
  "plain-chain": tiny(OWN_SPACE.create({ layers: 4 }), TINY_PLAIN_CHAIN, { ...TINY_PLAIN_CHAIN, ...{ width: 8 } }),
};

/** Those that have what a strategy needs. */
const SPECIAL_SPACES = {
  widths: { "windows of mobile": tiny(atomSpace(TINY_CHAIN), TINY_MOBILE, TINY_MOBILE) },
  nesting: {
    mobile: tiny(mobileSpace(TINY_CHAIN), TINY_MOBILE, { ...TINY_MOBILE, shape: { ...TINY_CHAIN, headChannels: 16 } }),
  },
  gates: { fusion: tiny(fusionSpace(TINY_BACKBONE), TINY_FUSION, TINY_FUSION) },
};

type TinySpace =
  | (typeof SPACES)[keyof typeof SPACES]
  | (typeof SPECIAL_SPACES)["nesting"]["mobile"]
  | (typeof SPECIAL_SPACES)["gates"]["fusion"];

/** Those that a strategy can search. */
function spacesFor({ needs }: Strategy): [string, TinySpace][] {
  return Object.entries<TinySpace>(needs === undefined ? SPACES : SPECIAL_SPACES[needs]);
}

function promises(strategy: Strategy, { searched: space, proxy, shape, derive }: TinySpace, given: object = {}) {
  const { epochsOption, changes } = strategy;
  const usual = strategy.options({ batch: BATCH, architectureRate: 0.05, draws: 2, ...given }, TRAINING);
  const options = epochsOption === null ? usual : changes[epochsOption]!.set(usual, EPOCHS);
  const images = { halves: HALVES, "held-out": HALVES, all: ["all"], none: [] }[strategy.images];
  const batches = images.map((name) => noiseBatches(shape, { name, batch: BATCH, batchCount: 2 }));
  const streams = () => new RandomStreams(1);
  const context = (device: Device): SearchContext => {
    return { device, space, proxy, batches, streams: streams(), clock: () => 0, maxLoss: 1000 };
  };
  const make = (device: Device, from: unknown) =>
    strategy.start(context(device), options, from as TrainingPlace | null);
  const inJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  it("begins with what it says before anything is computed, an architecture of the space", async () => {
    const supports = strategy.firstSupports({ space, streams: streams() }, options);
    expect(() => derive(supports)).not.toThrow();
    expect(strategy.firstSupports({ space, streams: streams() }, options)).toEqual(supports);
    const { events } = await advance(make(createReferenceDevice(), null), 1);
    expect(events[0]).toMatchObject({
      ...{ kind: "selection", epoch: 0, isAccepted: true },
      groups: supports.map((support) => ({ support, changed: false })),
    });
  });

  it("tells selections of whole groups in plain data, the last of them what it found", async () => {
    const device = await createWasmDevice({ threads: 1 });
    const run = await advance(make(device, null));
    await device.close();
    const events = run.events as SearchEvent[];
    const result = run.result as SearchResult;
    const selections = events.filter((event) => event.kind === "selection");
    for (const { groups, ...event } of selections) {
      expect(inJson({ groups, ...event })).toEqual({ groups, ...event });
      expect(groups.map(({ group }) => group)).toEqual(space.groups.map(({ name }) => name));
      expect(() => derive(groups.map(({ support }) => support))).not.toThrow();
      for (const [index, { support, values, weights }] of groups.entries()) {
        expect(support).toEqual([...support].sort((a, b) => a - b));
        if (values !== null) expect(values).toHaveLength(space.groups[index]!.candidates.length);
        if (weights !== null) expect(weights).toHaveLength(support.length);
      }
    }
    const keys = selections.map(({ groups }) => groups.map(({ support }) => support.join()));
    for (const [index, { groups, isAccepted, exploration }] of selections.entries()) {
      const before = keys[index - 1] ?? keys[index]!;
      expect(groups.map(({ changed }) => changed)).toEqual(keys[index]!.map((key, group) => key !== before[group]));
      if (!isAccepted) expect(keys[index]).toEqual(before);
      // A search can also have used architectures between its selections.
      const seen = new Set(keys.slice(0, index + 1).map((groupKeys) => groupKeys.join("/")));
      expect(exploration.distinctGenotypes).toBeGreaterThanOrEqual(seen.size);
    }
    expect(events.at(-1)).toBe(selections.at(-1));
    expect(result.supports).toEqual(selections.at(-1)!.groups.map(({ support }) => support));
    expect(result.exploration).toEqual(selections.at(-1)!.exploration);
    if (result.mixture !== null) {
      expect(result.mixture.map(({ length }) => length)).toEqual(result.supports.map(({ length }) => length));
    }
    expect(inJson(result.details)).toEqual(result.details);
    expect(result.remarks.filter((remark) => remark === "" || remark.includes("\n"))).toEqual([]);
    const most = events.flatMap((event) => ("epochs" in event ? [event.epochs] : []));
    expect(new Set(most)).toEqual(new Set(epochsOption === null ? [] : [EPOCHS]));
  });

  it.skipIf(strategy.networkAt === undefined)(
    "has the values of the network that its state tells, and no others",
    async () => {
      const device = await createWasmDevice({ threads: 1 });
      const search = make(device, null);
      const lengths = new Set<number>();
      const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
      const pass = {
        mode: { kind: "inference" },
        batch: 1,
        mixture: false,
        dropPath: false,
        auxiliaryHead: false,
      } as const;
      for await (const { kind } of search.run()) {
        if (!isPlace(kind)) continue;
        const { parameters, runningStatistics } = strategy.networkAt!(space, search.state())(pass);
        const expected = new Map([...parameters, ...runningStatistics].map(({ name, shape }) => [name, sizeOf(shape)]));
        const held = device.names().filter((name) => !name.endsWith("/velocity"));
        expect(new Map(held.map((name) => [name, device.read(name).length]))).toEqual(expected);
        lengths.add([...expected.values()].reduce((a, b) => a + b, 0));
      }
      if ("deadScale" in given) expect(lengths.size).toBeGreaterThan(1);
      await device.close();
    },
  );

  it.skipIf(strategy.images === "none" || strategy.sharesWeights === false)(
    "leaves weights that can be trained on without what multiplied them",
    async () => {
      const device = await createWasmDevice({ threads: 1 });
      const { supports, mixture } = (await advance(make(device, null))).result as SearchResult;
      const build = space.network(supports);
      const { images } = batches[0]!.batch(0, 0);
      const logits = async (weights: MixtureWeights | null) => {
        const classifier = await Classifier.compile(device, build, { batch: BATCH, mixture: weights !== null });
        const values = [...(await classifier.logits(images, weights))];
        classifier.release();
        return values;
      };
      const searched = await logits(mixture);
      if (mixture !== null) {
        const regular = { mixture: true, dropPath: false, auxiliaryHead: false };
        absorbMixtureWeights(device, build({ mode: { kind: "inference" }, batch: 1, ...regular }), mixture);
      }
      const derived = await logits(null);
      await device.close();
      const largest = Math.max(...searched.map(Math.abs));
      for (const [index, value] of derived.entries()) {
        expect(Math.abs(value - searched[index]!) / largest).toBeLessThan(1e-5);
      }
    },
  );

  it("has states that its schema reads as they are, at every place", async () => {
    const device = await createWasmDevice({ threads: 1 });
    const search = make(device, null);
    for await (const { kind } of search.run()) {
      if (!isPlace(kind)) continue;
      const state = inJson(search.state());
      expect(state).toEqual(search.state());
      expect(strategy.stateSchema.parse(state)).toEqual(state);
    }
    await device.close();
  });

  it("goes on from any step or selection as if it had never stopped", async () => {
    const places = await expectToGoOnAnywhere(make);
    expect(places.length).toBeGreaterThan(strategy.images === "none" ? 0 : 3);
  });

  it.skipIf(strategy.trial === undefined)("plans a step before it runs one", async () => {
    const supports = strategy.firstSupports({ space, streams: streams() }, options);
    const planned = await strategy.trial!({ device: new PlanningDevice({ threads: 1 }), space, supports }, options);
    const device = await createWasmDevice({ threads: 1 });
    const trial = await strategy.trial!({ device, space, supports }, options);
    expect(planned.peakBytes).toBeGreaterThan(0);
    expect(trial.peakBytes).toBe(planned.peakBytes);
    initialiseWeights(device, trial.network, streams());
    const before = trial.network.parameters.map(({ name }) => device.read(name));
    let passes = 0;
    await trial.step((pass) => pass(batches[0]!.batch(0, passes++)));
    // Not every step of two halves takes one of each.
    expect(passes).toBeGreaterThan(0);
    expect(passes).toBeLessThanOrEqual(batches.length);
    // What scores networks as they are initialised leaves their values as they were, to the bit.
    const areMoved = !Object.hasOwn(strategy.flags, "scores");
    const after = trial.network.parameters.map(({ name }) => device.read(name));
    if (areMoved) expect(after).not.toEqual(before);
    else expect(after).toEqual(before);
    await device.close();
  });
}

/** Those of the package, and the one of the documentation. */
describe.each([...STRATEGIES, OWN_STRATEGY])("$kind", (strategy) => {
  const { changes, epochsOption, flags, presets, optionsSchema } = strategy;
  const options = strategy.options({}, TRAINING);

  it("has options that its schema reads as they are, by default and with its presets", () => {
    for (const given of [{}, ...Object.values(presets)]) {
      const complete = strategy.options(given, TRAINING);
      expect(optionsSchema.parse(JSON.parse(JSON.stringify(complete)))).toEqual(complete);
      expect(Object.keys(given).filter((option) => !(option in flags))).toEqual([]);
    }
    expect(Object.keys(presets).sort()).toEqual(["cifar10", "demo"]);
  });

  it("takes changes one at a time, and takes them back; the bound of its epochs is one of them", () => {
    for (const [option, { get, set }] of Object.entries(changes)) {
      const changed = set(options, 3);
      expect(get(changed)).toBe(3);
      expect(optionsSchema.parse(changed)).toEqual(changed);
      expect(set(changed, get(options))).toEqual(options);
      for (const [other, change] of Object.entries(changes)) {
        if (other !== option) expect(change.get(changed), `${other} beside ${option}`).toBe(change.get(options));
      }
    }
    if (epochsOption !== null) expect(Object.keys(changes)).toContain(epochsOption);
    for (const { option, rate } of strategy.ratesOf(options)) expect(changes[option]!.get(options)).toBe(rate);
  });

  it("takes a batch if it takes images", () => {
    const { images } = strategy;
    expect(strategy.batchOf(strategy.options({ batch: BATCH }, TRAINING))).toBe(images === "none" ? null : BATCH);
    expect(strategy.trial === undefined).toBe(images === "none");
  });

  describe.each(spacesFor(strategy))("in %s", (_, space) => promises(strategy, space));

  if (strategy.trainsAlone !== undefined) {
    describe.each(Object.entries(SPACES))("in %s, with trainings alone", (_, space) => {
      promises(strategy, space, { finalRound: 0.5 });
    });
  }

  if (Object.hasOwn(strategy.flags, "channelPrice")) {
    describe.each(spacesFor(strategy))("in %s, of which channels die", (_, space) => {
      promises(strategy, space, DEADLY);
    });
  }

  if (Object.hasOwn(strategy.flags, "order")) {
    describe.each(Object.entries(SPACES))("in %s, of second order", (_, space) => {
      promises(strategy, space, { order: 2 });
    });
  }

  if (Object.hasOwn(strategy.flags, "effectOrder")) {
    describe.each(Object.entries(SPACES))("in %s, with effects of pairs in two rounds", (_, space) => {
      promises(strategy, space, { effectOrder: 2, roundShares: "1,1" });
    });
    describe.each(Object.entries(SPACES))("in %s, with gradients of all candidates", (_, space) => {
      promises(strategy, space, { evidence: "probing" });
    });
  }
});
