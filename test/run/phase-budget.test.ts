import { expect, it } from "vitest";
import { BudgetedSearch, type SearchPlace } from "../../src/run/budgeted-search.ts";
import { PhaseBudget } from "../../src/run/phase-budget.ts";
import type { RunSession } from "../../src/run/run-session.ts";
import type { Search, SearchContext, SelectedGroup, Strategy } from "../../src/search/index.ts";
import type { RunConfig } from "../../src/store/index.ts";
import { runStateSchema } from "../../src/store/run-state.ts";
import { twoStage } from "../../src/strategies/two-stage/strategy.ts";
import { SAMPLE_CONFIG, TWO_STAGE_OPTIONS } from "../store/sample-config.ts";

interface FakeSession {
  readonly session: RunSession;
  readonly notes: readonly string[];
  /** What `config.json` says. */
  config(): RunConfig;
  /** Lets so many seconds pass. */
  pass(seconds: number): void;
}

/** A session that began at second 0, of a run with so many epochs of each phase. */
function fakeSession(
  { epochs, ...changes }: Partial<RunConfig> & { readonly epochs: number },
  strategy: Pick<Strategy, "start"> | null = null,
): FakeSession {
  const { training } = SAMPLE_CONFIG;
  const planned = { ...SAMPLE_CONFIG.strategy!, options: { ...TWO_STAGE_OPTIONS, epochs } };
  const given: RunConfig = { ...SAMPLE_CONFIG, ...changes, training: { ...training, epochs }, strategy: planned };
  const notes: string[] = [];
  const session = {
    config: given,
    seconds: 0,
    parts: { strategy: { ...twoStage, ...strategy } },
    host: { onEvent: (event: { readonly text: string }) => notes.push(event.text) },
    reconfigure(config: RunConfig) {
      this.config = config;
    },
  };
  const pass = (seconds: number) => {
    session.seconds += seconds;
  };
  return { session: session as unknown as RunSession, notes, config: () => session.config, pass };
}

const DATA = { ...SAMPLE_CONFIG.data, trainImages: 100, testImages: 0 };

it("a training gets the epochs that fit by the mean of the last five, which are written down before they count", () => {
  const { session, notes, config, pass } = fakeSession({ epochs: 30, timeBudget: 101, data: DATA });
  const budget = new PhaseBudget(session);
  const after = (seconds: readonly number[], done: number) => {
    let epochs = 0;
    for (const [index, one] of seconds.entries()) {
      pass(one);
      epochs = budget.trainingEpochs(done + index + 1);
      expect(config().training.epochs).toBe(epochs);
    }
    return epochs;
  };
  // 97 seconds are left when 4 are gone.
  expect(after([4], 0)).toBe(1 + Math.floor((96 * 0.92) / 4));
  expect(after([1, 1, 1, 1, 1], 1)).toBeGreaterThan(80);
  expect(notes[0]).toBe("plan: 23 epochs of training in all, by the time that is left");
});

it("under a budget of multiply-accumulates they count, and who goes on from a checkpoint decides the same", () => {
  const decisions = (isInterrupted: boolean) => {
    const { session, notes } = fakeSession({ epochs: 9, timeBudget: null, computeBudget: 1000, data: DATA });
    const meter = { total: 100 };
    Object.assign(session, { meter });
    let budget = new PhaseBudget(session);
    const epochs = [60, 90, 30, 120].map((macs, index) => {
      meter.total += macs;
      const planned = budget.trainingEpochs(index + 1);
      if (isInterrupted) budget = new PhaseBudget(session, budget.readings);
      return planned;
    });
    return { epochs, notes };
  };
  // 840 are left after the first epoch of 60: 13 more leave no tenth of the budget.
  expect(decisions(false).epochs[0]).toBe(14);
  expect(decisions(false).notes[0]).toMatch(/by the compute that is left$/);
  expect(decisions(true)).toEqual(decisions(false));
});

it("without a budget nothing changes", () => {
  const { session, notes, pass } = fakeSession({ epochs: 30, timeBudget: null, searchBudget: 1 });
  const budget = new PhaseBudget(session);
  expect(budget.readings).toBeUndefined();
  pass(1000);
  expect(budget.trainingEpochs(1)).toBe(30);
  expect(budget.shortenSearch(1)).toBe(false);
  expect(notes).toEqual([]);
});

/** A search whose epochs take ten seconds each; its events say how many there are. */
function tenSecondEpochs(
  pass: (seconds: number) => void,
  groups: readonly SelectedGroup[] = [],
): Pick<Strategy, "start"> {
  return {
    start(_, options, from): Search {
      const { epochs } = options as { readonly epochs: number };
      let epoch = from?.epoch ?? 0;
      return {
        state: () => ({ epoch, step: 0 }),
        async *run() {
          if (from === null) yield selection(0, groups);
          while (epoch < epochs) {
            pass(10);
            epoch++;
            yield selection(epoch, groups);
          }
          return { supports: [], mixture: null, exploration, details: { epochs }, remarks: [] };
        },
      };
    },
  };
}

const exploration = { architectures: 0, candidateSteps: [] } as never;
const selection = (epoch: number, groups: readonly SelectedGroup[]) => {
  return { kind: "selection", epoch, groups, isAccepted: true, figures: {}, exploration } as const;
};

it.each([
  ["as many epochs as were planned, if they fit", 45, [0, 1, 2, 3, 4], 4, []],
  ["as many as fit, if it is slower", 25, [0, 1, 2], 2, ["plan: 2 epochs of search in all, by the time that is left"]],
  ["the one that it began, at least", 5, [0, 1], 1, ["plan: 1 epoch of search in all, by the time that is left"]],
])("a search under a budget has %s", async (_, searchBudget, expected, epochs, notes) => {
  let pass = (_: number) => {};
  const fake = fakeSession(
    { epochs: 4, timeBudget: 100, searchBudget },
    tenSecondEpochs((seconds) => pass(seconds)),
  );
  pass = fake.pass;
  const places: number[] = [];
  const search = new BudgetedSearch(fake.session, {} as SearchContext, null, ({ epoch }) => places.push(epoch));
  const events: number[] = [];
  const run = search.run();
  let next = await run.next();
  for (; !next.done; next = await run.next()) if (next.value.kind === "selection") events.push(next.value.epoch);
  expect(events).toEqual(expected);
  expect(next.value.details).toEqual({ epochs });
  expect(fake.notes).toEqual(notes);
  expect(places).toHaveLength(notes.length);
  expect(search.state()).toEqual({ epoch: epochs, step: 0 });
  expect((fake.config().strategy!.options as { readonly epochs: number }).epochs).toBe(epochs);
});

it("a search that settles keeps so in its place, and has no epochs taken from it after that", async () => {
  const still = { group: "g", support: [0], values: [1], weights: null, changed: false, isFrozen: false };
  const group = { ...still, figures: {}, vectors: {} };
  const settlingSession = () => {
    let pass = (_: number) => {};
    const { start } = tenSecondEpochs((seconds) => pass(seconds), [group]);
    const fake = fakeSession({ epochs: 6, timeBudget: 100, searchBudget: 65 }, { start });
    let epochs = 0;
    // The second epoch takes more than the search has left.
    pass = (seconds) => fake.pass(epochs++ === 0 ? seconds : 6 * seconds);
    const config = fake.config();
    fake.session.reconfigure({ ...config, strategy: { ...config.strategy!, settledEpochs: 2 } });
    return fake;
  };
  const followed = async ({ session, notes }: FakeSession, from: SearchPlace | null) => {
    const search = new BudgetedSearch(session, {} as SearchContext, from, () => {});
    const places: SearchPlace[] = [];
    const run = search.run();
    let next = await run.next();
    for (; !next.done; next = await run.next()) places.push(search.place);
    return { places, notes, details: next.value.details };
  };
  const whole = await followed(settlingSession(), null);
  expect(whole.places.map(({ search, settling }) => [search.epoch, settling])).toEqual([
    [0, { stillEpochs: 0, settledAt: null }],
    [1, { stillEpochs: 1, settledAt: null }],
    [2, { stillEpochs: 2, settledAt: 2 }],
  ]);
  expect(whole.details).toMatchObject({ settledAt: 2 });
  expect(whole.notes).toEqual([]);
  for (const place of whole.places) {
    expect(runStateSchema.parse({ phase: "search", strategy: "two-stage", ...place })).toMatchObject(place);
  }
  const settled = whole.places.at(-1)!;
  expect(await followed(settlingSession(), settled)).toEqual({ ...whole, places: [], notes: [] });
});
