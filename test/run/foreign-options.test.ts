import { describe, expect, it } from "vitest";
import { refuseForeignOptions, refuseIdleProxy } from "../../src/run/foreign-options.ts";
import type { RunOptions } from "../../src/run/run-options.ts";
import { retrainName } from "../../src/run/size-names.ts";
import type { Strategy } from "../../src/search/index.ts";
import { SPACES, type SpaceKind } from "../../src/spaces/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";

const spaceOf = (kind: string): SpaceKind => SPACES.find((one) => one.kind === kind)!;
const strategyOf = (kind: string): Strategy => STRATEGIES.find((one) => one.kind === kind)!;
const [DARTS, TWO_STAGE, ONE_STAGE] = [spaceOf("darts"), strategyOf("two-stage"), strategyOf("one-stage")];

const refused = (message: string, hint = "") =>
  expect.objectContaining({ code: "E_USAGE_PART", kind: "usage", message, hint: expect.stringContaining(hint) });

/** What each space and strategy brings of its own, an option a line, and who takes it. */
const OF_SPACES: Readonly<Record<string, readonly string[]>> = {
  sparsity: ["darts"],
  stem: ["darts"],
  chain: ["mobile"],
  backbone: ["fusion"],
  channels: ["darts", "nas-bench-201", "mobile", "fusion"],
  retrainChannels: ["darts", "nas-bench-201", "mobile", "fusion"],
  cells: ["darts", "nas-bench-201"],
  retrainCells: ["darts", "nas-bench-201"],
  reduction: ["nas-bench-201"],
  retrainReduction: ["nas-bench-201"],
};

const BOTH = ["two-stage", "one-stage"];
const RANKING = ["random-ws", "one-shot", "spos"];
const RANKING_TOO = [...RANKING, "once-for-all"];
const OF_STRATEGIES: Readonly<Record<string, readonly string[]>> = {
  epochs: ["two-stage", "measured", "successive-halving", ...RANKING_TOO, "darts", "gdas", "mtl", "zero-cost"],
  pathDropout: ["one-shot"],
  logitRate: ["darts", "gdas", "dsnas", "mtl"],
  freezeMargin: ["dsnas"],
  order: ["darts"],
  ...{
    pathSteps: ["measured", "gdas", "dsnas", ...RANKING],
    rankingShare: RANKING_TOO,
    rankingBatches: RANKING_TOO,
    population: ["spos"],
  },
  ...{ forgetting: ["measured"], finalRound: ["measured"] },
  ...{ evidence: ["measured"], effectOrder: ["measured"], roundShares: ["measured"] },
  maxSearchEpochs: ["one-stage", "dsnas", "atom"],
  ...{ channelPrice: ["atom"], priceRamp: ["atom"], deadScale: ["atom"] },
  freezeRule: ["one-stage"],
  freezeEpsilon: ["one-stage"],
  freezePatience: ["one-stage"],
  ...{ draws: ["zero-cost"], scores: ["zero-cost"] },
  ...{ entrants: ["successive-halving"], rungs: ["successive-halving"] },
  distillation: ["once-for-all"],
  ...{ entropyWeight: ["mtl"], gatePrice: ["mtl"] },
  maxParameters: ["one-stage", "random", "successive-halving", ...RANKING_TOO, "zero-cost"],
  maxMacs: ["one-stage", "random", "successive-halving", ...RANKING_TOO, "zero-cost"],
  maxMilliseconds: ["one-stage", "random", "successive-halving", ...RANKING_TOO, "zero-cost"],
  costWeight: ["one-stage"],
  ...{ measurements: BOTH, dictionary: BOTH, l1Weight: BOTH, solver: BOTH, architectureRate: BOTH },
  ...{ measurementStart: BOTH, measurementScale: BOTH, codes: BOTH },
};

const pairs = (table: typeof OF_SPACES, kinds: readonly { readonly kind: string }[]) =>
  Object.keys(table).flatMap((option) => kinds.map(({ kind }) => [option, kind] as const));

const spelled = (option: string) => option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

describe("an option of a space", () => {
  it("is one of those that are tested here", () => {
    const names = SPACES.flatMap(({ flags, macroFlags }) => {
      const macro = Object.keys(macroFlags);
      return [...Object.keys(flags), ...macro, ...macro.map(retrainName)];
    });
    expect(new Set(names)).toEqual(new Set(Object.keys(OF_SPACES)));
  });

  it.each(pairs(OF_SPACES, SPACES))("--%s with space %s is taken by the spaces that have it alone", (option, kind) => {
    const check = () => refuseForeignOptions({ [option]: 4 }, spaceOf(kind), TWO_STAGE);
    if (OF_SPACES[option]!.includes(kind)) return check();
    const other = OF_SPACES[option]![0]!;
    const message = `--${spelled(option)}: got it with space ${kind}, expected it with space ${other}`;
    expect(check).toThrow(refused(message, `add --space ${other}`));
  });

  it("is refused in a training as well", () => {
    expect(() => refuseForeignOptions({ chain: "small" }, DARTS, null)).toThrow(/^--chain: got it with space darts/);
  });
});

describe("an option of a strategy", () => {
  it("is one of those that are tested here", () => {
    const names = STRATEGIES.flatMap(({ flags }) => Object.keys(flags));
    expect(new Set(names)).toEqual(new Set(Object.keys(OF_STRATEGIES)));
  });

  it.each(pairs(OF_STRATEGIES, STRATEGIES))(
    "--%s with strategy %s is taken by those that have it alone",
    (option, kind) => {
      const check = () => refuseForeignOptions({ [option]: 4 }, DARTS, strategyOf(kind));
      if (OF_STRATEGIES[option]!.includes(kind)) return check();
      const other = OF_STRATEGIES[option]![0]!;
      const message = `--${spelled(option)}: got it with strategy ${kind}, expected it with strategy ${other}`;
      expect(check).toThrow(refused(message, `add --strategy ${other}`));
    },
  );

  it("that bounds its epochs is called otherwise there", () => {
    expect(() => refuseForeignOptions({ epochs: 3 }, DARTS, ONE_STAGE)).toThrow(
      expect.objectContaining({ hint: "add --strategy two-stage, or give --max-search-epochs" }),
    );
    expect(() => refuseForeignOptions({ maxMacs: 3 }, DARTS, TWO_STAGE)).toThrow(
      expect.objectContaining({ hint: "add --strategy one-stage, or leave it out" }),
    );
  });

  it("of a training that does not come is refused", () => {
    const message = "--retrain-epochs: got it with strategy once-for-all, after which nothing is trained";
    expect(() => refuseForeignOptions({ retrainEpochs: 3 }, spaceOf("mobile"), strategyOf("once-for-all"))).toThrow(
      expect.objectContaining({ code: "E_USAGE_PART", message: expect.stringContaining(message) }),
    );
  });

  it("does not stand in the way of the strategy's own, of those of a run, nor of a training", () => {
    refuseForeignOptions({ maxParameters: 3, channels: 8, retrainEpochs: 2, batch: 4 }, DARTS, ONE_STAGE);
    refuseForeignOptions({ epochs: 3, retrainCells: 3, retrainBatch: 8, retrainRate: 0.1 }, DARTS, TWO_STAGE);
    refuseForeignOptions({ epochs: 3, channels: 8, batch: 4, sparsity: 1 }, DARTS, null);
  });

  it("of the size of what is trained alone is refused where nothing is, and in a space without it", () => {
    const check = (option: string, space: string, strategy: string) => () =>
      refuseForeignOptions({ [option]: 4 }, spaceOf(space), strategyOf(strategy));
    expect(check("proxyCells", "darts", "measured")).not.toThrow();
    const ofStrategy = "--proxy-cells: got it with strategy two-stage, expected it with strategy measured";
    expect(check("proxyCells", "darts", "two-stage")).toThrow(refused(ofStrategy, "add --strategy measured"));
    const ofSpace = "--proxy-cells: got it with space mobile, expected it with space darts";
    expect(check("proxyCells", "mobile", "measured")).toThrow(refused(ofSpace, "add --space darts"));
  });

  it("of the size of what is trained alone is refused where nothing will be", () => {
    const measured = strategyOf("measured");
    const message = "--proxy-cells: got it with a search that trains nothing alone, expected one that does";
    expect(() => refuseIdleProxy({ proxyCells: 3 }, DARTS, measured)).toThrow(refused(message, "let measured do so"));
    expect(() => refuseIdleProxy({ cells: 3, retrainCells: 3 }, DARTS, measured)).not.toThrow();
  });
});

describe("an option of the training", () => {
  it.each([
    ["retrainBatch", "darts"],
    ["retrainRate", "darts"],
    ["retrainChannels", "darts"],
    ["retrainCells", "darts"],
    ["retrainReduction", "nas-bench-201"],
    ["retrainChannels", "mobile"],
  ])("--%s in space %s is refused where search and training have one network", (option, kind) => {
    const given: RunOptions = { [option]: 4 };
    const message = `--${spelled(option)}: got it with strategy one-stage, expected it with one that trains from scratch`;
    const check = (strategy: Strategy) => () => refuseForeignOptions(given, spaceOf(kind), strategy);
    expect(check(ONE_STAGE)).toThrow(refused(message, "--retrain-epochs says how long"));
    expect(check(TWO_STAGE)).not.toThrow();
  });

  it.each([
    ["auxiliary", "nas-bench-201", "auxiliary head"],
    ["auxiliary", "mobile", "auxiliary head"],
    ["dropPath", "nas-bench-201", "drop path"],
    ["dropPath", "mobile", "drop path"],
  ])("--%s is refused in space %s, which has none, unless it is 0", (option, kind, what) => {
    const check = (value: number, space: SpaceKind) => () => refuseForeignOptions({ [option]: value }, space, null);
    const message = `--${spelled(option)}: got it with space ${kind}, whose networks have no ${what}`;
    expect(check(0.2, spaceOf(kind))).toThrow(refused(message, "another space"));
    expect(check(0, spaceOf(kind))).not.toThrow();
    expect(check(0.2, DARTS)).not.toThrow();
  });
});
